/* SPDX-License-Identifier: ISC */
/* json.c - whatever is written as JSON is JSON. The first byte of each step tells what comes next.
 *
 * covers: base/json.c */
#include "base/json.h"

#include "base/bytes.h"
#include "json_line.h"

enum { DEPTH_MAX = 8, STEP_MAX = 64 };

/* What is still to be written of the input. */
struct input {
	const uint8_t *at, *end;
};

static uint64_t take_number(struct input *in)
{
	uint64_t value = 0;
	size_t size = (size_t)(in->end - in->at);

	if (size > sizeof value)
		size = sizeof value;
	memcpy(&value, in->at, size);
	in->at += size;
	return value;
}

/* A length, then that many bytes, or as many as there are. */
static const uint8_t *take_bytes(struct input *in, size_t *size)
{
	const uint8_t *at;

	*size = in->at < in->end ? *in->at++ : 0;
	if (*size > (size_t)(in->end - in->at))
		*size = (size_t)(in->end - in->at);
	at = in->at;
	in->at += *size;
	return at;
}

static void add_leaf(struct json *j, const char *key, int kind, struct input *in)
{
	size_t size;
	const uint8_t *at;
	char *text;

	switch (kind) {
	case 0: json_add_int(j, key, (int64_t)take_number(in)); break;
	case 1: json_add_uint(j, key, take_number(in)); break;
	case 2: json_add_bool(j, key, take_number(in) & 1); break;
	case 3: json_add_seconds(j, key, (int64_t)take_number(in)); break;
	case 4:
		json_add_time(j, key,
			(struct timespec){
				(time_t)take_number(in), (long)(take_number(in) % 1000000000)});
		break;
	case 5:
		at = take_bytes(in, &size);
		text = fuzz_text(at, size);
		json_add_text(j, key, size % 7 == 6 ? NULL : text);
		free(text);
		break;
	default: at = take_bytes(in, &size); json_add_data(j, key ? key : "data", at, size);
	}
}

/* Objects and lists that are open: 'o' and 'l'. */
struct nest {
	char kind[DEPTH_MAX + 1];
	size_t depth;
};

static void step(struct json *j, struct nest *nest, int number, struct input *in)
{
	enum { LEAVES = 7, LIST = 7, OBJECT, CLOSE, CHOICES };
	char name[16];
	bool in_list = nest->depth > 0 && nest->kind[nest->depth - 1] == 'l';
	const char *key = in_list ? NULL : name;
	int choice = *in->at++ % CHOICES;

	/* No two keys are the same; they are as untrusted as the input. */
	snprintf(name, sizeof name, "%d\"\\\n%c", number, choice == 6 ? '\xff' : 'k');
	if (choice < LEAVES) {
		/* Data has a key, for which lists have no place. */
		add_leaf(j, key, in_list && choice == 6 ? 5 : choice, in);
	} else if (choice == CLOSE) {
		if (nest->depth > 0) {
			(in_list ? json_end_list : json_end_object)(j);
			nest->depth--;
		}
	} else if (nest->depth < DEPTH_MAX) {
		(choice == LIST ? json_begin_list : json_begin_object)(j, key);
		nest->kind[nest->depth++] = choice == LIST ? 'l' : 'o';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	struct nest nest = {.depth = 0};
	struct bytes out = {0};
	struct json j;

	json_begin(&j, &out);
	for (int i = 0; i < STEP_MAX && in.at < in.end; i++)
		step(&j, &nest, i, &in);
	while (nest.depth > 0)
		(nest.kind[--nest.depth] == 'l' ? json_end_list : json_end_object)(&j);
	json_end(&j);
	must(fuzz_is_json_line(out.data, out.size));
	bytes_release(&out);
	return 0;
}
