/* SPDX-License-Identifier: ISC */
/* steps.h - what a peer does with one connection, a word for each step; peer.c lists them. */
#ifndef STEPS_H
#define STEPS_H

/* Check the words of STEPS, which NULL ends; one that is not a step ends the program. */
void steps_check(char *const *steps);

/* Take the connection FD through STEPS, print what it saw, and close it. A failed system call is
 * printed as `STEP: reason` and ends the steps, but not the program. */
void steps_go(int fd, char *const *steps);

#endif
