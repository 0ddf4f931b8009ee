/* SPDX-License-Identifier: ISC */
/* cases.h - the command lines in which calls are made to fail. */
#ifndef CASES_H
#define CASES_H

#include <stddef.h>

#include "client.h"

enum {
	ONCE = 1,   /* it serves one client, then ends */
	STDOUT = 2, /* for a server: its standard output counts, not what a client receives */
	SIDE = 4,   /* the file `side`, which it writes, counts */
	VARIES = 8, /* what it writes differs each time: only whether it writes anything counts */
	PRIVILEGED = 16,  /* needs our own network, as root there */
	TLS = 32,	  /* needs openssl */
	MERGED = 64,	  /* output for several inputs, any of which may be missing */
	OF_COMMAND = 128, /* the status is that of a command, which may be killed */
	MAY_END = 256,	  /* it is announced before it has all that it needs, and may end */
	LEAVES = 512,	  /* its clients may go while it still sends others what they said */
};

struct torture_case {
	const char *name;
	/* Its arguments, blanks between them, '...' around those with blanks; @NAME is the address
	 * of that helper, @NAME# its port. A server gets --ready-file and its endpoint, which
	 * begins with WHERE, automatically. */
	const char *words;
	const char *where; /* the endpoint of a server; NULL: a client */
	client *client;	   /* what its client does */
	enum { FROM_NOTHING, FROM_SMALL, FROM_BIG, FROM_PIPE, FROM_TERMINAL, FROM_KEYS } in;
	enum { TO_FILE, TO_PIPE, TO_SOCKET } out;
	const char *want; /* <small, <big, or itself; NULL: the same as when nothing fails */
	size_t skip;	  /* this many bytes at the beginning differ each time */
	unsigned flags;
};

extern const struct torture_case cases[];
extern const size_t case_count;

/* Servers that are left alone: the arguments of sockit; those of dns-server for `dns`. */
struct helper {
	const char *name, *words;
};
extern const struct helper helpers[];
extern const size_t helper_count;

#endif
