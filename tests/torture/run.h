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

/* Set the address of the helper NAME, for use in words; it is kept. */
void run_know(const char *name, const char *address);
const char *run_address(const char *name);

/* WORDS as arguments, in one piece of memory that the caller frees. */
char **run_words(const char *words);

struct outcome {
	int status;	    /* as in a shell */
	bool ended;	    /* on its own, or when it was told to */
	bool was_ready;	    /* a server: it listened */
	bool is_over;	    /* a server: before it was told to end, it was to end by itself */
	bool went_on;	    /* a server: it ran until it was told to end */
	bool left;	    /* one of its processes was left */
	bool restored;	    /* the terminal is as it was */
	int open;	    /* a server: its descriptors after its clients */
	char err[4096];	    /* the beginning of its standard error */
	struct heard out;   /* the part of its output that counts */
	struct heard again; /* a server: what a second client heard */
};

/* Run C, in which the call that PAGE selects fails; PATH is its file. For a server, wait a while
 * until it has at most OPEN descriptors; 0: any number. */
void run_once(const struct torture_case *c, struct torture_page *page, const char *path, int open,
	struct outcome *o);

#endif
