/* SPDX-License-Identifier: ISC */
/* client.h - the clients of a server in which a call fails; none waits long for an answer. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { HEARD_MOST = 1024 * 1024 };

/* What came back, and how it ended. */
struct heard {
	unsigned char data[HEARD_MOST];
	size_t size;
	enum { HEARD_NOTHING, HEARD_END, HEARD_RESET, HEARD_SILENCE } end;
};

/* What they send, and the target requested from proxies. */
extern const char *client_small, *client_big, *client_target;
extern size_t client_small_size, client_big_size;

/* Whether the call has failed that is to fail while the client is served, after which an answer may
 * be lost and is not waited for long; NULL if none is to. */
extern const atomic_bool *client_trouble;

/* They wait so many times as long as usual. */
extern int client_patience;

/* Whether there is no answer to a datagram. */
extern bool client_unanswered;

/* Be a client of the server at ADDRESS, a line of its ready file; what it receives is added to
 * HEARD, which is empty. */
typedef void client(const char *address, struct heard *heard);

client talk_small;    /* send the small text and the end, hear until the end */
client talk_big;      /* the same with the big one */
client listen_only;   /* send nothing, hear until the end */
client through_socks; /* the small text to the target */
client through_http;
client with_header; /* a PROXY header before the small text */
client two;	    /* one says the small text, another hears it */
client lag_behind;  /* one says the big text three times, another hears it late */
client stay;	    /* the small text, and stay connected until the next one comes */
client ask_name;    /* a line, and hear until the end */
client datagram;    /* one datagram, and the answer to it */
client read_late;   /* many datagrams, and the answers to them once no more of those fit */

/* The small text over FD, a connection; closes it. */
void talk_over(int fd, struct heard *heard);

#endif
