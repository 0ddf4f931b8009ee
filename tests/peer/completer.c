/* SPDX-License-Identifier: ISC */
/* completer.c - type beginnings of command lines into a shell, press TAB, and look at the screen.
 *
 *     completer SHELL [ARG...] <CASES
 *
 * SHELL runs at a terminal of its own. It must show the prompt `READY> ` and, on Ctrl-G, print
 * LINE<...> with what stands on the command line. A case is a line, | being the cursor:
 *
 *     sockit tcp-c| => sockit tcp-connect |      what the line becomes
 *     sockit tcp| ? tcp-connect !udp-send        what is shown below, and what is not
 *
 * Blank lines and those that begin with # are passed over. Status 1 if a case fails, each with what
 * was there instead.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/peer.h"
#include "lib/pty.h"

enum { PATIENCE_MS = 30000, ROWS = 300, COLUMNS = 400, MOST = 1 << 20, WORD = 1024 };

/* What the shell has shown since it was last cleared, without the sequences of terminals. */
static struct pty shell;
static char seen[MOST];
static size_t seen_size;
static int64_t patience_ms = PATIENCE_MS;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void type(const char *text)
{
	pty_type(&shell, text, strlen(text));
}

static void clear_seen(void)
{
	seen_size = 0;
	seen[0] = '\0';
}

/* The length of the terminal sequence at AT, which is before END: 0 if none, -1 if it is not
 * complete yet. New shells ask the terminal what it is, and wait for the answer. */
static long sequence(const char *at, const char *end)
{
	const char *p = at + 1;

	if (strchr("\016\017\007", *at) && *at)
		return 1;
	if (*at != '\033')
		return 0;
	if (p == end)
		return -1;
	if (*p == '[') {
		for (p++; p < end && (*p < '@' || *p > '~'); p++)
			;
		if (p == end)
			return -1;
		if (*p == 'c')
			type("\033[?62c");
		return p - at + 1;
	}
	if (*p == ']') {
		for (p++; p < end && *p != '\007' && !(*p == '\\' && p[-1] == '\033'); p++)
			;
		return p == end ? -1 : p - at + 1;
	}
	if (*p == '(' || *p == ')')
		return p + 1 == end ? -1 : 3;
	return 2;
}

/* Add what came, except for sequences; an incomplete one begins the next piece. */
static void see(const char *data, size_t size)
{
	static char left[8192];
	static size_t left_size;

	if (size > sizeof(left) - left_size)
		die("a sequence without an end");
	memcpy(left + left_size, data, size);
	left_size += size;
	const char *at = left, *end = left + left_size;
	while (at < end) {
		long skip = sequence(at, end);
		if (skip < 0)
			break;
		at += skip;
		if (skip > 0)
			continue;
		if (seen_size + 1 >= MOST)
			die("the shell shows too much");
		if (*at)
			seen[seen_size++] = *at;
		at++;
	}
	seen[seen_size] = '\0';
	left_size = (size_t)(end - at);
	memmove(left, at, left_size);
}

/* Read until HOLDS(ARG). False: not in time, or never. */
static bool wait_until(bool (*holds)(void *arg), void *arg)
{
	int64_t deadline = now_ms() + patience_ms;
	char data[4096];

	while (!holds(arg)) {
		int64_t left = deadline - now_ms();
		if (left <= 0)
			return false;
		ssize_t size = pty_read(&shell, data, sizeof(data), (int)left);
		if (size < 0)
			return false;
		see(data, (size_t)size);
	}
	return true;
}

/* The first LINE<...> in TEXT, up to behind its newline; NULL if there is none. *INSIDE and *SIZE
 * are what stands between the brackets. */
static const char *find_line(const char *text, const char **inside, size_t *size)
{
	const char *begin = strstr(text, "LINE<");

	if (!begin)
		return NULL;
	*inside = begin + strlen("LINE<");
	for (const char *end = strchr(*inside, '>'); end; end = strchr(end + 1, '>')) {
		const char *newline = end[1] == '\r' ? end + 2 : end + 1;
		if (*newline == '\n') {
			*size = (size_t)(end - *inside);
			return newline + 1;
		}
	}
	return NULL;
}

static bool has_line(void *arg)
{
	const char *inside;
	size_t size;

	(void)arg;
	return find_line(seen, &inside, &size) != NULL;
}

static bool has_prompt(void *arg)
{
	(void)arg;
	return strstr(seen, "READY> ") != NULL;
}

/* The command line, or NULL; what was seen before it is then everything that a TAB shows. */
static const char *command_line(void)
{
	static char line[WORD];
	const char *inside;
	size_t size;

	type("\007");
	if (!wait_until(has_line, NULL) || !find_line(seen, &inside, &size) || size >= sizeof(line))
		return NULL;
	memcpy(line, inside, size);
	line[size] = '\0';
	return line;
}

/* While fish's list is open, the first Ctrl-U may only close that. */
static void clear_line(void)
{
	for (int i = 0; i < 3; i++) {
		clear_seen();
		type("\025");
		const char *line = command_line();
		if (line && !*line)
			break;
	}
	clear_seen();
}

/* The end of the SIZE bytes of WORD: fish shows all of HOST:PORT, and zsh leaves out a : or = at
 * the end. What they are stands in brackets in fish. */
static void name_of(const char *word, size_t size, char name[WORD])
{
	while (size > 0 && strchr("(),;", *word))
		word++, size--;
	while (size > 0 && strchr("(),;", word[size - 1]))
		size--;
	while (size > 0 && strchr(":=", word[size - 1]))
		size--;
	size_t from = size;
	while (from > 0 && !strchr(":=", word[from - 1]))
		from--;
	snprintf(name, WORD, "%.*s", (int)(size - from), word + from);
}

/* Take the next word of *TEXT; false at its end. */
static bool next_name(const char **text, char name[WORD])
{
	*text += strspn(*text, " \t\r\n");
	size_t size = strcspn(*text, " \t\r\n");
	if (size == 0)
		return false;
	name_of(*text, size, name);
	*text += size;
	return true;
}

/* Blank out each LINE<...> of TEXT, and TYPED, without the blanks at its end, wherever it stands.
 */
static void remove_own(char *text, const char *typed)
{
	const char *inside, *after;
	size_t size, typed_size = strlen(typed);

	while ((after = find_line(text, &inside, &size)))
		memset(text + (inside - strlen("LINE<") - text), ' ',
			(size_t)(after - (inside - strlen("LINE<"))));
	while (typed_size > 0 && typed[typed_size - 1] == ' ')
		typed_size--;
	for (char *at = text; typed_size > 0 && *at; at++)
		if (strncmp(at, typed, typed_size) == 0)
			memset(at, ' ', typed_size);
}

struct wanted {
	const char *typed, *words;
	char missing[WORD], extra[WORD]; /* of the last look */
};

/* Does TEXT show NAME? An option after a single blank is a word of another one's help. */
static bool shows(const char *text, const char *name)
{
	const char *begin = text;
	char word[WORD];

	for (;;) {
		text += strspn(text, " \t\r\n");
		bool in_a_sentence =
			text - begin >= 2 && text[-1] == ' ' && !strchr(" \t\r\n", text[-2]);
		if (!next_name(&text, word))
			return false;
		if (strcmp(word, name) == 0 && !(*name == '-' && in_a_sentence))
			return true;
	}
}

/* Is everything there that is wanted? EXTRA gets what is there although it is not wanted. */
static bool all_shown(void *arg)
{
	struct wanted *w = arg;
	const char *words = w->words;
	char *text = strdup(seen), name[WORD];

	if (!text)
		die("out of memory");
	remove_own(text, w->typed);
	w->missing[0] = w->extra[0] = '\0';
	for (;;) {
		words += strspn(words, " ");
		bool no = *words == '!';
		words += no;
		if (!next_name(&words, name))
			break;
		char *list = no ? w->extra : w->missing;
		if (shows(text, name) == no)
			snprintf(list + strlen(list), WORD - strlen(list), " %s", name);
	}
	free(text);
	return !*w->missing;
}

static bool failed(const char *why, const char *what)
{
	printf("%s%s\n%s\n", why, what, seen);
	return false;
}

static bool check_line(const char *typed, char *wanted)
{
	const char *line = command_line();
	size_t size = strlen(wanted);

	(void)typed;
	if (size > 0 && wanted[size - 1] == '|')
		wanted[size - 1] = '\0';
	return (line && strcmp(line, wanted) == 0) ||
		failed("the line is: ", line ? line : "nothing");
}

static bool check_shown(const char *typed, char *wanted)
{
	static struct wanted w;

	w.typed = typed;
	w.words = wanted;
	wait_until(all_shown, &w);
	if (!command_line())
		return failed("the shell does not answer", "");
	if (!all_shown(&w))
		return failed("lacks", w.missing);
	return !*w.extra || failed("has", w.extra);
}

/* One line of the input: TYPED| => LINE or TYPED| ? WORDS. */
static bool check(char *line)
{
	char *bar = strstr(line, "| =>"), *question = strstr(line, "| ?");
	bool list = !bar || (question && question < bar);

	if (list)
		bar = question;
	if (!bar)
		die("not a case: %s", line);
	*bar = '\0';
	char *wanted = bar + (list ? 3 : 4);
	wanted += *wanted == ' ';
	type(line);
	const char *there = command_line();
	if (!there || strcmp(there, line) != 0)
		return failed("the shell does not take what is typed", "");
	clear_seen();
	type("\t");
	return list ? check_shown(line, wanted) : check_line(line, wanted);
}

int main(int argc, char **argv)
{
	const char *patience = getenv("SOCKIT_TEST_PATIENCE");
	char line[WORD];
	int failures = 0;

	peer_begin("completer");
	signal(SIGPIPE, SIG_DFL); /* for the shell too */
	if (argc < 2)
		die("usage: completer SHELL [ARG...] <CASES");
	if (patience)
		patience_ms = (int64_t)((double)PATIENCE_MS * seconds(patience));
	shell = pty_start(argv + 1, false, COLUMNS);
	pty_set_echo(&shell, true);
	/* Nobody would answer the question about a list longer than the screen. */
	pty_set_size(&shell, ROWS, COLUMNS);
	if (!wait_until(has_prompt, NULL))
		die("no prompt: %s", seen);
	clear_line();
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[strspn(line, " \t")] == '\0' || *line == '#')
			continue;
		char *copy = strdup(line);
		if (!copy || !check(copy)) {
			printf("FAILED %s\n", line);
			failures++;
		}
		free(copy);
		clear_line();
	}
	kill(shell.pid, SIGKILL);
	waitpid(shell.pid, NULL, 0);
	return failures > 0;
}
