/* SPDX-License-Identifier: ISC */
/* message.h - sockets that keep messages apart (SOCK_SEQPACKET): an empty message is not the end,
 * and a long one gets enough room. */
#ifndef CORE_SOCK_MESSAGE_H
#define CORE_SOCK_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/checked.h"

/* Make FD, which is ours, distinguish an empty message from the end. */
void message_prepare(int fd);

/* Receive one message of up to SIZE bytes into BUFFER without waiting: its size, or -1 with errno
 * (EMSGSIZE: it is longer). 0 is an empty message, or with *ENDED the end. On a socket that was not
 * prepared, empty messages right before the end may be taken for it. */
ssize_t message_receive(int fd, void *buffer, size_t size, bool *ended) CHECKED;

/* Send the COUNT parts at PART as one message without waiting and without SIGPIPE. A socket that
 * takes only shorter ones is given more room, as far as the system allows
 * (net.core.wmem_max). The size, or -1 with errno (EMSGSIZE: still too long). */
ssize_t message_send(int fd, const struct iovec *part, int count) CHECKED;

#endif
