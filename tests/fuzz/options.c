/* SPDX-License-Identifier: ISC */
/* options.c - command lines as anybody may type them, a word per line: parsed, or refused with one
 * line that explains why. A translated line of another program must be a line that can be parsed.
 *
 * The first byte is the command: 0 for tcp-connect, and so on.
 *
 * covers: core/opt/opt.c core/opt/opt_rules.c core/opt/guess.c meant/meant.c
 *         meant/line.c meant/socat.c meant/nc.c meant/dig.c
 * but: opt_report is_out_of_place drop_hint add_hint opt_requirement */
#include "base/bytes.h"
#include "core/opt/opt.h"
#include "fuzz.h"
#include "meant/meant.h"
#include "names/commands.h"
#include "raw/commands.h"
#include "tcp/commands.h"
#include "udp/commands.h"

/* MEANT_MAX: each letter may become a word. */
enum { WORDS_MAX = 48, MEANT_MAX = 8192, COMMANDS = 7 };

static const struct command *const commands[COMMANDS] = {&tcp_connect_command, &tcp_serve_command,
	&udp_send_command, &udp_listen_command, &raw_send_command, &resolve_command,
	&services_command};

static enum opt_outcome parse(
	const struct command *command, size_t count, char *const words[], struct bytes *why)
{
	/* Of exactly this size, so that a checker detects writes beyond it. */
	void *config = malloc(command->config_size);
	struct opt_words left;
	enum opt_outcome outcome;

	must(config != NULL);
	outcome = opt_parse(command, (int)count, words, config, &left, why);
	must(outcome == OPT_BAD ? why->size > 0 : outcome != OPT_RUN || why->size == 0);
	if (outcome == OPT_RUN) {
		must(left.operand_count <= count);
		for (size_t i = 0; i < left.given_count; i++)
			must(opt_given(&left, left.given[i]->name));
	}
	opt_release(command, config, &left);
	free(config);
	return outcome;
}

/* Cut LINE into words as a shell does. Returns how many. */
static size_t cut(char *line, char *words[MEANT_MAX + 1])
{
	size_t count = 0;
	char *out = line;

	while (*line && count < MEANT_MAX) {
		bool quoted = false;

		words[count++] = out;
		for (; *line && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else if (*line == '\\' && !quoted)
				*out++ = *++line;
			else
				*out++ = *line;
		}
		must(!quoted);
		line += *line == ' ';
		*out++ = '\0';
	}
	words[count] = NULL;
	return count;
}

/* Whether WHY is about the options themselves, not about the value of one. */
static bool is_about_options(struct bytes *why)
{
	return strncmp(bytes_text(why), "bad ", 4) != 0;
}

/* The command line in a hint must be valid. */
static void check_meant(size_t count, char *const words[])
{
	struct bytes line = {0}, why = {0};
	static char *meant[MEANT_MAX + 1];
	size_t n;

	if (count > 0 && meant_add((int)count, words, &line)) {
		char *copy = strdup(bytes_text(&line));

		must(copy != NULL && strncmp(copy, "sockit ", 7) == 0);
		n = cut(copy, meant);
		must(n >= 2);
		for (size_t i = 0; i < COMMANDS; i++) {
			if (strcmp(commands[i]->name, meant[1]) == 0)
				must(parse(commands[i], n - 2, meant + 2, &why) != OPT_BAD ||
					!is_about_options(&why));
		}
		free(copy);
	}
	bytes_release(&line);
	bytes_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS_MAX + 1];
	struct bytes why = {0};
	char *text;
	size_t count;

	if (size == 0)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	count = *text ? fuzz_words(text, '\n', words, WORDS_MAX) : 0;
	words[count] = NULL;
	if (parse(commands[(uint8_t)(*data - '0') % COMMANDS], count, words, &why) == OPT_BAD)
		must(!strchr(bytes_text(&why), '\n') || strlen(text) > 0);
	check_meant(count, words);
	bytes_release(&why);
	free(text);
	return 0;
}
