/* SPDX-License-Identifier: ISC */
/* uncleared.h - large locals that a system call or the next line fills.
 *
 * A compiler with -ftrivial-auto-var-init=zero, which clears all locals, would do so in each
 * call. Only behind what is never read before it was written, and where that happens often. */
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
