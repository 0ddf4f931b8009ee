/* SPDX-License-Identifier: ISC */
/* mode.h - shared by the programs of the bench: the first word selects what to do. */
#ifndef MODE_H
#define MODE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mode {
	const char *name;
	int operands; /* at least */
	int (*run)(char **operands);
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

/* Run the one of MODES (which end with one without a name) that ARGV names; the exit status. */
static int run_mode(const struct mode *modes, int argc, char **argv)
{
	for (const struct mode *m = modes; argc > 1 && m->name; m++) {
		if (strcmp(argv[1], m->name) == 0 && argc - 2 >= m->operands)
			return m->run(argv + 2);
	}
	fprintf(stderr, "usage: %s", program_invocation_short_name);
	for (const struct mode *m = modes; m->name; m++)
		fprintf(stderr, "%c%s", m == modes ? ' ' : '|', m->name);
	fputs(" ...\n", stderr);
	return 2;
}

#endif
