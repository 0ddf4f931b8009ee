/* SPDX-License-Identifier: ISC */
/* end.h - one end of a flow: a descriptor, its kind, and reading and writing it without ever
 * blocking or touching flags that others share. */
#ifndef CORE_STREAM_END_H
#define CORE_STREAM_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"

enum end_kind {
	END_NONE,   /* no descriptor: reads as ended, accepts nothing */
	END_TCP,    /* a TCP socket */
	END_STREAM, /* another stream socket */
	END_PACKET, /* a socket that keeps messages apart (seqpacket) */
	END_PIPE,
	END_FILE,   /* a regular file: always ready */
	END_NULL,   /* the null device */
	END_DEVICE, /* a terminal or another device */
	END_PTY,    /* the master of a pseudo-terminal */
};

enum {
	END_SHARED = 1, /* inherited: O_NONBLOCK may be off and must stay so */
	/* Not to be closed when its flow ends (it is used again, or its owner closes it). */
	END_KEEP = 2,
	END_TERMINAL = 4,
	END_REOPENED = 8, /* FD was opened anew; ORIGINAL is what was inherited */
	/* The process that was to write to the pseudo-terminal is gone, although others may hold it
	 * open: it ends as soon as there is nothing left to read. */
	END_LAST = 16,
	END_LARGE = 32, /* a file that had more than 64 KiB when it was described */
};

struct end {
	int fd;
	int original; /* only with END_REOPENED */
	uint8_t kind; /* enum end_kind */
	uint8_t flags;
	bool waits; /* read(2) and write(2) may block: only when poll allows, at most PIPE_BUF */
};

/* The kind of a connected socket of FAMILY and TYPE. */
enum end_kind end_kind(int family, int type);

/* Describe the socket FD of KIND, which is ours and non-blocking. */
struct end end_of_kind(int fd, enum end_kind kind);

/* As end_of_kind for one of unknown kind: finding out costs two system calls. */
struct end end_of_socket(int fd);

/* Describe the inherited descriptor FD, opened for reading or writing as WRITABLE says. A pipe is
 * opened anew if the system allows that, so that it need not block: then FD of the result is ours
 * (and end_close closes both). */
struct end end_of_inherited(int fd, bool writable);

/* Describe the master FD of a pseudo-terminal, which is ours and non-blocking. It ends when nobody
 * has the terminal open any longer, and what is written to it then is dropped. */
struct end end_of_pty(int fd);

/* The number of bytes read into BUFFER, 0 at the end, -1 with errno (EAGAIN: wait). A message of a
 * packet socket longer than SIZE fails with EMSGSIZE, an empty one with ENOMSG, because it is not
 * the end. */
ssize_t end_read(const struct end *end, void *buffer, size_t size) CHECKED;

/* The number of bytes written, which may be fewer than SIZE, or -1 with errno (EAGAIN: wait; EPIPE
 * raises no SIGPIPE for a socket; for others SIGPIPE must be ignored, as loop_new does). */
ssize_t end_write(const struct end *end, const void *data, size_t size) CHECKED;

/* Whether it is a terminal that belongs to another process group now: reading it would stop this
 * process (SIGTTIN). No event reports when that changes. */
bool end_is_in_background(const struct end *end);

/* Whether splice(2) may be tried on it: its kind supports it, and the call would not block. */
bool end_can_splice(const struct end *end);

/* Whether END, which is written to, is a pipe or a socket, so that the loop can tell when its
 * reader leaves (LOOP_GONE). */
bool end_has_reader(const struct end *end);

/* Write to TEXT the characters that tell the user of the pseudo-terminal END that its input has
 * ended, after a complete line or, with OPEN_LINE, an incomplete one, where the first character
 * only ends the line. Returns how many there are. */
size_t end_typed(const struct end *end, bool open_line, char text[2]);

/* Signal that nothing more will be written: shutdown(2) for a socket, close(2) for anything else,
 * but nothing for a pseudo-terminal (end_typed). With END_KEEP, only a socket that is ours is shut
 * down, and anything else is left as it is. 0, or -1 with errno (ENOSPC, EDQUOT, EIO from close;
 * ECONNRESET if the peer had given up). Closed ends have fd -1. */
int end_finish(struct end *end) CHECKED;

/* Close what is ours; an end with END_KEEP stays open. None of the three standard descriptors is
 * left closed, so that nothing opened later becomes one of them: a pipe or a socket is replaced
 * with an ended pipe; anything else, whose end nobody waits for, stays open until the process
 * ends. */
void end_close(struct end *end);

#endif
