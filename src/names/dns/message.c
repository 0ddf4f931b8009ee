/* SPDX-License-Identifier: ISC */
/* message.c - build questions, and walk the records of answers. */

#include "names/dns/message.h"

#include <string.h>

#include "base/be.h"
#include "names/dns/type.h"

enum {
	FLAGS_AT = 2,
	COUNTS_AT = 4, /* questions, answers, authorities, additional */
	FLAG_ANSWER = 0x8000,
	FLAG_AUTHORITATIVE = 0x0400,
	FLAG_TRUNCATED = 0x0200,
	FLAG_RECURSE = 0x0100,
	FLAG_RECURSES = 0x0080,
	FLAG_AUTHENTIC = 0x0020,
	FLAG_DNSSEC = 0x8000, /* in EDNS: DO */
	MASK_OPERATION = 0x7800,
	MASK_CODE = 0x000f,
	QUESTION_TAIL = 4, /* type and class after the name */
	RECORD_TAIL = 10,  /* type, class, TTL, length */
	CODE_BITS = 4,	   /* bits of the code in the header; EDNS has the upper ones */
	ANSWERS = 1,	   /* sections */
	AUTHORITY = 2,
	ADDITIONAL = 3,	    /* with the record of EDNS */
	ALIASES_MOST = 256, /* from the name in the question to the one with the records */
};

static unsigned count_of(const struct dns_message *m, int section)
{
	return be16_get(m->data + COUNTS_AT + 2 * section);
}

/* The OPT record of EDNS (RFC 6891) at OUT: the root, the type, how long an answer may be, flags.
 */
static size_t add_opt(unsigned char *out, bool dnssec)
{
	enum { OPT_SIZE = 1 + RECORD_TAIL };

	memset(out, 0, OPT_SIZE);
	be16_put(out + 1, DNS_TYPE_OPT);
	be16_put(out + 3, DNS_UDP_SIZE);
	be16_put(out + 7, dnssec ? FLAG_DNSSEC : 0);
	return OPT_SIZE;
}

size_t dns_query_build(unsigned char out[DNS_QUERY_MAX], uint16_t id, const struct dns_question *q)
{
	size_t size = DNS_HEADER_SIZE + q->name.size + QUESTION_TAIL;

	memset(out, 0, DNS_HEADER_SIZE);
	be16_put(out, id);
	be16_put(out + FLAGS_AT, FLAG_RECURSE | (q->dnssec ? FLAG_AUTHENTIC : 0));
	be16_put(out + COUNTS_AT, 1);
	memcpy(out + DNS_HEADER_SIZE, q->name.wire, q->name.size);
	be16_put(out + DNS_HEADER_SIZE + q->name.size, q->type);
	be16_put(out + DNS_HEADER_SIZE + q->name.size + 2, q->class);
	if (q->plain)
		return size;
	be16_put(out + COUNTS_AT + 2 * ADDITIONAL, 1);
	return size + add_opt(out + size, q->dnssec);
}

bool dns_message_truncated(const struct dns_message *m)
{
	return be16_get(m->data + FLAGS_AT) & FLAG_TRUNCATED;
}

bool dns_message_authentic(const struct dns_message *m)
{
	return be16_get(m->data + FLAGS_AT) & FLAG_AUTHENTIC;
}

static unsigned header_code(const struct dns_message *m)
{
	return be16_get(m->data + FLAGS_AT) & MASK_CODE;
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

bool dns_message_belongs(const struct dns_message *m, uint16_t id)
{
	if (m->size < DNS_HEADER_SIZE || be16_get(m->data) != id)
		return false;
	unsigned flags = be16_get(m->data + FLAGS_AT);
	return flags & FLAG_ANSWER && !(flags & MASK_OPERATION);
}

/* Whether M repeats the question of ASKED byte by byte, as most servers do. */
static bool repeats(const struct dns_message *m, const struct dns_message *asked)
{
	size_t end = dns_name_end(asked->data, asked->size, DNS_HEADER_SIZE) + QUESTION_TAIL;

	return end <= asked->size && end <= m->size &&
		memcmp(m->data + DNS_HEADER_SIZE, asked->data + DNS_HEADER_SIZE,
			end - DNS_HEADER_SIZE) == 0;
}

bool dns_message_answers(const struct dns_message *m, const unsigned char *query, size_t query_size)
{
	const struct dns_message asked = {query, query_size};
	struct dns_name ours, theirs;
	const unsigned char *our_tail, *their_tail;
	size_t at = DNS_HEADER_SIZE;

	if (!dns_message_belongs(m, be16_get(query)))
		return false;
	if (count_of(m, 0) == 0 && header_code(m) != DNS_NO_ERROR)
		return true;
	if (count_of(m, 0) != 1)
		return false;
	if (repeats(m, &asked))
		return true;
	if (read_question(m, &at, &theirs, &their_tail))
		return false;
	at = DNS_HEADER_SIZE;
	return !read_question(&asked, &at, &ours, &our_tail) && dns_name_equal(&ours, &theirs) &&
		memcmp(our_tail, their_tail, QUESTION_TAIL) == 0;
}

/* Read what is at *AT, after the name of RECORD. NULL, or the reason. */
static const char *read_tail(const struct dns_message *m, size_t *at, struct dns_record *record)
{
	if (m->size - *at < RECORD_TAIL)
		return "it ends within a record";
	const unsigned char *tail = m->data + *at;
	record->type = be16_get(tail);
	record->class = be16_get(tail + 2);
	record->ttl = be32_get(tail + 4);
	record->data_size = be16_get(tail + 8);
	record->data_at = *at + RECORD_TAIL;
	if (m->size - record->data_at < record->data_size)
		return "a record is longer than the message";
	*at = record->data_at + record->data_size;
	return NULL;
}

static const char *read_record(const struct dns_message *m, size_t *at, struct dns_record *record)
{
	const char *reason = dns_name_read(m->data, m->size, at, &record->name);

	return reason ? reason : read_tail(m, at, record);
}

static const char *check_questions(const struct dns_message *m, size_t *at)
{
	const char *reason = NULL;
	const unsigned char *tail;
	struct dns_name name;

	*at = DNS_HEADER_SIZE;
	for (unsigned left = count_of(m, 0); left > 0 && !reason; left--)
		reason = read_question(m, at, &name, &tail);
	return reason;
}

/* Where the first record of M is; the questions must be valid. */
static size_t first_record(const struct dns_message *m)
{
	size_t at = DNS_HEADER_SIZE;

	for (unsigned left = count_of(m, 0); left > 0 && at < m->size; left--)
		at = dns_name_end(m->data, m->size, at) + QUESTION_TAIL;
	return at < m->size ? at : m->size;
}

static unsigned count_records(const struct dns_message *m)
{
	return count_of(m, ANSWERS) + count_of(m, AUTHORITY) + count_of(m, ADDITIONAL);
}

enum dns_code dns_message_code(const struct dns_message *m)
{
	struct dns_record record;
	size_t at = first_record(m);

	for (unsigned left = count_records(m); left > 0; left--) {
		at = dns_name_end(m->data, m->size, at);
		if (read_tail(m, &at, &record))
			break;
		if (record.type == DNS_TYPE_OPT)
			return (enum dns_code)(record.ttl >> 24 << CODE_BITS | header_code(m));
	}
	return (enum dns_code)header_code(m);
}

void dns_answers_begin(struct dns_answers *a, const struct dns_message *m)
{
	*a = (struct dns_answers){
		.message = m, .at = first_record(m), .left = count_of(m, ANSWERS)};
}

bool dns_answers_next(struct dns_answers *a, struct dns_record *record)
{
	if (a->left == 0 || read_record(a->message, &a->at, record))
		return false;
	a->left--;
	return true;
}

bool dns_message_has(const struct dns_message *m, uint16_t type)
{
	struct dns_answers answers;
	struct dns_record record;

	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		if (record.type == type || type == DNS_TYPE_ANY)
			return true;
	}
	return false;
}

/* Whether M has a record of TYPE in its authority section, which follows the answers. */
static bool authority_has(const struct dns_message *m, uint16_t type)
{
	struct dns_answers records;
	struct dns_record record;

	dns_answers_begin(&records, m);
	while (dns_answers_next(&records, &record))
		;
	records.left = count_of(m, AUTHORITY);
	while (dns_answers_next(&records, &record)) {
		if (record.type == type)
			return true;
	}
	return false;
}

bool dns_message_refers(const struct dns_message *m, uint16_t type)
{
	unsigned flags = be16_get(m->data + FLAGS_AT);

	if (dns_message_has(m, type) || authority_has(m, DNS_TYPE_SOA))
		return false;
	if (count_of(m, ANSWERS) > 0 && !(flags & FLAG_RECURSES))
		return true;
	return authority_has(m, DNS_TYPE_NS) &&
		(count_of(m, ANSWERS) > 0 || !(flags & FLAG_AUTHORITATIVE));
}

/* The names that answers may be about: the one that was asked for, and those that it is an alias
 * of, as their positions in the message. */
struct owners {
	uint16_t at[1 + ALIASES_MOST];
	size_t count;
};

/* Read the Ith name of O, which has been read before. False: it cannot be read. */
static bool owner_name(
	const struct owners *o, const struct dns_message *m, size_t i, struct dns_name *name)
{
	size_t at = o->at[i];

	return !dns_name_read(m->data, m->size, &at, name);
}

static bool is_owner(
	const struct owners *o, const struct dns_message *m, const struct dns_record *record)
{
	struct dns_name name;

	for (size_t i = 0; i < o->count; i++) {
		if (owner_name(o, m, i, &name) &&
			(dns_name_equal(&record->name, &name) ||
				(record->type == DNS_TYPE_DNAME &&
					dns_name_is_below(&name, &record->name))))
			return true;
	}
	return false;
}

/* Add what the last name of O is an alias of, wherever that is among the answers. False: nothing,
 * or not a new name. */
static bool add_alias(struct owners *o, const struct dns_message *m)
{
	struct dns_name last;
	struct dns_record record;
	struct dns_answers answers;

	if (!owner_name(o, m, o->count - 1, &last))
		return false;
	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		size_t at = record.data_at;
		struct dns_record target = {.type = DNS_TYPE_CNAME};

		if (record.type != DNS_TYPE_CNAME || !dns_name_equal(&record.name, &last) ||
			dns_name_read(m->data, at + record.data_size, &at, &target.name))
			continue;
		if (o->count == sizeof(o->at) / sizeof(o->at[0]) || is_owner(o, m, &target))
			return false;
		o->at[o->count++] = (uint16_t)record.data_at;
		return true;
	}
	return false;
}

/* Find the name in M's question and all names that it is an alias of. False: M does not have
 * exactly one question. */
static bool find_owners(struct owners *o, const struct dns_message *m)
{
	struct dns_name asked;
	const unsigned char *tail;
	size_t at = DNS_HEADER_SIZE;

	o->at[0] = DNS_HEADER_SIZE;
	o->count = 1;
	if (count_of(m, 0) != 1 || read_question(m, &at, &asked, &tail))
		return false;
	while (add_alias(o, m))
		;
	return true;
}

/* Check that all answers are about what was asked for: others may have been sent to deceive. */
static const char *check_owners(const struct dns_message *m)
{
	struct owners o;
	struct dns_record record;
	struct dns_answers answers;

	if (!find_owners(&o, m))
		return NULL;
	if (o.count == 1 + ALIASES_MOST)
		return "there are too many aliases (over 256)";
	dns_answers_begin(&answers, m);
	while (dns_answers_next(&answers, &record)) {
		if (!is_owner(&o, m, &record))
			return "a record is about another name";
	}
	return NULL;
}

bool dns_message_alias(const struct dns_message *m, struct dns_name *target)
{
	struct owners o;

	if (!find_owners(&o, m) || o.count == 1)
		return false;
	return owner_name(&o, m, o.count - 1, target);
}

const char *dns_message_check_form(const struct dns_message *m)
{
	unsigned left = count_records(m);
	struct dns_record record;
	size_t at;

	const char *reason = check_questions(m, &at);
	for (; left > 0 && !reason; left--) {
		if (at == m->size)
			return "it has fewer records than its header says";
		reason = read_record(m, &at, &record);
	}
	if (!reason && at != m->size)
		reason = "it has data after the last record";
	return reason;
}

const char *dns_message_check(const struct dns_message *m)
{
	const char *reason = dns_message_check_form(m);

	return reason ? reason : check_owners(m);
}
