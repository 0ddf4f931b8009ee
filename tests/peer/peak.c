/* SPDX-License-Identifier: ISC */
/* peak.c - run a command and report the most memory it used.
 *
 *     peak FILE COMMAND...    KiB into FILE; the status is the command's, 128 and more for a signal
 */
#define _DEFAULT_SOURCE /* wait4 */

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/peer.h"

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	peer_begin("peak");
	if (argc < 3)
		die("FILE COMMAND...");
	pid_t pid = fork();
	if (pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		peer_end();
		execvp(argv[2], argv + 2);
		die("cannot run %s: %s", argv[2], strerror(errno));
	}
	if (wait4(pid, &status, 0, &usage) < 0)
		die("wait: %s", strerror(errno));
	publish(argv[1], "%ld", usage.ru_maxrss);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
