/* SPDX-License-Identifier: ISC */
/* steps.h - what a peer does with one connection, a word for each step; peer.c lists them. */
#ifndef STEPS_H
#define STEPS_H

/* A word of STEPS, which NULL ends, that is none ends us. */
void steps_check(char *const *steps);

/* Take the connection FD, which is closed then, through STEPS, and print what it saw. A failed
 * system call is printed as `STEP: reason` and ends the steps, but not the program. */
void steps_go(int fd, char *const *steps);

#endif
