/* SPDX-License-Identifier: ISC */
/* take-fd.c - run a command, take the descriptor that it passes on, and print what comes from
 * there.
 *
 *     take-fd COMMAND...
 *
 * The command's standard output is a Unix socket to us. The status is its own; 1 if it passed
 * nothing on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/peer.h"

int main(int argc, char **argv)
{
	int pair[2], status, fd;
	char data[4096];
	pid_t pid;
	ssize_t n;

	if (argc < 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || (pid = fork()) < 0)
		return 2;
	if (pid == 0) {
		dup2(pair[1], STDOUT_FILENO);
		close(pair[0]);
		close(pair[1]);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	close(pair[1]);
	fd = take_fd(pair[0]);
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 1;
	while (fd >= 0 && (n = read(fd, data, sizeof data)) > 0)
		fwrite(data, 1, (size_t)n, stdout);
	return WEXITSTATUS(status) ? WEXITSTATUS(status) : fd < 0;
}
