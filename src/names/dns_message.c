/* SPDX-License-Identifier: ISC */
/* dns_message.c - build questions, and walk the records of what comes back. */

#include "names/dns_message.h"

#include <string.h>

#include "names/dns_type.h"

enum {
	FLAGS_AT = 2,
	COUNTS_AT = 4,
	COUNTS = 4, /* questions, answers, authorities, additional */
	FLAG_ANSWER = 0x8000,
	FLAG_TRUNCATED = 0x0200,
	FLAG_RECURSE = 0x0100,
	MASK_OPERATION = 0x7800,
	MASK_CODE = 0x000f,
	QUESTION_TAIL = 4,  /* type and class behind the name */
	RECORD_TAIL = 10,   /* type, class, TTL, length */
	ALIASES_MOST = 256, /* from the name that was asked for to the one that has the records */
};

static void write16(unsigned char *out, unsigned value)
{
	out[0] = (unsigned char)(value >> 8);
	out[1] = (unsigned char)value;
}

static unsigned count_of(const struct dns_message *m, int section)
{
	return dns_read16(m->data + COUNTS_AT + 2 * section);
}

size_t dns_query_build(
	unsigned char out[DNS_QUERY_MAX], uint16_t id, const struct dns_name *name, uint16_t type)
{
	/* No EDNS: an answer over 512 bytes is asked for again over TCP, which every server speaks.
	 */
	memset(out, 0, DNS_HEADER_SIZE);
	write16(out, id);
	write16(out + FLAGS_AT, FLAG_RECURSE);
	write16(out + COUNTS_AT, 1);
	memcpy(out + DNS_HEADER_SIZE, name->wire, name->size);
	write16(out + DNS_HEADER_SIZE + name->size, type);
	write16(out + DNS_HEADER_SIZE + name->size + 2, DNS_CLASS_IN);
	return DNS_HEADER_SIZE + name->size + QUESTION_TAIL;
}

uint16_t dns_message_id(const unsigned char *data)
{
	return (uint16_t)dns_read16(data);
}

bool dns_message_truncated(const struct dns_message *m)
{
	return dns_read16(m->data + FLAGS_AT) & FLAG_TRUNCATED;
}

enum dns_code dns_message_code(const struct dns_message *m)
{
	return (enum dns_code)(dns_read16(m->data + FLAGS_AT) & MASK_CODE);
}

/* Read the question at *AT. NULL, or the reason. */
static const char *read_question(
	const struct dns_message *m, size_t *at, struct dns_name *name, const unsigned char **tail)
{
	const char *reason = dns_name_read(m->data, m->size, at, name);

	if (reason)
		return reason;
	if (m->size - *at < QUESTION_TAIL)
		return "it ends within the question";
	*tail = m->data + *at;
	*at += QUESTION_TAIL;
	return NULL;
}

bool dns_message_answers(const struct dns_message *m, const unsigned char *query, size_t query_size)
{
	const struct dns_message asked = {query, query_size};
	struct dns_name ours, theirs;
	const unsigned char *our_tail, *their_tail;
	size_t at = DNS_HEADER_SIZE;

	if (m->size < DNS_HEADER_SIZE || dns_message_id(m->data) != dns_message_id(query))
		return false;
	unsigned flags = dns_read16(m->data + FLAGS_AT);
	if (!(flags & FLAG_ANSWER) || flags & MASK_OPERATION)
		return false;
	if (count_of(m, 0) == 0 && dns_message_code(m) != DNS_NO_ERROR)
		return true;
	if (count_of(m, 0) != 1 || read_question(m, &at, &theirs, &their_tail))
		return false;
	at = DNS_HEADER_SIZE;
	return !read_question(&asked, &at, &ours, &our_tail) && dns_name_equal(&ours, &theirs) &&
		memcmp(our_tail, their_tail, QUESTION_TAIL) == 0;
}

static const char *read_record(const struct dns_message *m, size_t *at, struct dns_record *record)
{
	const char *reason = dns_name_read(m->data, m->size, at, &record->name);

	if (reason)
		return reason;
	if (m->size - *at < RECORD_TAIL)
		return "it ends within a record";
	const unsigned char *tail = m->data + *at;
	record->type = (uint16_t)dns_read16(tail);
	record->class = (uint16_t)dns_read16(tail + 2);
	record->ttl = dns_read32(tail + 4);
	record->data_size = dns_read16(tail + 8);
	record->data_at = *at + RECORD_TAIL;
	if (m->size - record->data_at < record->data_size)
		return "a record is longer than the message";
	*at = record->data_at + record->data_size;
	return NULL;
}

static const char *skip_questions(const struct dns_message *m, size_t *at)
{
	const char *reason = NULL;
	const unsigned char *tail;
	struct dns_name name;

	*at = DNS_HEADER_SIZE;
	for (unsigned left = count_of(m, 0); left > 0 && !reason; left--)
		reason = read_question(m, at, &name, &tail);
	return reason;
}

void dns_answers_begin(struct dns_answers *a, const struct dns_message *m)
{
	*a = (struct dns_answers){.message = m, .left = count_of(m, 1)};
	if (skip_questions(m, &a->at))
		a->left = 0;
}

bool dns_answers_next(struct dns_answers *a, struct dns_record *record)
{
	if (a->left == 0 || read_record(a->message, &a->at, record))
		return false;
	a->left--;
	return true;
}

/* The names that answers may be about: the one that was asked for, and what it is an alias of. */
struct owners {
	struct dns_name names[1 + ALIASES_MOST];
	size_t count;
};

static bool is_owner(const struct owners *o, const struct dns_record *record)
{
	for (size_t i = 0; i < o->count; i++) {
		if (dns_name_equal(&record->name, &o->names[i]) ||
			(record->type == DNS_TYPE_DNAME &&
				dns_name_is_below(&o->names[i], &record->name)))
			return true;
	}
	return false;
}

/* Add what the last of O is an alias of, wherever among the answers that is said. False: nothing,
 * or no new name. */
static bool add_alias(struct owners *o, const struct dns_message *m)
{
	const struct dns_name *last = &o->names[o->count - 1];
	struct dns_record record;
	struct dns_answers answers;

	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		size_t at = record.data_at;
		struct dns_record target = {.type = DNS_TYPE_CNAME};

		if (record.type != DNS_TYPE_CNAME || !dns_name_equal(&record.name, last) ||
			dns_name_read(m->data, at + record.data_size, &at, &target.name))
			continue;
		if (o->count == sizeof(o->names) / sizeof(o->names[0]) || is_owner(o, &target))
			return false;
		o->names[o->count++] = target.name;
		return true;
	}
	return false;
}

/* Whether all answers are about what was asked for: whoever sends others wants them believed. */
static const char *check_owners(const struct dns_message *m)
{
	struct owners o = {.count = 1};
	struct dns_record record;
	struct dns_answers answers;
	const unsigned char *tail;
	size_t at = DNS_HEADER_SIZE;

	if (count_of(m, 0) != 1 || read_question(m, &at, &o.names[0], &tail))
		return NULL;
	while (add_alias(&o, m))
		;
	if (o.count == 1 + ALIASES_MOST)
		return "there are too many aliases (over 256)";
	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		if (!is_owner(&o, &record))
			return "a record is about another name";
	}
	return NULL;
}

const char *dns_message_check(const struct dns_message *m)
{
	const char *reason;
	struct dns_record record;
	unsigned left = 0;
	size_t at;

	for (int section = 1; section < COUNTS; section++)
		left += count_of(m, section);
	reason = skip_questions(m, &at);
	for (; left > 0 && !reason; left--) {
		if (at == m->size)
			return "it has fewer records than it says";
		reason = read_record(m, &at, &record);
	}
	if (!reason && at != m->size)
		reason = "there is more than the records that it counts";
	return reason ? reason : check_owners(m);
}
