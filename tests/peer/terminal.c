/* SPDX-License-Identifier: ISC */
/* terminal.c - run a command at a terminal of its own, and print what stands there at the end.
 *
 *     terminal [STEP...] -- COMMAND [ARG...]
 *
 * What is typed is not shown. Lines wider than the window are counted, and told of at the end; the
 * bytes as they came are in the file `raw`. The status is the command's, 128+N where signal N ended
 * it.
 *
 *     columns:N      the window's width from now on (80 at first; with 0 the terminal does not
 * know) echo           what is typed is shown out            the command's standard output is ours,
 * and no terminal (before all other steps) see:REGEX      until one of the lines that stand there
 * matches (extended, as for grep -E) unseen:REGEX   until none does type:TEXT      as if by the
 * user (with \n, \r, \t, \0, \xHH) signal:NAME    to the command and what it started run:COMMAND a
 * shell's command beside it, to its end wait:SECONDS   for what must not happen meanwhile
 */
#define _XOPEN_SOURCE	700 /* posix_openpt */
#define _DEFAULT_SOURCE	    /* TIOCSWINSZ */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/peer.h"
#include "lib/screen.h"

enum { PATIENCE_S = 20, TURN_MS = 100 };

/* A command, its terminal, and the screen that shows what it writes. */
struct run {
	pid_t pid;
	int fd;
	bool ended, to_terminal;
	FILE *raw;
	struct screen screen;
};

static void set_width(struct run *run, unsigned columns)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};

	screen_resize(&run->screen, columns);
	if (ioctl(run->fd, TIOCSWINSZ, &size) < 0)
		die("cannot set the size of the window: %s", strerror(errno));
}

static void set_echo(const struct run *run, bool shown)
{
	struct termios mode;

	if (tcgetattr(run->fd, &mode) < 0)
		die("no terminal: %s", strerror(errno));
	if (shown)
		mode.c_lflag |= (tcflag_t)ECHO;
	else
		mode.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(run->fd, TCSANOW, &mode) < 0)
		die("cannot set the terminal: %s", strerror(errno));
}

/* What the child does: its session has the terminal SLAVE, which was open all the time. Were it
 * not, that would look like the end to us. */
static _Noreturn void become(const struct run *run, int slave, char **command)
{
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) < 0 || dup2(slave, STDIN_FILENO) < 0 ||
		dup2(slave, STDERR_FILENO) < 0 ||
		(run->to_terminal && dup2(slave, STDOUT_FILENO) < 0))
		die("cannot have a terminal: %s", strerror(errno));
	if (slave > STDERR_FILENO)
		close(slave);
	close(run->fd);
	execvp(command[0], command);
	die("cannot run %s: %s", command[0], strerror(errno));
}

static void start(struct run *run, char **command)
{
	run->fd = posix_openpt(O_RDWR | O_NOCTTY);
	if (run->fd < 0 || grantpt(run->fd) < 0 || unlockpt(run->fd) < 0)
		die("cannot make a terminal: %s", strerror(errno));
	int slave = open(ptsname(run->fd), O_RDWR | O_NOCTTY);
	run->raw = fopen("raw", "wb");
	if (slave < 0 || !run->raw)
		die("cannot open the terminal, or raw: %s", strerror(errno));
	set_width(run, 80);
	set_echo(run, false);
	run->pid = fork();
	if (run->pid < 0)
		die("fork: %s", strerror(errno));
	if (run->pid == 0)
		become(run, slave, command);
	close(slave);
}

/* What comes within MS. The end of a terminal is an error, EIO. */
static void take(struct run *run, int ms)
{
	struct pollfd ready = {.fd = run->fd, .events = POLLIN};
	char data[4096];

	if (run->ended || poll(&ready, 1, ms) <= 0)
		return;
	ssize_t size = read(run->fd, data, sizeof(data));
	if (size <= 0) {
		run->ended = size == 0 || errno != EINTR;
		return;
	}
	fwrite(data, 1, (size_t)size, run->raw);
	screen_put(&run->screen, data, (size_t)size);
}

static void finish(struct run *run)
{
	fclose(run->raw);
	if (run->to_terminal)
		screen_print(&run->screen);
	fflush(stdout);
}

/* Read until the screen shows REGEX, or does not; NULL: until the end. */
static void read_until(struct run *run, const char *regex, bool wanted, const char *what)
{
	double patience =
		getenv("SOCKIT_TEST_PATIENCE") ? seconds(getenv("SOCKIT_TEST_PATIENCE")) : 1;
	int turns = (int)(PATIENCE_S * patience * 1000 / TURN_MS);

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

	if (write_all(run->fd, data, size) < 0)
		die("cannot type: %s", strerror(errno));
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
			kill(-run->pid, signals[i].number);
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
	for (int turns = (int)(time * 1000 / TURN_MS); turns > 0 && !run->ended; turns--) {
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
		set_echo(run, true);
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

int main(int argc, char **argv)
{
	static struct run run = {.to_terminal = true};
	int status, first = 1, last = 1;

	peer_begin("terminal");
	signal(SIGPIPE, SIG_DFL); /* the command's, too */
	while (last < argc && strcmp(argv[last], "--") != 0)
		last++;
	if (last + 1 >= argc)
		die("usage: terminal [STEP...] -- COMMAND [ARG...]");
	if (strcmp(argv[first], "out") == 0) {
		run.to_terminal = false;
		first++;
	}
	screen_init(&run.screen);
	start(&run, argv + last + 1);
	for (; first < last; first++)
		step(&run, argv[first]);
	read_until(&run, NULL, true, "the end");
	if (waitpid(run.pid, &status, 0) < 0)
		die("waitpid: %s", strerror(errno));
	finish(&run);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
