/* SPDX-License-Identifier: ISC */
/* uncleared.h - large locals that a system call or the next line fills.
 *
 * A compiler with -ftrivial-auto-var-init=zero would clear them in each call. Only for locals that
 * are never read before they are written, in functions that are called often. */
#ifndef BASE_UNCLEARED_H
#define BASE_UNCLEARED_H

#ifdef __has_attribute
#if __has_attribute(uninitialized)
#define UNCLEARED __attribute__((uninitialized))
#endif
#endif
#ifndef UNCLEARED
#define UNCLEARED
#endif

#endif
