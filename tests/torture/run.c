/* SPDX-License-Identifier: ISC */
/* run.c - run sockit once, with or without a call that fails. */
#define _GNU_SOURCE /* posix_openpt, SYS_pidfd_open */
#include "run.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "lib/peer.h"

enum {
	LIMIT_MS = 12000,
	END_MS = 9000,
	ONCE_MS = 3000,
	GRACE_MS = 3500,
	HELD_MS = 60000,
	KNOWN = 16
};

const char *run_sockit, *run_library;

static struct {
	const char *name, *address;
} known[KNOWN];

void run_know(const char *name, const char *address)
{
	size_t i = 0;

	while (known[i].name && strcmp(known[i].name, name) != 0)
		if (++i == KNOWN)
			die("too many helpers");
	known[i].name = name;
	known[i].address = address;
}

const char *run_address(const char *name)
{
	for (size_t i = 0; i < KNOWN && known[i].name; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].address;
	return NULL;
}

/* Add what the @NAME or @NAME# at *AT stands for to OUT. */
static char *put_known(const char **at, char *out)
{
	char name[32];
	size_t size = 0;

	while (size < sizeof(name) - 1 && islower((unsigned char)(*at)[size + 1]))
		size++;
	memcpy(name, *at + 1, size);
	name[size] = '\0';
	*at += size + 1;
	const char *address = strcmp(name, "sockit") == 0 ? run_sockit : run_address(name);
	if (!address || size == 0) /* an abstract name */
		return out + sprintf(out, "@%s", name);
	if (**at == '#') {
		address = strrchr(address, ':') + 1;
		++*at;
	}
	return out + sprintf(out, "%s", address);
}

char **run_words(const char *words)
{
	enum { MOST = 40 };
	char **list = get(NULL, MOST * sizeof(*list) + 8192), *out = (char *)(list + MOST);
	size_t count = 0;

	while (*words) {
		bool quoted = false;
		list[count++] = out;
		for (; *words && (quoted || *words != ' ');) {
			if (*words == '\'')
				quoted = !quoted, words++;
			else if (*words == '@')
				out = put_known(&words, out);
			else
				*out++ = *words++;
		}
		*out++ = '\0';
		while (*words == ' ')
			words++;
	}
	list[count] = NULL;
	return list;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The victim while it runs. */
struct victim {
	pid_t pid;
	int pidfd;
	int ours;     /* the other end of its standard output; -1: a file */
	int terminal; /* the other end of its terminal; -1: none */
	struct termios before;
};

static int open_input(const struct torture_case *c, struct victim *v)
{
	static const char *const files[] = {"/dev/null", "small", "big"};
	int fds[2];

	switch (c->in) {
	case FROM_PIPE:
		if (pipe2(fds, O_CLOEXEC) < 0 ||
			write_all(fds[1], client_small, client_small_size) < 0)
			die("no pipe: %s", strerror(errno));
		close(fds[1]);
		return fds[0];
	case FROM_TERMINAL:
	case FROM_KEYS:
		v->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (grantpt(v->terminal) < 0 || unlockpt(v->terminal) < 0)
			die("no terminal: %s", strerror(errno));
		int fd = open(ptsname(v->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
		tcgetattr(fd, &v->before);
		if (c->in == FROM_KEYS &&
			write_all(v->terminal, client_small, client_small_size) < 0)
			die("cannot type: %s", strerror(errno));
		return fd;
	default: return open(files[c->in], O_RDONLY | O_CLOEXEC);
	}
}

static int open_output(const struct torture_case *c, struct victim *v)
{
	int fds[2];

	v->ours = -1;
	if (c->out == TO_FILE)
		return open("out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if ((c->out == TO_PIPE ? pipe2(fds, O_CLOEXEC)
			       : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)) < 0)
		die("no pipe: %s", strerror(errno));
	v->ours = fds[0];
	return fds[1];
}

_Noreturn static void become(const struct torture_case *c, int in, int out, const char *page)
{
	char words[1024];
	int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	size_t first = strcspn(c->words, " ");

	setsid(); /* so that it does not have our terminal */
	if (c->where)
		snprintf(words, sizeof(words), "%.*s --ready-file ready %s%s", (int)first, c->words,
			c->where, c->words + first);
	else
		snprintf(words, sizeof(words), "%s", c->words);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(125);
	close(err);
	signal(SIGPIPE, SIG_DFL);
	setenv("LD_PRELOAD", run_library, 1);
	setenv("TORTURE_PAGE", page, 1);
	char **list = run_words(words);
	char *args[42] = {"sockit"};
	for (size_t i = 0; list[i]; i++)
		args[i + 1] = list[i];
	execv(run_sockit, args);
	_exit(125);
}

static void start(const struct torture_case *c, struct victim *v, const char *page)
{
	static const char *const files[] = {
		"out", "err", "side", "ready", "dump", "sent", "socket"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	v->terminal = -1;
	int in = open_input(c, v), out = open_output(c, v);
	v->pid = fork();
	if (v->pid == 0)
		become(c, in, out, page);
	v->pidfd = v->pid > 0 ? (int)syscall(SYS_pidfd_open, v->pid, 0) : -1;
	if (v->pidfd < 0)
		die("cannot start sockit: %s", strerror(errno));
	if (v->terminal < 0)
		close(in);
	else
		v->terminal = (dup2(in, 900), close(in), v->terminal); /* stays open, to be
									* checked */
	close(out);
}

/* Wait until it has ended, or MS have passed; returns whether it has ended. */
static bool ends(const struct victim *v, long ms)
{
	struct pollfd p = {.fd = v->pidfd, .events = POLLIN};
	long until = now_ms() + ms;

	while (!p.revents && ms >= 0) {
		poll(&p, 1, (int)ms);
		ms = until - now_ms();
	}
	return p.revents;
}

/* Read what a client of others writes into our pipe or socket, until it has ended. */
static void attend(const struct torture_case *c, const struct victim *v, struct outcome *o)
{
	struct pollfd p[] = {{.fd = v->ours, .events = POLLIN}, {.fd = v->pidfd, .events = POLLIN}};
	long until = now_ms() + LIMIT_MS;

	while (v->ours >= 0 && now_ms() < until && poll(p, 2, LIMIT_MS) >= 0) {
		if (p[0].revents && c->out == TO_SOCKET) {
			int fd = take_fd(v->ours);
			if (fd >= 0)
				talk_over(fd, &o->out);
			break;
		}
		if (!p[0].revents)
			break;
		ssize_t size = read(v->ours, o->out.data + o->out.size, HEARD_MOST - o->out.size);
		if (size <= 0)
			break;
		o->out.size += (size_t)size;
	}
	o->ended = ends(v, until - now_ms());
}

/* Store the first line of its ready file in LINE; false if it has ended before. */
static bool is_ready(const struct victim *v, char line[static 256])
{
	long until = now_ms() + LIMIT_MS;

	for (line[0] = '\0'; now_ms() < until;) {
		FILE *file = fopen("ready", "r");
		bool got = file && fgets(line, 256, file) && strchr(line, '\n');
		if (file)
			fclose(file);
		if (got)
			line[strcspn(line, "\n")] = '\0';
		if (got || ends(v, 1))
			return got;
	}
	return false;
}

/* What the kernel reports about a process. */
struct process {
	int pid, parent;
	char state;
};

/* Read what /proc/PID says, PID being text; false if there is no such process. */
static bool read_process(const char *pid, struct process *p)
{
	char path[300];
	int got = 0;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	FILE *file = fopen(path, "r");
	if (file) {
		got = fscanf(file, "%d (%*[^)]) %c %d", &p->pid, &p->state, &p->parent);
		fclose(file);
	}
	return got == 3;
}

/* The next process in ALL, which is /proc; false if there is none. */
static bool next_process(DIR *all, struct process *p)
{
	for (struct dirent *one; all && (one = readdir(all));)
		if (read_process(one->d_name, p))
			return true;
	return false;
}

/* Add the first line of the file NAME in /proc/PID to TEXT. */
static void add_line(int pid, const char *name, char *text, size_t room)
{
	char path[64], line[160] = "";
	size_t used = strlen(text);

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	FILE *file = fopen(path, "r");
	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	snprintf(text + used, room - used, ", %s %s", name, line);
}

/* Add to TEXT, which has ROOM, what sockit and its children are doing, a line for each. */
static void describe(const struct victim *v, char *text, size_t room)
{
	DIR *all = opendir("/proc");
	struct process p;

	while (next_process(all, &p)) {
		if (p.pid != v->pid && p.parent != v->pid)
			continue;
		size_t used = strlen(text);
		snprintf(text + used, room - used, "%s %d has not ended: state %c",
			p.pid == v->pid ? "sockit" : "its child", p.pid, p.state);
		add_line(p.pid, "wchan", text, room);
		add_line(p.pid, "syscall", text, room);
		used = strlen(text);
		snprintf(text + used, room - used, "\n");
	}
	closedir(all);
}

/* Whether the kernel keeps it from receiving a signal, for example because it waits for a disk. */
static bool is_held(const struct victim *v)
{
	char pid[16];
	struct process p;

	snprintf(pid, sizeof(pid), "%d", v->pid);
	return read_process(pid, &p) && p.state == 'D';
}

/* Wait a while until it is idle with at most MOST descriptors; returns how many it has. */
static int settle(const struct victim *v, const struct torture_page *page, int most)
{
	int waits = -1, open = 0;

	for (long until = now_ms() + GRACE_MS; now_ms() < until;) {
		if (ends(v, 5))
			break;
		open = atomic_load(&page->open);
		if (most ? open <= most : waits == atomic_load(&page->waits))
			break;
		waits = atomic_load(&page->waits);
	}
	return open;
}

static void forget(struct heard *heard)
{
	heard->size = 0;
	heard->end = HEARD_NOTHING;
}

/* Be a client. */
static void ask(const struct torture_case *c, const struct torture_page *page, const char *address,
	struct heard *heard)
{
	bool lasting = page->error > 0 && (page->error & LASTING);

	client_trouble = NULL;
	if (page->call >= 0 && (lasting || !atomic_load(&page->failed)))
		client_trouble = &page->failed;
	client_unanswered = !c->want || (c->flags & STDOUT);
	c->client(address, heard);
}

/* Be one more client. */
static void ask_next(const struct torture_case *c, const struct victim *v,
	const struct torture_page *page, const char *address, int open, struct heard *heard)
{
	if (c->flags & LEAVES)
		settle(v, page, open);
	forget(heard);
	ask(c, page, address, heard);
}

/* Read the beginning of the file PATH, up to MOST bytes; returns how many. */
static size_t read_file(const char *path, void *data, size_t most)
{
	FILE *file = fopen(path, "r");
	size_t size = file ? fread(data, 1, most, file) : 0;

	if (file)
		fclose(file);
	return size;
}

/* Read the beginning of its standard error so far; returns the length of TEXT. */
static size_t read_errors(char *text, size_t room)
{
	size_t size = read_file("err", text, room - 1);

	text[size] = '\0';
	return size;
}

/* Whether it will end by itself: it is to serve once only, or has said that nothing more will come.
 */
static bool is_to_end(const struct torture_case *c)
{
	char said[4096];

	read_errors(said, sizeof(said));
	return (c->flags & ONCE) || strstr(said, TORTURE_LOST);
}

/* Tell it to end until it does, or its time is over; returns whether it has ended. */
static bool end(const struct victim *v)
{
	long now = now_ms(), until = now + END_MS, latest = now + HELD_MS;

	while (!ends(v, 0) && now < until) {
		kill(v->pid, SIGTERM);
		ends(v, 500);
		now = now_ms();
		if (now < latest && is_held(v))
			until = now + END_MS;
	}
	return ends(v, 0);
}

/* Be its clients, and tell it to end. */
static void serve(const struct torture_case *c, const struct victim *v,
	const struct torture_page *page, int open, struct outcome *o)
{
	char address[256];

	o->was_ready = is_ready(v, address);
	if (o->was_ready) {
		ask(c, page, address, &o->out);
		if (!(c->flags & ONCE) && !ends(v, 0)) {
			bool before = atomic_load(&page->failed);
			ask_next(c, v, page, address, open, &o->again);
			if (!before && atomic_load(&page->failed) && !ends(v, 0))
				ask_next(c, v, page, address, open, &o->again);
			o->open = settle(v, page, open);
		}
	}
	o->is_over = is_to_end(c);
	o->went_on = !ends(v, o->is_over ? ONCE_MS : 0);
	o->ended = end(v);
}

/* Wait for what it started, which init would have to reap; returns whether any is left after a
 * while, which is killed. */
static bool bury(void)
{
	for (long until = now_ms() + GRACE_MS; now_ms() < until;) {
		if (waitpid(-1, NULL, WNOHANG) < 0)
			return false;
		poll(NULL, 0, 1);
	}
	DIR *all = opendir("/proc");
	for (struct process p; next_process(all, &p);)
		if (p.parent == getpid())
			kill(p.pid, SIGKILL);
	closedir(all);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return true;
}

static bool is_restored(const struct victim *v)
{
	struct termios after;

	tcgetattr(900, &after);
	close(900);
	close(v->terminal);
	return after.c_lflag == v->before.c_lflag && after.c_iflag == v->before.c_iflag &&
		after.c_oflag == v->before.c_oflag;
}

void run_once(const struct torture_case *c, struct torture_page *page, const char *path, int open,
	struct outcome *o)
{
	struct victim v;
	char doing[1024] = "";
	int status;

	memset(page->count, 0, sizeof(page->count));
	atomic_store(&page->failed, false);
	atomic_store(&page->open, 0);
	memset(o, 0, offsetof(struct outcome, out));
	forget(&o->out);
	forget(&o->again);
	o->restored = true;
	start(c, &v, path);
	if (c->where)
		serve(c, &v, page, open, o);
	else
		attend(c, &v, o);
	if (!o->ended) {
		describe(&v, doing, sizeof(doing));
		kill(v.pid, SIGKILL);
	}
	waitpid(v.pid, &status, 0);
	o->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	o->left = bury();
	if (v.terminal >= 0)
		o->restored = is_restored(&v);
	if (v.ours >= 0)
		close(v.ours);
	close(v.pidfd);
	size_t size = read_errors(o->err, sizeof(o->err));
	snprintf(o->err + size, sizeof(o->err) - size, "%s", doing);
	if (c->flags & SIDE)
		o->out.size = read_file("side", o->out.data, HEARD_MOST);
	else if (c->out == TO_FILE && (!c->where || c->flags & STDOUT))
		o->out.size = read_file("out", o->out.data, HEARD_MOST);
}
