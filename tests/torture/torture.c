/* SPDX-License-Identifier: ISC */
/* torture.c - run sockit again and again, each time with another call of the C library failing.
 *
 *     torture SOCKIT LIBRARY DNS-SERVER [CASE[:CALL[:ERROR[:NUMBER]]]]...
 *
 * For each case, each call of calls.h and each errno that it may have, the 1st, 2nd, 3rd, ... of
 * these calls fails, up to as many as there are if none fails. Whatever fails: the status is one of
 * the documented ones, sockit ends in time, what was written is a beginning of the right output,
 * status 0 comes only with all of it, a failure has a line with the reason, and no process is left;
 * a server goes on, serves the next client, and leaks no descriptor. Words restrict the runs: dns,
 * dns:realloc, dns:realloc:ENOMEM, dns:realloc:ENOMEM:7.
 *
 * SAMPLE  each SAMPLE-th of them (default 1)
 * MOST    no more than the first MOST calls of each kind (default 400)
 * TIME    no new run after so many seconds (default: no limit)
 * JOBS    so many at once (default 4: most of them wait)
 *
 * It runs in its own network namespace if possible; otherwise, what needs one is left out. The last
 * line is `N passed, N failed, N skipped`, of the cases. */
#define _GNU_SOURCE /* unshare */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "judge.h"
#include "lib/peer.h"

enum { BIG = 300000, CASES = 128, JOBS = 16, ERRORS = 12, PATIENCE = 10 };

static const char small[] = "hello\nworld\n";
static unsigned char big[BIG];

static const struct call_kind {
	const char *name;
	int errors[ERRORS], end;
} kinds[] = {
/* A list that is not full ends with zeros, but SHORT is zero too: therefore the number. */
#define X(name, ...) {#name, {__VA_ARGS__}, (int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int))},
	TORTURE_CALLS(X)
#undef X
};

/* One run to be made. */
struct task {
	short which, call;
	int error, at;
};

/* State that the workers share. */
static struct shared {
	atomic_size_t next;
	atomic_int runs[CASES], faults[CASES];
} * shared;

static struct right right[CASES];
static bool is_skipped[CASES];
static long calls[CASES][CALLS]; /* how many times each is called if nothing fails */
static struct outcome outcome;
static struct torture_page *page;
static char work[] = "/tmp/torture.XXXXXX", page_path[128];
static bool is_private; /* we have our own network */

/* glibc has the names only since 2.32. */
static const struct {
	int number;
	const char *name;
} named[] = {
#define E(name)                                                                                    \
	{                                                                                          \
		name, #name                                                                        \
	}
	E(EACCES),
	E(EADDRINUSE),
	E(EADDRNOTAVAIL),
	E(EAFNOSUPPORT),
	E(EAGAIN),
	E(EBUSY),
	E(ECONNABORTED),
	E(ECONNREFUSED),
	E(ECONNRESET),
	E(EEXIST),
	E(EINTR),
	E(EINVAL),
	E(EIO),
	E(EMFILE),
	E(ENETUNREACH),
	E(ENFILE),
	E(ENOBUFS),
	E(ENODEV),
	E(ENOENT),
	E(ENOLCK),
	E(ENOMEM),
	E(ENOPROTOOPT),
	E(ENOSPC),
	E(ENOSYS),
	E(ENOTCONN),
	E(ENOTTY),
	E(ENXIO),
	E(EPERM),
	E(EPIPE),
	E(EPROTO),
	E(ESPIPE),
	E(ETIMEDOUT),
#undef E
};

/* The name of ERROR in the man pages; for a function with its own errors, the number. */
static const char *error_name(int error, char out[static 32])
{
	if (error == SHORT)
		return "SHORT";
	for (size_t i = 0; error > 0 && i < sizeof(named) / sizeof(named[0]); i++) {
		if (named[i].number != (error & ~LASTING))
			continue;
		snprintf(out, 32, "%s%s", named[i].name, error & LASTING ? "*" : "");
		return out;
	}
	snprintf(out, 32, "%d", error);
	return out;
}

static void write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write_all(fd, data, size) < 0)
		die("cannot write %s: %s", path, strerror(errno));
	close(fd);
}

/* Become root of a network that nobody else is in. */
static bool enter_network(void)
{
	char map[64];
	unsigned uid = geteuid(), gid = getegid();
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_MULTICAST};

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	write_file("/proc/self/setgroups", "deny", 4);
	write_file("/proc/self/uid_map", map, (size_t)snprintf(map, sizeof(map), "0 %u 1", uid));
	write_file("/proc/self/gid_map", map, (size_t)snprintf(map, sizeof(map), "0 %u 1", gid));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
	close(fd);
	return good;
}

static void spawn(char **args, const char *ready)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(args[0], args);
		_exit(127);
	}
	for (int tries = 0; access(ready, F_OK) < 0; tries++) {
		if (tries > 1000)
			die("%s does not start", args[0]);
		nap(0.01);
	}
}

/* The first line of the file PATH, valid until the end. */
static char *line_of(const char *path)
{
	char *line = get(NULL, 256);
	FILE *file = fopen(path, "r");

	if (!file || !fgets(line, 256, file))
		die("cannot read %s", path);
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void start_dns(const char *program)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/dns", work);
	spawn((char *[]){(char *)program, "--port-file", path, NULL}, path);
	char *port = line_of(path), *address = get(NULL, 64);
	snprintf(address, 64, "127.0.0.1:%s", port);
	run_know("dns", address);
	free(port);
}

/* Start an openssl that answers over TLS at a port; does nothing if there is no openssl. */
static void start_tls(void)
{
	static char unix_path[80], ready[96], forward[96];

	if (system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
		   "key "
		   "-out cert -days 2 -subj /CN=localhost >/dev/null 2>&1") != 0)
		return;
	snprintf(unix_path, sizeof(unix_path), "%s/tls", work);
	spawn((char *[]){"openssl", "s_server", "-unix", unix_path, "-cert", "cert", "-key", "key",
		      "-quiet", "-WWW", NULL},
		unix_path);
	snprintf(forward, sizeof(forward), "unix:%s", unix_path);
	snprintf(ready, sizeof(ready), "%s/tls.ready", work);
	spawn((char *[]){(char *)run_sockit, "tcp-serve", "127.0.0.1:0", "--ready-file", ready,
		      "--forward", forward, NULL},
		ready);
	run_know("tls", line_of(ready));
}

static void start_helpers(const char *dns_server)
{
	char words[512], ready[80];

	for (size_t i = 0; i < helper_count; i++) {
		const struct helper *h = &helpers[i];
		if (!h->words)
			continue;
		snprintf(ready, sizeof(ready), "%s/%s", work, h->name);
		snprintf(
			words, sizeof(words), "%s %s --ready-file %s", run_sockit, h->words, ready);
		char **args = run_words(words);
		spawn(args, ready);
		run_know(h->name, line_of(ready));
		free(args);
	}
	start_dns(dns_server);
	start_tls();
	client_target = run_address("echo");
}

/* Make a folder for one worker, with the files for the cases. */
static void enter_folder(int number)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%d", work, number);
	if (mkdir(path, 0700) < 0 || chdir(path) < 0)
		die("cannot make a folder: %s", strerror(errno));
	write_file("small", small, sizeof(small) - 1);
	write_file("big", big, BIG);
	write_file("names", "127.0.0.1\n::1\n", 14);
	write_file("nets", "192.0.2.0/24\n", 13);
	snprintf(page_path, sizeof(page_path), "%s/page", path);
	int fd = open(page_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*page)) < 0)
		die("cannot make %s: %s", page_path, strerror(errno));
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	char **args = run_words("@sockit raw-send --write capture ip src=127.0.0.1 dst=127.0.0.1 "
				"udp sport=1 dport=9");
	pid_t pid = fork();
	if (pid == 0)
		_exit(execv(args[0], args));
	waitpid(pid, NULL, 0);
	free(args);
}

/* What C must write, or wrote in OUTCOME. */
static void set_right(const struct torture_case *c, struct right *r)
{
	const void *from = c->want;

	if (!c->want) {
		size_t skip = outcome.out.size < c->skip ? outcome.out.size : c->skip;
		from = outcome.out.data + skip;
		r->size = outcome.out.size - skip;
	} else if (strcmp(c->want, "<small") == 0) {
		from = small;
		r->size = sizeof(small) - 1;
	} else if (strcmp(c->want, "<big") == 0) {
		from = big;
		r->size = BIG;
	} else {
		r->size = strlen(c->want);
	}
	r->want = get(NULL, r->size);
	memcpy(r->want, from, r->size);
	r->open = outcome.open;
}

static void show_heard(const char *who, const struct heard *heard)
{
	static const char *const ends[] = {"", ", and the end", ", and a reset", ", and no more"};
	char text[61];
	size_t size = heard->size < 60 ? heard->size : 60;

	memcpy(text, heard->data, size);
	text[size] = '\0';
	for (size_t i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '.';
	if (size > 0 || heard->end != HEARD_NOTHING)
		say("    # %s %zu bytes%s: %s", who, heard->size, ends[heard->end], text);
}

static void show_outcome(void)
{
	show_heard("wrote", &outcome.out);
	show_heard("then", &outcome.again);
	for (char *line = strtok(outcome.err, "\n"); line; line = strtok(NULL, "\n"))
		say("    # %.300s", line);
}

/* Run the case twice without a failure: it must be right, and shows which calls there are to
 * fail. */
static void prepare(size_t i)
{
	const struct torture_case *c = &cases[i];
	const char *fault = NULL;

	is_skipped[i] = ((c->flags & PRIVILEGED) && !is_private) ||
		((c->flags & TLS) && !run_address("tls"));
	if (is_skipped[i])
		return;
	page->call = -1;
	for (int time = 0; time < 2 && !fault; time++) {
		run_once(c, page, page_path, 0, &outcome);
		if (time == 0)
			set_right(c, &right[i]);
		if (outcome.open > right[i].open)
			right[i].open = outcome.open;
		fault = judge(c, &right[i], &outcome, false, false);
		for (int call = 0; call < CALLS; call++)
			calls[i][call] = page->count[call];
	}
	if (!fault)
		return;
	say("not ok %s: where nothing fails: %s (status %d)", c->name, fault, outcome.status);
	show_outcome();
	shared->faults[i] = 1;
	memset(calls[i], 0, sizeof(calls[i]));
}

/* Failures that cannot happen, so that they would prove nothing: a pair of sockets within the
 * process, and a connection over a Unix socket, are neither reset nor without memory; a socket
 * knows its own name; the writer to our own terminal has no disk, and EIO is the end for the reader
 * of a terminal. */
static const struct {
	const char *name;
	enum call call;
} unreal[] = {{"prompt", CALL_recv}, {"via", CALL_shutdown}, {"packets", CALL_shutdown},
	{"pty", CALL_write}, {"pty", CALL_tcgetattr}, {"serve-taps", CALL_shutdown},
	{"sh-taps", CALL_shutdown}, {"serve-pty", CALL_read}, {"raw-keys", CALL_read},
	{"serve-taps-file", CALL_shutdown}, {"forward-named", CALL_getsockname}};

static bool is_unreal(const char *name, int call)
{
	for (size_t i = 0; i < sizeof(unreal) / sizeof(*unreal); i++)
		if ((int)unreal[i].call == call && strcmp(unreal[i].name, name) == 0)
			return true;
	return false;
}

/* Whether the server never accepts anybody, so that nobody could judge it. */
static bool is_deaf(const struct torture_case *c, int call, int error)
{
	return c->where && call == CALL_accept4 && error > 0 && (error & LASTING);
}

/* Add all runs of case I to the COUNT ones at *LIST. */
static void plan(size_t i, long most, struct task **list, size_t *count)
{
	for (int call = 0; call < CALLS; call++) {
		if (is_unreal(cases[i].name, call))
			continue;
		for (int e = 0; e < kinds[call].end; e++) {
			if (is_deaf(&cases[i], call, kinds[call].errors[e]))
				continue;
			for (int at = 1; at <= calls[i][call] && at <= most; at++) {
				if (*count % 4096 == 0)
					*list = get(*list, (*count + 4096) * sizeof(**list));
				(*list)[(*count)++] = (struct task){
					(short)i, (short)call, kinds[call].errors[e], at};
			}
		}
	}
}

/* Shuffle, always in the same way, so that a part of the list is a fair sample. */
static void shuffle(struct task *list, size_t count)
{
	uint64_t chance = 1;

	for (size_t i = count; i > 1; i--) {
		chance = chance * 6364136223846793005U + 1442695040888963407U;
		size_t other = (size_t)((chance >> 33) % i);
		struct task kept = list[i - 1];
		list[i - 1] = list[other];
		list[other] = kept;
	}
}

/* Whether ERROR is about this host, not about a peer or a network. */
static bool is_local(int error)
{
	switch (error) {
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case EIO:
	case ENOSPC:
	case EPERM:
	case EACCES: return true;
	default: return false;
	}
}

/* Run T; returns what was wrong with it, or NULL. */
static const char *run_task(const struct task *t)
{
	const struct torture_case *c = &cases[t->which];
	const struct right *want = &right[t->which];
	bool lasting = t->error > 0 && (t->error & LASTING);

	page->call = t->call;
	page->at = t->at;
	page->error = t->error;
	run_once(c, page, page_path, want->open, &outcome);
	if (!page->failed)
		return NULL;
	const char *fault = judge(c, want, &outcome, true, lasting);
	return !fault && is_local(t->error) ? judge_words(c, want, &outcome) : fault;
}

/* Run T, if a client heard nothing once more with more patience: the answer may only have come too
 * late, but a fault repeats. Returns whether it was right. */
static bool torture(const struct task *t)
{
	char name[32];
	const struct torture_case *c = &cases[t->which];
	const char *fault = run_task(t);

	if (!page->failed)
		return true;
	shared->runs[t->which]++;
	if (fault && (outcome.out.end == HEARD_SILENCE || outcome.again.end == HEARD_SILENCE)) {
		client_patience = PATIENCE;
		const char *again = run_task(t);
		client_patience = 1;
		/* Otherwise this run has told nothing. */
		if (page->failed)
			fault = again;
	}
	if (!fault)
		return true;
	shared->faults[t->which]++;
	say("not ok %s:%s:%s:%d: %s (status %d)", c->name, kinds[t->call].name,
		error_name(t->error, name), t->at, fault, outcome.status);
	show_outcome();
	return false;
}

static void work_on(const struct task *list, size_t count, int number, time_t until)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	enter_folder(number);
	for (size_t i; (i = atomic_fetch_add(&shared->next, 1)) < count;)
		if (!until || time(NULL) < until)
			torture(&list[i]);
	_exit(0);
}

/* The number in the environment variable NAME, or USUAL. */
static long setting(const char *name, long usual)
{
	const char *text = getenv(name);

	return text && *text ? (long)number(text, 1000000) : usual;
}

/* Whether TEXT is WORD, or continues after it with a colon. */
static bool begins(const char *text, const char *word)
{
	size_t size = strlen(word);

	return strncmp(text, word, size) == 0 && (text[size] == '\0' || text[size] == ':');
}

/* Whether case I is among WORDS, or there are none. */
static bool is_wanted(size_t i, char **words)
{
	bool wanted = !*words;

	for (; *words && !wanted; words++)
		wanted = begins(*words, cases[i].name);
	return wanted;
}

/* Whether T is among WORDS, or there are none. */
static bool is_task(const struct task *t, char **words)
{
	char text[200], name[32];
	bool wanted = !*words;

	snprintf(text, sizeof(text), "%s:%s:%s:%d", cases[t->which].name, kinds[t->call].name,
		error_name(t->error, name), t->at);
	for (; *words && !wanted; words++)
		wanted = begins(text, *words);
	return wanted;
}

static void run_all(const struct task *list, size_t count)
{
	pid_t workers[JOBS];
	long jobs = setting("JOBS", 4), limit = setting("TIME", 0);

	for (int i = 0; i < jobs && i < JOBS; i++) {
		workers[i] = fork();
		if (workers[i] == 0)
			work_on(list, count, i + 1, limit ? time(NULL) + limit : 0);
	}
	for (int i = 0; i < jobs && i < JOBS; i++)
		waitpid(workers[i], NULL, 0);
}

static int summary(char **words, time_t begun)
{
	long runs = 0, faults = 0, passed = 0, failed = 0, skipped = 0;

	for (size_t i = 0; i < case_count; i++) {
		if (!is_wanted(i, words))
			continue;
		runs += shared->runs[i];
		faults += shared->faults[i];
		skipped += is_skipped[i];
		failed += shared->faults[i] > 0;
		passed += !is_skipped[i] && shared->faults[i] == 0;
		say("%s %s: %d calls failed%s", shared->faults[i] ? "not ok" : "ok", cases[i].name,
			(int)shared->runs[i],
			is_skipped[i] ? " # skip it needs more than there is" : "");
	}
	say("%ld calls failed, %ld faults, %ld seconds", runs, faults, (long)(time(NULL) - begun));
	say("\n%ld passed, %ld failed, %ld skipped", passed, failed, skipped);
	return failed > 0 || passed == 0;
}

/* The tasks of the cases that WORDS name. */
static struct task *plan_all(char **words, size_t *count)
{
	struct task *list = NULL;
	long most = setting("MOST", 400), sample = setting("SAMPLE", 1);
	size_t all = 0;

	*count = 0;
	for (size_t i = 0; i < case_count; i++) {
		if (!is_wanted(i, words))
			continue;
		prepare(i);
		plan(i, most, &list, &all);
	}
	for (size_t i = 0; i < all; i++)
		if (is_task(&list[i], words))
			list[(*count)++] = list[i];
	shuffle(list, *count);
	*count /= (size_t)(sample ? sample : 1);
	return list;
}

static void clean(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", work);
	if (system(command) != 0)
		say("%s could not be removed", work);
}

static int drive(char **words, time_t begun)
{
	size_t count;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	struct task *list = plan_all(words, &count);
	say("%zu calls to fail", count);
	run_all(list, count);
	free(list);
	return summary(words, begun);
}

int main(int argc, char **argv)
{
	time_t begun = time(NULL);

	peer_begin("torture");
	alarm(0);
	if (argc < 4 || !mkdtemp(work))
		die("SOCKIT LIBRARY DNS-SERVER [CASE]...");
	run_sockit = argv[1];
	run_library = argv[2];
	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < BIG; i++)
		big[i] = (unsigned char)(i * 2654435761U >> 13);
	client_small = small;
	client_small_size = sizeof(small) - 1;
	client_big = (char *)big;
	client_big_size = BIG;
	is_private = enter_network();
	enter_folder(0);
	start_helpers(argv[3]);
	/* The helpers are not children of the process that reaps what victims leave. */
	pid_t pid = fork();
	if (pid == 0)
		_exit(drive(argv + 4, begun));
	int status = 1;
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || chdir("/") < 0)
		die("cannot go on: %s", strerror(errno));
	clean();
	return status != 0;
}
