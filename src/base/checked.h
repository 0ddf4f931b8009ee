/* SPDX-License-Identifier: ISC */
/* checked.h - CHECKED stands behind each prototype whose result says whether it worked: the
 * compiler then warns where it is ignored. What is ignored on purpose goes through UNCHECKED, with
 * the reason beside it. */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#define CHECKED __attribute__((warn_unused_result))

/* Evaluate CALL and ignore its result; a cast to void would not do for gcc. */
#define UNCHECKED(call)                                                                            \
	do {                                                                                       \
		if (call) {                                                                        \
		}                                                                                  \
	} while (0)

#endif
