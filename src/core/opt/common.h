/* SPDX-License-Identifier: ISC */
/* common.h - the options that all commands or several of them share. */
#ifndef CORE_OPT_COMMON_H
#define CORE_OPT_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/opt/opt.h"

struct bytes;

/* -v, --json, -4, -6, -n. FAMILY is AF_UNSPEC, AF_INET or AF_INET6. */
struct common_options {
	int level;
	int family;
	bool json;
	bool numeric;
};
extern const struct opt common_opts[];

/* -i and --max-time; 0: no limit. */
struct common_limits {
	int64_t idle_ns;
	int64_t max_ns;
};
extern const struct opt common_limit_opts[];

/* -E and --hex: how TEXT is read. */
struct common_text {
	int form; /* enum common_text_form */
};
enum common_text_form { COMMON_LITERAL, COMMON_ESCAPES, COMMON_HEX };
extern const struct opt common_text_opts[];

/* Append TEXT, read as FORM, to OUT. NULL, or the reason. */
const char *common_text_read(int form, const char *text, struct bytes *out) CHECKED;

/* With -v, report a backslash in TEXT that FORM leaves as it is: escapes were probably meant. */
void common_text_note(int form, const char *text);

/* common_text_read and common_text_note for TEXT, which was given as NAME (`--reply`, `MESSAGE`) on
 * the command line. An exit status: STATUS_DONE, or one line in WHY. */
enum status common_text_take(
	int form, const char *name, const char *text, struct bytes *out, struct bytes *why) CHECKED;

#endif
