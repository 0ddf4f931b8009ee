/* SPDX-License-Identifier: ISC */
/* messages.h - recvmmsg(2) and sendmmsg(2), or one message at a time if they are refused. Linux
 * only. */
#ifndef CORE_OS_MESSAGES_H
#define CORE_OS_MESSAGES_H

#include "base/checked.h"

struct mmsghdr;

/* Receive up to COUNT messages, or send them, with the FLAGS of recvmsg(2) and sendmsg(2), which
 * must not wait. Their number, each with its msg_len; or -1 with errno if there was none, never
 * EINTR. */
int os_messages_receive(int fd, struct mmsghdr *messages, int count, int flags) CHECKED;
int os_messages_send(int fd, struct mmsghdr *messages, int count, int flags) CHECKED;

#endif
