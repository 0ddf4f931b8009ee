/* SPDX-License-Identifier: ISC */
/* trouble.h - warnings that strangers can cause at will, and therefore only a few of them. */
#ifndef UDP_TROUBLE_H
#define UDP_TROUBLE_H

/* Warn; after the tenth time, only with -v, said once. Who has figures to count in counts there. */
void trouble_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
