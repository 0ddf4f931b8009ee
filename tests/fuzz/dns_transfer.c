/* SPDX-License-Identifier: ISC */
/* dns_transfer.c - fuzz what judges a zone transfer: a stream of messages, each behind its length,
 * as they come over TCP.
 *
 * covers: names/dns/transfer.c */
#include "fuzz.h"
#include "names/dns/transfer.h"
#include "names/dns/type.h"

/* Take the SIZE bytes at DATA, in a block of their own so that a sanitizer sees the first byte too
 * many. False: the transfer has ended, well or not. */
static int take(struct dns_transfer_state *state, const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(size ? size : 1);
	const struct dns_message m = {copy, size};
	uint64_t before = state->records;
	enum dns_code code;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	const char *reason = dns_transfer_take(state, &m, &code);
	must(reason || code != DNS_NO_ERROR || state->records > before);
	must(state->began || state->records == 0);
	must(!state->ended || state->records >= 2);
	free(copy);
	return !reason && code == DNS_NO_ERROR && !state->ended;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { LENGTH_SIZE = 2 };
	struct dns_transfer_state state = {
		.question = {.type = DNS_TYPE_AXFR, .class = DNS_CLASS_IN}};

	must(!dns_name_parse("zone.test", &state.question.name));
	if (size >= LENGTH_SIZE + sizeof(state.id))
		state.id = dns_message_id(data + LENGTH_SIZE);
	while (size >= LENGTH_SIZE) {
		size_t length = dns_read16(data);

		if (length > size - LENGTH_SIZE)
			length = size - LENGTH_SIZE;
		if (!take(&state, data + LENGTH_SIZE, length))
			break;
		data += LENGTH_SIZE + length;
		size -= LENGTH_SIZE + length;
	}
	return 0;
}
