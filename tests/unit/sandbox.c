/* SPDX-License-Identifier: ISC */
/* sandbox.c - try what the sandbox must forbid, and what it must not. */
#define _DEFAULT_SOURCE /* mkdtemp */

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os/sandbox/sandbox.h"
#include "tap.h"
#include "thread.h"

static char dir[] = "/tmp/sockit-sandbox-XXXXXX";

/* Each returns 0 if it was possible, else its errno. */
static int start_program(void)
{
	char *const argv[] = {(char *)"true", NULL};

	execv("/bin/true", argv);
	return errno;
}

static int start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : 0;
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	return fd < 0 ? errno : close(fd);
}

static int write_outside(void)
{
	return make_file("/tmp/sockit-sandbox-outside");
}

static int write_inside(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/file", dir);
	return make_file(path) != 0 ? errno : unlink(path) != 0 ? errno : 0;
}

static int inet_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : close(fd);
}

static int read_file(void)
{
	int fd = open("/etc/passwd", O_RDONLY);

	return fd < 0 ? errno : close(fd);
}

static int look_up(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	int err = getaddrinfo("localhost", "80", &hints, &list);

	if (!err)
		freeaddrinfo(list);
	return err & 0xff;
}

/* What ACT returns in a separate process, in the sandbox. */
static int within(int (*act)(void))
{
	const char *const writable[] = {NULL, dir};
	const struct sandbox sandbox = {.writable = writable, .count = 2};
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		sandbox_enter(&sandbox);
		_exit(act());
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool enters(const char *what)
{
	const struct sandbox sandbox = {.count = 0};
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(strstr(sandbox_enter(&sandbox), what) ? 0 : 1);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_seccomp(void)
{
	if (!enters("seccomp")) {
		OK(true, "seccomp # SKIP the system has none, or a checker is watching");
		return;
	}
	OK(within(start_program) == EPERM, "no program is started");
	OK(within(start_process) == EPERM, "no process is started");
}

static void test_landlock(void)
{
	if (!enters("landlock")) {
		OK(true, "landlock # SKIP the system has none, or a checker is watching");
		return;
	}
	OK(within(write_outside) == EACCES, "nothing is written elsewhere");
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	test_seccomp();
	test_landlock();
	OK(within(write_inside) == 0, "files can be written and removed where it was said");
	OK(within(read_file) == 0, "files can be read");
	OK(within(inet_socket) == 0, "connections can be made");
	OK(within(start_thread) == 0, "threads can be made");
	/* With neither /etc/hosts nor a name server, not even localhost has an address. */
	OK(within(look_up) == look_up(), "names can be looked up as without it");
	rmdir(dir);
	unlink("/tmp/sockit-sandbox-outside");
	return tap_end();
}
