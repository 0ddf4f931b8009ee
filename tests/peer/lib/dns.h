/* SPDX-License-Identifier: ISC */
/* dns.h - DNS messages, right and wrong ones (RFC 1035, 4.1); without using anything of
 * src/names. */
#ifndef DNS_H
#define DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_NAME_MAX = 1024,
	DNS_ANSWER = 0x8180,
	DNS_TRUNCATED = 0x0200,
	DNS_RECURSES = 0x0080,
	DNS_AUTHENTIC = 0x0020
};

struct question {
	uint16_t id, type;
	uint16_t edns;		    /* the size of an answer that EDNS allows; 0: no EDNS */
	bool dnssec;		    /* EDNS has the DO bit */
	uint8_t wire[DNS_NAME_MAX]; /* as received: name, type, class */
	size_t wire_size;
	char name[DNS_NAME_MAX]; /* labels separated by dots */
	char first[64];		 /* the first label */
};

/* A message being built. */
struct wire {
	uint8_t data[65536 + 2];
	size_t size;
};

/* A name in the form of a message. */
struct wire_name {
	uint8_t data[330];
	size_t size;
};

/* The name of the question, by a pointer to it. */
#define DNS_QUESTION_NAME ((struct wire_name){{0xc0, 0x0c}, 2})

/* Parse DATA; false if it is not a question. */
bool dns_parse(struct question *q, const uint8_t *data, size_t size);

/* Begin an answer to Q in W, which has no record yet; dns_begin_as with the first SIZE bytes of the
 * question, or without the question. */
void dns_begin(struct wire *w, const struct question *q);
void dns_begin_as(struct wire *w, const struct question *q, size_t size);

/* Add a record, and count it. */
void dns_add(struct wire *w, struct wire_name name, uint16_t type, const void *data, size_t size);
void dns_add_address(struct wire *w, uint8_t a, uint8_t b, uint8_t c, uint8_t d);
void dns_add_alias(struct wire *w, struct wire_name name, struct wire_name target);

/* Add the name server of another zone to the authorities, after all answers. */
void dns_add_server(struct wire *w);

/* The name cNNN, or the question's for 0. */
struct wire_name dns_numbered(unsigned number);

void dns_set_id(struct wire *w, uint16_t id);
void dns_set_flags(struct wire *w, uint16_t flags);

/* Answer Q in the wrong way that its first label names; false if it names none. */
bool dns_bad_answer(struct wire *w, const struct question *q);

#endif
