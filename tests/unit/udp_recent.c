/* SPDX-License-Identifier: ISC */
/* udp_recent.c - the last datagrams sent: copied or referred to, and taken out again. */
#include "udp/send/recent.h"

#include <string.h>

#include "tap.h"

enum { SIZE = 1000 };

static struct recent recent;

/* Whether the oldest is all VALUE. */
static bool is_oldest(unsigned char value)
{
	struct iovec one;

	if (!recent_take(&recent, 0, &one) || one.iov_len != SIZE)
		return false;
	for (size_t i = 0; i < SIZE; i++) {
		if (((unsigned char *)one.iov_base)[i] != value)
			return false;
	}
	return true;
}

int main(void)
{
	static unsigned char data[SIZE], stays[SIZE];
	const struct iovec changes = {data, SIZE}, constant = {stays, SIZE};
	struct iovec one;

	memset(stays, 77, SIZE);
	for (int i = 0; i < 3; i++) {
		memset(data, i, SIZE);
		recent_add(&recent, &changes);
	}
	OK(!recent_take(&recent, SIZE, &one), "what is not longer than the limit is not taken");
	OK(is_oldest(0) && is_oldest(1) && is_oldest(2), "copies come out in order");
	OK(!recent_take(&recent, 0, &one), "once each");
	for (int i = 0; i < RECENT_MAX + 3; i++) {
		memset(data, i, SIZE);
		recent_add(&recent, &changes);
	}
	OK(is_oldest(3), "as many as there is room for");
	for (int i = 0; i < RECENT_MAX - 1; i++)
		recent_refer(&recent, &constant);
	OK(is_oldest((unsigned char)(RECENT_MAX + 2)) && is_oldest(77),
		"what is referred to takes the place of copies, in order");
	OK(recent_take(&recent, 0, &one) && one.iov_base == stays, "and is not copied");
	memset(data, 5, SIZE);
	for (int i = 0; i < RECENT_MAX; i++)
		recent_add(&recent, &changes);
	OK(is_oldest(5) && stays[0] == 77, "a copy never lands in what is referred to");
	recent_release(&recent);
	return tap_end();
}
