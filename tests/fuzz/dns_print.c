/* SPDX-License-Identifier: ISC */
/* dns_print.c - messages of the DNS, also read by libresolv: the same records with the same names,
 * and if both can print one, the same values. */
#define _DEFAULT_SOURCE /* u_char in arpa/nameser.h */
#include <sys/types.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "mutate_dns.h"
#include "names/dns/message.h"
#include "names/dns/type.h"

/* Deprecated without a replacement that does the same. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

enum { TEXT_ROOM = 70000 };

/* How many bytes of the message make up the name at AT, counting some of them more than once. */
static size_t bytes_of_name(const struct dns_message *m, size_t at)
{
	size_t count = 0;

	while (m->data[at] != 0) {
		bool pointer = m->data[at] >= 0xc0;

		count += pointer ? 2 : 1 + (size_t)m->data[at];
		at = pointer ? (size_t)(m->data[at] & 0x3f) << 8 | m->data[at + 1]
			     : at + 1 + m->data[at];
	}
	return count + 1;
}

/* Whether the printed NAME is the one at AT in the message. */
static bool is_name_at(
	const struct dns_message *m, const unsigned char *at, const struct dns_name *name)
{
	/* It needs room after the longest name. */
	unsigned char wire[2 * NS_MAXCDNAME];

	if (ns_name_unpack(m->data, m->data + m->size, at, wire, sizeof wire) < 0)
		/* It takes a name with as many bytes as the message for a loop. */
		return bytes_of_name(m, (size_t)(at - m->data)) >= m->size;
	return memcmp(wire, name->wire, name->size) == 0;
}

/* Whether both words are the same, or names that are. */
static bool same_word(const char *ours, const char *theirs)
{
	struct dns_name a, b;

	if (strcmp(ours, theirs) == 0)
		return true;
	return !dns_name_parse(ours, &a) && !dns_name_parse(theirs, &b) && dns_name_equal(&a, &b);
}

/* Whether the words of both texts are the same. */
static bool same_words(char *ours, char *theirs)
{
	char *rest_ours, *rest_theirs;
	char *a = strtok_r(ours, " \t", &rest_ours), *b = strtok_r(theirs, " \t", &rest_theirs);

	while (a && b && same_word(a, b)) {
		a = strtok_r(NULL, " \t", &rest_ours);
		b = strtok_r(NULL, " \t", &rest_theirs);
	}
	return !a && !b;
}

/* Types that both print with the same words. */
static bool is_alike(uint16_t type)
{
	static const uint16_t types[] = {ns_t_a, ns_t_ns, ns_t_cname, ns_t_mb, ns_t_mg, ns_t_mr,
		ns_t_ptr, ns_t_mx, ns_t_afsdb, ns_t_rt, ns_t_aaaa, ns_t_srv, ns_t_dname, ns_t_px,
		ns_t_rp, ns_t_minfo};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

/* A name may have a backslash where the other printer has none: such texts are cut into words
 * differently. */
static void compare_text(ns_msg *msg, ns_rr *rr, const char *ours)
{
	static char theirs[TEXT_ROOM];
	static const char class[] = " IN ";
	char *values, *copy;
	int n = ns_sprintrr(msg, rr, NULL, NULL, theirs, sizeof theirs);

	if (n < 0)
		return;
	values = strstr(theirs, class);
	must(values != NULL);
	/* After the type. */
	values += strlen(class);
	values += strcspn(values, "\t ");
	copy = strdup(ours);
	must(copy != NULL);
	must(strchr(ours, '\\') || strpbrk(theirs, "\\\"") || same_words(copy, values));
	free(copy);
}

static void compare_record(
	const struct dns_message *m, const struct dns_record *r, ns_msg *msg, int index)
{
	struct bytes out = {0};
	ns_rr rr;

	must(ns_parserr(msg, ns_s_an, index, &rr) == 0);
	must(ns_rr_type(rr) == r->type && ns_rr_class(rr) == r->class && ns_rr_ttl(rr) == r->ttl);
	must(ns_rr_rdlen(rr) == r->data_size && ns_rr_rdata(rr) == m->data + r->data_at);
	if (!dns_rdata_add(&out, m, r) && is_alike(r->type) && r->class == ns_c_in &&
		r->data_size > 0)
		compare_text(msg, &rr, bytes_text(&out));
	bytes_release(&out);
}

/* Each name in the message, wherever that may be. */
static void compare_names(const struct dns_message *m)
{
	for (size_t i = DNS_HEADER_SIZE; i < m->size && i < 64; i++) {
		struct dns_name name;
		size_t at = i;

		if (dns_name_read(m->data, m->size, &at, &name))
			continue;
		must(is_name_at(m, m->data + i, &name));
		must(at == i + (size_t)dn_skipname(m->data + i, m->data + m->size));
	}
}

#ifdef FUZZER
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	uint64_t random = seed;

	return dns_mutate(data, size, most, &random);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = fuzz_copy(data, size);
	const struct dns_message m = {copy, size};
	struct dns_answers answers;
	struct dns_record r;
	ns_msg msg;

	if (size >= DNS_HEADER_SIZE && !dns_message_check_form(&m)) {
		compare_names(&m);
		if (ns_initparse(copy, (int)size, &msg) == 0) {
			dns_answers_begin(&answers, &m);
			for (int i = 0; dns_answers_next(&answers, &r); i++)
				compare_record(&m, &r, &msg, i);
		}
	}
	free(copy);
	return 0;
}
