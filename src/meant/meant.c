/* SPDX-License-Identifier: ISC */
/* meant.c - translate command lines of socat, nc and dig for sockit. */
#include "meant/meant.h"

#include <ctype.h>
#include <string.h>

#include "meant/line.h"

enum { WORDS_MAX = 16 };

static bool is_among(const char *word, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, word) == 0)
			return true;
	return false;
}

bool meant_add(int argc, char *const argv[], struct bytes *out)
{
	static const char *const ncs[] = {"nc", "ncat", "netcat", NULL};
	static const char *const digs[] = {"dig", "host", "nslookup", NULL};

	if (argc < 1 || argc > WORDS_MAX)
		return false;
	if (strcmp(argv[0], "socat") == 0)
		return meant_socat(argc - 1, argv + 1, out);
	if (is_among(argv[0], ncs))
		return meant_nc(argc - 1, argv + 1, out);
	if (is_among(argv[0], digs))
		return meant_dig(argc - 1, argv + 1, out);
	if (argv[0][0] == '@')
		return meant_dig(argc, argv, out);
	if (argv[0][0] == '-' && isalpha((unsigned char)argv[0][1]))
		return meant_nc(argc, argv, out);
	return meant_socat(argc, argv, out);
}
