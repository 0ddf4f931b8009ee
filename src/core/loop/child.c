/* SPDX-License-Identifier: ISC */
/* child.c - start a command, find it, prepare its environment. */
#include "core/loop/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/loop/loop_private.h"
#include "core/os/pty.h"

enum {
	STANDARD_FDS = 3,
	SHELL_NOT_FOUND = 127,
	SHELL_CANNOT_RUN = 126,
	SHELL_SIGNALLED = 128,
};

extern char **environ;

/* Fill SET with the signals that are reset to their default for a command, whatever was ignored
 * when this process started: systemd ignores SIGPIPE for everyone, and a command that writes to a
 * client that has left would go on forever. Only the signals that nohup(1) and the shell of a
 * background job ignore are meant to be ignored by a command in our process group too. */
static void set_default(sigset_t *set, bool own_group)
{
	sigfillset(set);
	/* Some systems reject these two. */
	sigdelset(set, SIGKILL);
	sigdelset(set, SIGSTOP);
	if (own_group)
		return;
	sigdelset(set, SIGHUP);
	sigdelset(set, SIGINT);
	sigdelset(set, SIGQUIT);
}

void child_become(char *const argv[])
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set;

	set_default(&set, false);
	sigemptyset(&action.sa_mask);
	for (int signo = 1; signo <= LOOP_SIGNAL_MAX; signo++) {
		if (sigismember(&set, signo) == 1)
			sigaction(signo, &action, NULL);
	}
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	execvp(argv[0], argv);
}

static int set_attributes(posix_spawnattr_t *attributes, const struct child_command *command)
{
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	sigset_t defaults, none;
	set_default(&defaults, command->own_group || command->terminal);
	sigemptyset(&none);
	int err = posix_spawnattr_setsigdefault(attributes, &defaults);
	if (!err)
		err = posix_spawnattr_setsigmask(attributes, &none);
	if (command->terminal) {
		flags = (short)(flags | os_spawn_session);
	} else if (command->own_group) {
		flags |= POSIX_SPAWN_SETPGROUP;
		if (!err)
			err = posix_spawnattr_setpgroup(attributes, 0);
	}
	return err ? err : posix_spawnattr_setflags(attributes, flags);
}

static int spawn_with(
	pid_t *pid, const struct child_command *command, const posix_spawn_file_actions_t *actions)
{
	posix_spawnattr_t attributes;
	int err = posix_spawnattr_init(&attributes);
	if (err)
		return err;
	err = set_attributes(&attributes, command);
	errno = 0;
	if (!err)
		err = posix_spawnp(pid, command->argv[0], actions, &attributes, command->argv,
			command->environ ? command->environ : environ);
	/* posix_spawn of glibc 2.31 returns 1, which is EPERM, whatever clone(2) failed with. */
	if (err == EPERM && errno)
		err = errno;
	posix_spawnattr_destroy(&attributes);
	return err;
}

static int add_descriptors(posix_spawn_file_actions_t *actions, int in, int out, int error)
{
	int err = posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
	if (!err && error)
		err = posix_spawn_file_actions_adddup2(actions, error, STDERR_FILENO);
	return err;
}

/* The command itself must open the terminal to make it its controlling terminal. */
static int add_terminal(posix_spawn_file_actions_t *actions, const char *path)
{
	int err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, path, O_RDWR, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, STDIN_FILENO, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, STDIN_FILENO, STDERR_FILENO);
	return err;
}

/* Returns an errno, or 0 for success. */
static int spawn(pid_t *pid, const struct child_command *command, int in, int out)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	err = command->terminal ? add_terminal(&actions, command->terminal)
				: add_descriptors(&actions, in, out, command->err);
	if (!err)
		err = spawn_with(pid, command, &actions);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* Returns FD, or a copy above the standard descriptors: from there dup2(2) can neither overwrite
 * the other end nor copy a descriptor onto itself, which would leave close-on-exec set. */
static int clear_of_standard(int fd)
{
	return fd < STANDARD_FDS ? fcntl(fd, F_DUPFD_CLOEXEC, STANDARD_FDS) : fd;
}

pid_t child_start(const struct child_command *command)
{
	pid_t pid = -1;
	int in = clear_of_standard(command->in);
	int out = clear_of_standard(command->out);
	int err = in < 0 || out < 0 ? errno : spawn(&pid, command, in, out);
	if (in != command->in)
		fd_close(in);
	if (out != command->out)
		fd_close(out);
	if (!err)
		return pid;
	errno = err;
	return -1;
}

int child_shell_status(int err)
{
	return err == ENOENT ? SHELL_NOT_FOUND : SHELL_CANNOT_RUN;
}

int child_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? SHELL_SIGNALLED + WTERMSIG(wait_status)
					: WEXITSTATUS(wait_status);
}

/* 0, or -1 with errno. A container's filter may know only access(2). */
static int can_run(const char *path)
{
	int found = faccessat(AT_FDCWD, path, X_OK, AT_EACCESS);

	return found != 0 && errno == EPERM ? access(path, X_OK) : found;
}

static int find_at(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return -1;
	if (S_ISREG(st.st_mode))
		return can_run(path);
	errno = EACCES;
	return -1;
}

/* Look into the directory named by the SIZE bytes at DIR; an empty name is the current
 * directory. */
static int find_in(const char *dir, size_t size, const char *name)
{
	char path[PATH_MAX];
	int length =
		snprintf(path, sizeof(path), "%.*s%s%s", (int)size, dir, size > 0 ? "/" : "", name);
	if (length >= 0 && (size_t)length < sizeof(path))
		return find_at(path);
	errno = ENAMETOOLONG;
	return -1;
}

int child_find(const char *name)
{
	if (strchr(name, '/'))
		return find_at(name);
	const char *path = getenv("PATH");
	if (!path)
		path = "/bin:/usr/bin";
	int err = ENOENT;
	while (*name && path) {
		size_t size = strcspn(path, ":");
		if (find_in(path, size, name) == 0)
			return 0;
		if (errno == EACCES)
			err = EACCES;
		path = path[size] ? path + size + 1 : NULL;
	}
	errno = err;
	return -1;
}

enum status child_check(const char *name, struct bytes *why)
{
	int err;

	if (child_find(name) == 0)
		return STATUS_DONE;
	err = errno;
	return fail_with(why, status_of_errno(err), "cannot run %s: %s", name, status_reason(err));
}

static bool is_set(const char *variable, const char *const *set, size_t count)
{
	size_t size = strcspn(variable, "=");
	for (size_t i = 0; i < count; i++) {
		if (set[i] && strcspn(set[i], "=") == size && strncmp(set[i], variable, size) == 0)
			return true;
	}
	return false;
}

char **child_environ(const char *const *set, size_t count)
{
	size_t slots = count + 1, bytes = 0;
	for (char **e = environ; e && *e; e++)
		slots++;
	for (size_t i = 0; i < count; i++)
		bytes += set[i] ? strlen(set[i]) + 1 : 0;
	char **block = malloc(slots * sizeof(*block) + bytes);
	if (!block)
		return NULL;
	char **slot = block;
	for (char **e = environ; e && *e; e++) {
		if (!is_set(*e, set, count))
			*slot++ = *e;
	}
	char *text = (char *)(block + slots);
	for (size_t i = 0; i < count; i++) {
		if (!set[i] || !strchr(set[i], '='))
			continue;
		*slot++ = text;
		text = stpcpy(text, set[i]) + 1;
	}
	*slot = NULL;
	return block;
}
