/* SPDX-License-Identifier: ISC */
/* terminal.c - run a command at its own terminal, and print what that shows at the end.
 *
 *     terminal [STEP...] -- COMMAND [ARG...]
 *
 * What is typed is not shown. Lines wider than the window are counted, and told of at the end; the
 * bytes as they came are in the file `raw`. The status is the command's, 128+N where signal N ended
 * it.
 *
 *     columns:N      the window's width from now on (80 at first; 0: the terminal does not know);
 *                    as the first step, from before the command is started
 *     echo           what is typed is shown
 *     out            the command's standard output is ours, no terminal (before all other steps)
 *     see:REGEX      until one of the lines that stand there matches (extended, as for grep -E)
 *     unseen:REGEX   until none does
 *     type:TEXT      as if by the user (with \n, \r, \t, \0, \xHH)
 *     signal:NAME    to the command and what it started
 *     run:COMMAND    a shell's command beside it, to its end
 *     wait:SECONDS   for what must not happen meanwhile
 */
#define _GNU_SOURCE /* posix_openpt, TIOCSWINSZ */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/pty.h"
#include "lib/screen.h"

enum { PATIENCE_S = 20, TURN_MS = 100, COLUMNS = 80 };

/* A command, its terminal, and the screen that shows what it writes. */
struct run {
	struct pty pty;
	bool ended, output_is_ours;
	FILE *raw;
	struct screen screen;
};

static void set_width(struct run *run, unsigned columns)
{
	screen_resize(&run->screen, columns);
	pty_set_size(&run->pty, 24, columns);
}

/* Read what comes within MS. */
static void take(struct run *run, int ms)
{
	char data[4096];

	if (run->ended)
		return;
	ssize_t size = pty_read(&run->pty, data, sizeof(data), ms);
	if (size < 0) {
		run->ended = true;
		return;
	}
	fwrite(data, 1, (size_t)size, run->raw);
	screen_put(&run->screen, data, (size_t)size);
}

static void finish(struct run *run)
{
	fclose(run->raw);
	if (!run->output_is_ours)
		screen_print(&run->screen);
	fflush(stdout);
}

/* Read until the screen shows REGEX, or does not show it; NULL: until the end. */
static void read_until(struct run *run, const char *regex, bool wanted, const char *what)
{
	double patience =
		getenv("SOCKIT_TEST_PATIENCE") ? seconds(getenv("SOCKIT_TEST_PATIENCE")) : 1;
	int turns = (int)(patience * (double)(PATIENCE_S * 1000 / TURN_MS));

	while (regex ? screen_shows(&run->screen, regex) != wanted : !run->ended) {
		if (run->ended || turns-- == 0) {
			finish(run);
			die("gave up on %s", what);
		}
		take(run, TURN_MS);
	}
}

static void type(const struct run *run, const char *text)
{
	size_t size;
	unsigned char *data = unescape(text, &size);

	pty_type(&run->pty, data, size);
	free(data);
}

static void send_signal(const struct run *run, const char *name)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {{"TERM", SIGTERM}, {"INT", SIGINT}, {"USR1", SIGUSR1}, {"STOP", SIGSTOP},
		{"CONT", SIGCONT}, {"HUP", SIGHUP}, {"TSTP", SIGTSTP}, {"WINCH", SIGWINCH}};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		if (strcmp(signals[i].name, name) == 0) {
			kill(-run->pty.pid, signals[i].number);
			return;
		}
	}
	die("no such signal: %s", name);
}

static void run_beside(const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		dup2(null, STDIN_FILENO);
		execlp("sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		die("this failed: %s", command);
}

static void wait_while(struct run *run, double time)
{
	for (int turns = (int)(time * (double)(1000 / TURN_MS)); turns > 0 && !run->ended;
		turns--) {
		struct pollfd nothing = {.fd = -1};
		poll(&nothing, 1, TURN_MS);
		take(run, 0);
	}
}

static void step(struct run *run, const char *word)
{
	const char *colon = strchr(word, ':'), *value = colon ? colon + 1 : "";
	size_t size = colon ? (size_t)(colon - word) : strlen(word);
#define STEP(text) (size == strlen(text) && strncmp(word, text, size) == 0)

	if (STEP("columns"))
		set_width(run, (unsigned)number(value, SCREEN_COLUMNS));
	else if (STEP("echo"))
		pty_set_echo(&run->pty, true);
	else if (STEP("see") || STEP("unseen"))
		read_until(run, value, STEP("see"), word);
	else if (STEP("type"))
		type(run, value);
	else if (STEP("signal"))
		send_signal(run, value);
	else if (STEP("run"))
		run_beside(value);
	else if (STEP("wait"))
		wait_while(run, seconds(value));
	else
		die("no such step: %s", word);
#undef STEP
}

/* The width for the start: a command reads it early, before a later step could set it. */
static unsigned first_width(const char *word)
{
	static const char columns[] = "columns:";
	size_t size = sizeof(columns) - 1;

	return strncmp(word, columns, size) == 0 ? (unsigned)number(word + size, SCREEN_COLUMNS)
						 : COLUMNS;
}

/* A standard output that is closed remains closed for the command, and none of our descriptors gets
 * its number. */
static void keep_closed(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd < STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status, first = 1, last = 1;

	keep_closed();
	peer_begin("terminal");
	signal(SIGPIPE, SIG_DFL); /* for the command too */
	while (last < argc && strcmp(argv[last], "--") != 0)
		last++;
	if (last + 1 >= argc)
		die("usage: terminal [STEP...] -- COMMAND [ARG...]");
	if (strcmp(argv[first], "out") == 0) {
		run.output_is_ours = true;
		first++;
	}
	screen_init(&run.screen);
	run.raw = fopen("raw", "wb");
	if (!run.raw)
		die("cannot write the file raw: %s", strerror(errno));
	run.pty = pty_start(argv + last + 1, run.output_is_ours, first_width(argv[first]));
	for (; first < last; first++)
		step(&run, argv[first]);
	read_until(&run, NULL, true, "the end");
	if (waitpid(run.pty.pid, &status, 0) < 0)
		die("waitpid: %s", strerror(errno));
	finish(&run);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
