/* SPDX-License-Identifier: ISC */
/* words.c - from the words of the command line to the description of the packet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "base/text.h"
#include "core/opt/common.h"
#include "core/opt/opt_value.h"
#include "raw/packet/words_private.h"

struct spec_layer *words_current(const struct reader *r)
{
	return r->spec->layer_count ? r->spec->layers[r->spec->layer_count - 1] : NULL;
}

static enum status bad(struct reader *r, const char *text)
{
	return fail_with(r->why, STATUS_USAGE, "%s", text);
}

/* Read the content of a field that is not a number. NULL, or the reason. */
static const char *read_content(struct reader *r, const struct field *f, const char *text,
	struct bytes *out, enum status *status)
{
	size_t size;
	char *data;

	*status = STATUS_USAGE;
	if (f->kind == FIELD_BYTES)
		return text_unhex(text, strlen(text), out);
	if (f->kind == FIELD_IP4S || f->kind == FIELD_IP6S)
		return field_read_list(f, text, out);
	if (f->kind == FIELD_TEXT) {
		common_text_note(r->how->form, text);
		return common_text_read(r->how->form, text, out);
	}
	data = fd_read_file(text, FIELD_SIZE_MAX, &size);
	if (!data) {
		*status = errno == EFBIG ? STATUS_FAILED : status_of_errno(errno);
		return errno == EFBIG ? "(over 65535 bytes)" : status_reason(errno);
	}
	bytes_add(out, data, size);
	free(data);
	return NULL;
}

static enum status set_content(struct reader *r, struct spec_setting *s, const char *text)
{
	const struct layer *layer = words_current(r)->layer;
	enum status status;
	const char *reason = read_content(r, s->field, text, &s->content, &status);

	if (reason) {
		if (s->field->kind == FIELD_FILE)
			bytes_add_text(r->why, "cannot read ");
		else
			bytes_add_format(r->why, "bad %s of %s: ", s->field->name, layer->name);
		opt_add_quoted(text, r->why);
		bytes_add_format(r->why, s->field->kind == FIELD_FILE ? ": %s" : " %s", reason);
		return status;
	}
	if (s->content.failed)
		return fail_memory(r->why);
	return STATUS_DONE;
}

static enum status set_number(struct reader *r, struct spec_setting *s, const char *text)
{
	const struct layer *layer = words_current(r)->layer;
	struct field_reading reading = {
		.numeric = r->how->numeric, .type = layer == &layer_udp ? SOCK_DGRAM : SOCK_STREAM};
	struct spec *spec = r->spec;
	struct bytes why = {0};
	enum status status = sweep_read(&s->sweep, s->field, text, &reading, &why);

	if (status != STATUS_DONE)
		bytes_add_format(r->why, "bad %s of %s: %s", s->field->name, layer->name,
			bytes_reason(&why));
	bytes_release(&why);
	if (status != STATUS_DONE)
		return status;
	spec->random = spec->random || s->sweep.random;
	if (!s->sweep.random && s->sweep.count == 1)
		return STATUS_DONE;
	if (spec->sweep_count == SPEC_SWEEPS)
		return bad(r, "too many sweeps (at most 64)");
	spec->sweeps[spec->sweep_count++] = s;
	return STATUS_DONE;
}

/* Whether any field is given. */
static bool has_settings(const struct spec_layer *l)
{
	for (size_t i = 0; i < LAYER_FIELDS; i++)
		if (l->settings[i].field)
			return true;
	return false;
}

/* The field of L that was given instead of F, or instead of which F was given; or NULL. */
static const struct field *find_instead(const struct spec_layer *l, const struct field *f)
{
	const struct field *other = f->flags & FIELD_INSTEAD ? f - 1
		: f[1].flags & FIELD_INSTEAD		     ? f + 1
							     : NULL;

	return other && spec_setting(l, other) ? other : NULL;
}

static enum status set_field(struct reader *r, const struct field *f, const char *text)
{
	struct spec_layer *l = words_current(r);
	struct spec_setting *s = &l->settings[f - l->layer->fields];

	if (s->field)
		return fail_with(
			r->why, STATUS_USAGE, "%s of %s is given twice", f->name, l->layer->name);
	if (l->layer->kind == LAYER_CONTENT && has_settings(l))
		return fail_with(r->why, STATUS_USAGE,
			"%s has content already: %s=", l->layer->name, f->name);
	if (find_instead(l, f))
		return fail_with(r->why, STATUS_USAGE, "%s and %s of %s cannot be used together",
			find_instead(l, f)->name, f->name, l->layer->name);
	s->field = f;
	r->spec->random = r->spec->random || f == &layer_payload.fields[PAYLOAD_RANDOM];
	return field_is_number(f) ? set_number(r, s, text) : set_content(r, s, text);
}

/* WORD is FIELD=VALUE of LAYER: its field, or NULL. */
static const struct field *field_of_word(const struct layer *layer, const char *word)
{
	size_t length = strcspn(word, "=");

	return word[length] ? layer_field(layer, word, length) : NULL;
}

static enum status add_layer(struct reader *r, const struct layer *layer)
{
	struct spec *spec = r->spec;
	struct spec_layer *l;

	if (spec->layer_count == SPEC_LAYERS)
		return bad(r, "too many layers (at most 64)");
	l = calloc(1, sizeof(*l));
	if (!l)
		return fail_memory(r->why);
	l->layer = layer;
	spec->layers[spec->layer_count++] = l;
	if (!layer->positional || r->next == r->count || field_of_word(layer, r->words[r->next]))
		return STATUS_DONE;
	return set_field(r, layer->fields, r->words[r->next++]);
}

/* The field of LAYER for which WORD alone, without `FIELD=`, is a value; or NULL. */
static const struct field *bare_field(const struct layer *layer, const char *word)
{
	struct value ignored;

	for (const struct field *f = layer->fields; f->name; f++) {
		if (f->flags & FIELD_COMPUTED && strcmp(f->name, word) == 0)
			return f;
		if (!(f->flags & FIELD_BARE))
			continue;
		if (!f->names && strcmp(f->name, word) == 0)
			return f;
		if (f->names && strspn(word, "0123456789") == 0 && field_parse(f, word, &ignored))
			return f;
	}
	return NULL;
}

/* The word right after a layer's name, a name of its type, may select another layer of that
 * name. */
static void read_variant(struct spec_layer *l, const char *word)
{
	const struct layer *variant = layer_variant(l->layer, word);

	if (variant && !has_settings(l))
		l->layer = variant;
}

/* The layer that WORD, up to LENGTH, means after L (NULL: none). Parts of a layer have the same
 * name in all versions of IP. */
static const struct layer *find_layer(const struct spec_layer *l, const char *word, size_t length)
{
	const struct layer *layer = layer_find(word, length);

	return layer == &layer_record && l && l->layer->part ? l->layer->part : layer;
}

/* Whether WORD is about the first part of a layer with parts: then that part need not be named. */
static bool begins_part(const struct spec_layer *l, const char *word)
{
	const struct layer *part = l->layer->part;

	if (!part || part == l->layer || layer_field(l->layer, word, strcspn(word, "=")))
		return false;
	return field_of_word(part, word) || bare_field(part, word);
}

static enum status read_word(struct reader *r)
{
	const char *word = r->words[r->next++];
	size_t length = strcspn(word, "=");
	struct spec_layer *l = words_current(r);
	const struct layer *layer = find_layer(l, word, length);
	const struct field *f;
	enum status status;

	if (l)
		read_variant(l, word);
	if (l && begins_part(l, word)) {
		status = add_layer(r, l->layer->part);
		if (status != STATUS_DONE)
			return status;
		l = words_current(r);
	}
	if (word[length]) {
		f = l ? layer_field(l->layer, word, length) : NULL;
		if (f)
			return set_field(r, f, word + length + 1);
		/* pad=SIZE: a layer that takes a value itself. */
		f = layer ? layer_field(layer, word, length) : NULL;
		if (!f)
			return l ? words_unknown_field(r, l->layer, word)
				 : words_unknown_layer(r, word);
		status = add_layer(r, layer);
		return status == STATUS_DONE ? set_field(r, f, word + length + 1) : status;
	}
	f = l ? bare_field(l->layer, word) : NULL;
	if (f)
		return set_field(r, f,
			f->flags & FIELD_COMPUTED ? f->names->name
				: f->names	  ? word
						  : "1");
	return layer ? add_layer(r, layer) : words_unknown_layer(r, word);
}

/* Whether F of layer number I has no value. */
static bool is_missing(const struct spec *spec, size_t i, const struct field *f)
{
	const struct layer *next = i + 1 < spec->layer_count ? spec->layers[i + 1]->layer : NULL;

	if (f->fill == FILL_NEXT_PORT && next && next->port)
		return false;
	return (f->fill == FILL_REQUIRED || f->fill == FILL_NEXT_PORT) &&
		!spec_setting(spec->layers[i], f) && !find_instead(spec->layers[i], f);
}

/* A field without a default must have been given. */
static enum status check_required(struct reader *r)
{
	for (size_t i = 0; i < r->spec->layer_count; i++) {
		const struct spec_layer *l = r->spec->layers[i];

		for (const struct field *f = l->layer->fields; f->name; f++) {
			if (!is_missing(r->spec, i, f))
				continue;
			return fail_with(r->why, STATUS_USAGE, "missing %s of %s (give %s=%s)",
				f->name, l->layer->name, f->name, field_form(f));
		}
	}
	return STATUS_DONE;
}

enum status spec_read(struct spec *spec, char *const *words, size_t count,
	const struct spec_reading *reading, struct bytes *why)
{
	struct reader r = {
		.spec = spec, .how = reading, .words = words, .count = count, .why = why};
	enum status status = STATUS_DONE;

	*spec = (struct spec){0};
	while (r.next < count && status == STATUS_DONE)
		status = read_word(&r);
	return status == STATUS_DONE ? check_required(&r) : status;
}
