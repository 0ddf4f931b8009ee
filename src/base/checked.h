/* SPDX-License-Identifier: ISC */
/* checked.h - CHECKED follows each prototype whose result tells whether the call worked: the
 * compiler then warns if the result is ignored. To ignore one on purpose, use UNCHECKED, with the
 * reason next to it. */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#define CHECKED __attribute__((warn_unused_result))

/* Evaluate CALL and ignore its result; a cast to void would not silence gcc. */
#define UNCHECKED(call)                                                                            \
	do {                                                                                       \
		if (call) {                                                                        \
		}                                                                                  \
	} while (0)

#endif
