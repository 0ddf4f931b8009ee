/* SPDX-License-Identifier: ISC */
/* run.h - run sockit once, in the current folder, with or without a call that fails. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "calls.h"
#include "cases.h"

/* What a server says that ends because not all of what it heard can be written. */
#define TORTURE_LOST "lines were lost"

/* Shared by all runs. */
extern const char *run_sockit, *run_library;

/* The address of helper NAME, to be found in words; kept. */
void run_know(const char *name, const char *address);
const char *run_address(const char *name);

/* WORDS as arguments, in one piece of memory that the caller frees. */
char **run_words(const char *words);

struct outcome {
	int status;	    /* as a shell has it */
	bool ended;	    /* by itself, or when it was told to */
	bool was_ready;	    /* a server: it listened */
	bool went_on;	    /* a server: it ran until it was told to end */
	bool left;	    /* a process of it was left */
	bool restored;	    /* the terminal is as it was */
	int open;	    /* a server: its descriptors after its clients */
	char err[4096];	    /* the beginning of its standard error */
	struct heard out;   /* what counts of its output */
	struct heard again; /* a server: what a second client heard */
};

/* Run C, in which what PAGE says fails; PATH is its file. A server is waited for, for a while,
 * until it has no more than OPEN descriptors; 0: as many as it has. */
void run_once(const struct torture_case *c, struct torture_page *page, const char *path, int open,
	struct outcome *o);

#endif
