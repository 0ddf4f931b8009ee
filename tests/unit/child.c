/* SPDX-License-Identifier: ISC */
/* child.c - commands: descriptors, signals, environment, statuses. */
#include "core/loop/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/loop/loop.h"
#include "tap.h"

enum { OUTPUT_MAX = 8192 };

static void new_pipe(int fds[2])
{
	if (pipe(fds) != 0)
		abort();
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
}

static int wait_for(pid_t pid)
{
	int status = -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return child_exit_status(status);
}

static struct child_command shell(const char *script, int in, int out)
{
	static char name[] = "sh", option[] = "-c";
	static char *argv[] = {name, option, NULL, NULL};
	argv[2] = (char *)(uintptr_t)script;
	return (struct child_command){.argv = argv, .in = in, .out = out};
}

/* Everything that COMMAND writes to its output, a pipe that is made here. */
static const char *output_of(struct child_command command)
{
	static char text[OUTPUT_MAX];
	int fds[2];
	size_t size = 0;
	ssize_t n;
	new_pipe(fds);
	command.out = fds[1];
	pid_t pid = child_start(&command);
	close(fds[1]);
	while ((n = read(fds[0], text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)n;
	text[size] = '\0';
	close(fds[0]);
	wait_for(pid);
	return text;
}

static const char *shell_output(const char *script)
{
	return output_of(shell(script, STDIN_FILENO, -1));
}

/* If vfork is only fork, as under valgrind, posix_spawn(3) can report this only by status 127. */
static bool is_refused(const struct child_command *command, int err)
{
	pid_t pid = child_start(command);
	return pid < 0 ? errno == err : wait_for(pid) == 127;
}

static void test_status(void)
{
	struct child_command c = shell("exit 7", 0, 1);
	OK(wait_for(child_start(&c)) == 7, "the command's status");
	c = shell("kill -9 $$", 0, 1);
	OK(wait_for(child_start(&c)) == 128 + 9, "128 and the signal that ended it");
	char nosuch[] = "nosuch-command", directory[] = "/";
	char *argv[] = {nosuch, NULL};
	c.argv = argv;
	OK(is_refused(&c, ENOENT), "no such command is ENOENT");
	argv[0] = directory;
	OK(is_refused(&c, EACCES), "a directory is EACCES");
	OK(child_shell_status(ENOENT) == 127 && child_shell_status(EACCES) == 126,
		"127 and 126 in a shell");
}

static void test_descriptors(void)
{
	int in[2];
	new_pipe(in);
	OK(write(in[1], "text\n", 5) == 5, "some input");
	struct child_command c = shell("read line; echo \"got $line\"", in[0], -1);
	OK(tap_same(output_of(c), "got text\n"), "in and out become 0 and 1");
	OK(fcntl(in[0], F_GETFD) == FD_CLOEXEC, "the caller's stay as they were");
	OK(tap_same(shell_output("for fd in 3 4 5 6 7 8 9; do "
				 "(: >&$fd) 2>/dev/null && echo $fd; done; echo end"),
		   "end\n"),
		"no other descriptor is there");
	close(in[0]);
	close(in[1]);
}

/* Run SCRIPT with IN and OUT after the standard descriptors were replaced by PLACED[0] and [1]. */
static int run_with(const int placed[2], int in, int out, const char *script)
{
	int saved[2] = {fcntl(0, F_DUPFD_CLOEXEC, 10), fcntl(1, F_DUPFD_CLOEXEC, 10)};
	fflush(stdout);
	dup2(placed[0], 0);
	dup2(placed[1], 1);
	fcntl(0, F_SETFD, FD_CLOEXEC);
	fcntl(1, F_SETFD, FD_CLOEXEC);
	struct child_command c = shell(script, in, out);
	int status = wait_for(child_start(&c));
	for (int i = 0; i < 2; i++) {
		dup2(saved[i], i);
		close(saved[i]);
	}
	return status;
}

static void test_low_descriptors(void)
{
	int fds[2];
	char text[4];
	new_pipe(fds);
	OK(write(fds[1], "a\n", 2) == 2, "some input");
	OK(run_with(fds, 0, 1, "read a && echo b") == 0 && read(fds[0], text, 4) == 2 &&
			text[0] == 'b',
		"0 and 1 themselves, though close-on-exec");
	int swapped[2] = {fds[1], fds[0]};
	OK(write(fds[1], "a\n", 2) == 2, "some input");
	OK(run_with(swapped, 1, 0, "read a && echo c") == 0 && read(fds[0], text, 4) == 2 &&
			text[0] == 'c',
		"1 and 0 swapped");
	close(fds[0]);
	close(fds[1]);
}

static void on_signal(void *arg, int signo)
{
	(void)arg;
	(void)signo;
}

static void test_signals(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	struct loop *loop = loop_new(NULL);
	sigset_t blocked;
	loop_signal(loop, SIGTERM, false, on_signal, NULL);
	loop_signal(loop, SIGHUP, false, on_signal, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	struct child_command c = shell("kill -PIPE $$", 0, 1);
	OK(wait_for(child_start(&c)) == 128 + SIGPIPE,
		"SIGPIPE is default, even if it was ignored at the start");
	c = shell("kill -ALRM $$", 0, 1);
	OK(wait_for(child_start(&c)) == 128 + SIGALRM, "so is what we had nothing to do with");
	c = shell("kill -TERM $$", 0, 1);
	OK(wait_for(child_start(&c)) == 128 + SIGTERM, "so is what is caught");
	c = shell("kill -USR1 $$", 0, 1);
	OK(wait_for(child_start(&c)) == 128 + SIGUSR1, "nothing is blocked");
	c = shell("kill -HUP $$", 0, 1);
	OK(wait_for(child_start(&c)) == 0, "what nohup ignored stays so in our group");
	c.own_group = true;
	OK(wait_for(child_start(&c)) == 128 + SIGHUP, "but not in a group of its own");
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	loop_free(loop);
}

static void test_group(void)
{
	struct child_command c = shell("sleep 60", 0, 1);
	c.own_group = true;
	pid_t pid = child_start(&c);
	OK(getpgid(pid) == pid, "its own process group");
	kill(-pid, SIGKILL);
	wait_for(pid);
	c.own_group = false;
	pid = child_start(&c);
	OK(getpgid(pid) == getpgrp(), "or ours");
	kill(pid, SIGKILL);
	wait_for(pid);
}

static void test_environ(void)
{
	static const char *const set[] = {"TCPREMOTEIP=192.0.2.1", NULL, "GONE", "EMPTY=", "A=b=c"};
	setenv("GONE", "1", 1);
	setenv("GONE2", "2", 1);
	setenv("TCPREMOTEIP", "outer", 1);
	struct child_command c = shell(
		"echo \"$TCPREMOTEIP ${GONE-gone} $GONE2 ${EMPTY-unset} $A\"", STDIN_FILENO, -1);
	char **block = child_environ(set, sizeof(set) / sizeof(set[0]));
	c.environ = block;
	OK(tap_same(output_of(c), "192.0.2.1 gone 2  b=c\n"), "variables set, replaced, removed");
	int seen = 0;
	for (char **e = block; *e; e++)
		seen += strncmp(*e, "TCPREMOTEIP=", 12) == 0;
	OK(seen == 1, "each is there once");
	free(block);
	block = child_environ(NULL, 0);
	OK(block && block[0], "a plain copy");
	free(block);
}

static void test_find(void)
{
	OK(child_find("sh") == 0, "found in PATH");
	OK(child_find("/bin/sh") == 0, "found by its path");
	OK(child_find("nosuch-command") == -1 && errno == ENOENT, "not in PATH");
	OK(child_find("") == -1 && errno == ENOENT, "the empty name");
	OK(child_find("/nosuch/command") == -1 && errno == ENOENT, "no such path");
	OK(child_find("/") == -1 && errno == EACCES, "a directory cannot be run");
	OK(child_find("/etc/passwd") == -1 && errno == EACCES, "nor a plain file");
	setenv("PATH", "/nosuch:/etc", 1);
	OK(child_find("passwd") == -1 && errno == EACCES, "nor one found in PATH");
	OK(chdir("/bin") == 0, "in /bin");
	setenv("PATH", "/nosuch:", 1);
	OK(child_find("sh") == 0, "an empty part of PATH is the current directory");
	unsetenv("PATH");
	OK(child_find("sh") == 0, "without PATH the usual places count");
}

int main(void)
{
	test_status();
	test_descriptors();
	test_low_descriptors();
	test_signals();
	test_group();
	test_environ();
	test_find();
	return tap_end();
}
