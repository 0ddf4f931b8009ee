/* SPDX-License-Identifier: ISC */
/* steps.c - what a peer does with one connection. */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "peer.h"

enum { CHUNK = 65536, AHEAD = 4 * CHUNK };

/* AHEAD has what read-until has read too much, between FROM and TO; SENDER is that of the last
 * datagram. */
struct talk {
	int fd;
	size_t from, to;
	unsigned char *ahead;
	struct sockaddr_storage sender;
	socklen_t sender_size;
};

/* Handle a received piece. 0, or -1 with errno. */
typedef int taker(void *arg, const unsigned char *data, size_t size);

/* Read what comes next, at most MOST bytes: returns its size, 0 at the end, -1 with errno. */
static ssize_t some(struct talk *t, unsigned char *out, size_t most)
{
	size_t kept = t->to - t->from;

	if (kept == 0)
		return recv(t->fd, out, most, 0);
	if (kept > most)
		kept = most;
	memcpy(out, t->ahead + t->from, kept);
	t->from += kept;
	return (ssize_t)kept;
}

/* Read to the end, at most MOST bytes every PAUSE seconds, passing each piece to TAKE. Returns how
 * many came, or -1 with errno; a reset is an end too. */
static int64_t to_the_end(struct talk *t, size_t most, double pause, taker *take, void *arg)
{
	unsigned char piece[CHUNK];
	int64_t total = 0;

	for (;;) {
		ssize_t size = some(t, piece, most);
		if (size == 0 || (size < 0 && errno == ECONNRESET)) {
			say("%s after %lld bytes", size == 0 ? "end" : "reset", (long long)total);
			return total;
		}
		if (size < 0)
			return -1;
		total += size;
		if (take && take(arg, piece, (size_t)size) < 0)
			return -1;
		if (pause > 0)
			nap(pause);
	}
}

static int step_read(struct talk *t, const char *count)
{
	unsigned char piece[CHUNK];

	if (!*count)
		return to_the_end(t, CHUNK, 0, NULL, NULL) < 0 ? -1 : 0;
	size_t left = (size_t)number(count, SIZE_MAX);
	while (left > 0) {
		ssize_t size = some(t, piece, left < CHUNK ? left : CHUNK);
		if (size < 0)
			return -1;
		if (size == 0) {
			say("end %zu bytes too early", left);
			return 0;
		}
		left -= (size_t)size;
	}
	say("read %s bytes", count);
	return 0;
}

/* The position after the WANTED bytes in what was read ahead; 0: they have not come. */
static size_t behind(const struct talk *t, const unsigned char *wanted, size_t size)
{
	for (size_t at = t->from; at + size <= t->to; at++) {
		if (memcmp(t->ahead + at, wanted, size) == 0)
			return at + size;
	}
	return 0;
}

static int step_read_until(struct talk *t, const char *text)
{
	size_t size, end;
	unsigned char *wanted = unescape(text, &size);

	while ((end = behind(t, wanted, size)) == 0) {
		if (t->to == AHEAD)
			die("no %s in %d bytes", text, AHEAD);
		ssize_t more = recv(t->fd, t->ahead + t->to, AHEAD - t->to, 0);
		if (more <= 0) {
			free(wanted);
			if (more == 0)
				say("end before %s", text);
			return (int)more;
		}
		t->to += (size_t)more;
	}
	free(wanted);
	t->from = end;
	say("read %s", text);
	return 0;
}

static int step_slow(struct talk *t, const char *count)
{
	return to_the_end(t, (size_t)number(count, CHUNK), 0.05, NULL, NULL) < 0 ? -1 : 0;
}

static int take_to(void *fd, const unsigned char *data, size_t size)
{
	return write_all(*(int *)fd, data, size);
}

static int step_save(struct talk *t, const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (file < 0)
		return -1;
	int64_t total = to_the_end(t, CHUNK, 0, take_to, &file);
	close(file);
	return total < 0 ? -1 : 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int take_time(void *begun, const unsigned char *data, size_t size)
{
	(void)data;
	say("%.3f %zu", now() - *(double *)begun, size);
	return 0;
}

static int step_pieces(struct talk *t, const char *none)
{
	double begun = now();

	(void)none;
	return to_the_end(t, CHUNK, 0, take_time, &begun) < 0 ? -1 : 0;
}

static int step_count(struct talk *t, const char *none)
{
	char answer[32];
	int64_t total = to_the_end(t, CHUNK, 0, NULL, NULL);

	(void)none;
	if (total < 0)
		return -1;
	snprintf(answer, sizeof(answer), "%lld\n", (long long)total);
	return write_all(t->fd, answer, strlen(answer));
}

static int step_echo(struct talk *t, const char *none)
{
	(void)none;
	return to_the_end(t, CHUNK, 0, take_to, &t->fd) < 0 ? -1 : 0;
}

static int step_send(struct talk *t, const char *text)
{
	size_t size;
	unsigned char *data = unescape(text, &size);
	int result = write_all(t->fd, data, size);

	free(data);
	return result;
}

static int step_send_file(struct talk *t, const char *path)
{
	unsigned char piece[CHUNK];
	ssize_t size;
	int result = 0, file = open(path, O_RDONLY);

	if (file < 0)
		return -1;
	while (result == 0 && (size = read(file, piece, sizeof(piece))) != 0)
		result = size < 0 ? -1 : write_all(t->fd, piece, (size_t)size);
	close(file);
	return result;
}

static int step_drip(struct talk *t, const char *text)
{
	size_t size;
	unsigned char *data = unescape(text, &size);
	int result = 0, on = 1;

	setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (size_t i = 0; i < size && result == 0; i++) {
		result = write_all(t->fd, data + i, 1);
		nap(0.02);
	}
	free(data);
	return result;
}

static int step_flood(struct talk *t, const char *none)
{
	static const unsigned char zeros[CHUNK];
	uint64_t total = 0;
	ssize_t size;

	(void)none;
	while ((size = send(t->fd, zeros, sizeof(zeros), 0)) >= 0)
		total += (uint64_t)size;
	say("flooded %llu bytes, then %s", (unsigned long long)total, strerror(errno));
	return 0;
}

/* The next datagram or packet. */
static ssize_t packet(struct talk *t, unsigned char out[CHUNK])
{
	t->sender_size = sizeof(t->sender);
	return recvfrom(t->fd, out, CHUNK, 0, (struct sockaddr *)&t->sender, &t->sender_size);
}

static int step_take(struct talk *t, const char *count)
{
	unsigned char data[CHUNK];
	static const char digits[] = "0123456789abcdef";

	for (uint64_t left = number(count, UINT32_MAX); left > 0; left--) {
		char *text = get(NULL, CHUNK * 4 + 1), *end = text;
		ssize_t size = packet(t, data);
		if (size < 0)
			return -1;
		for (ssize_t i = 0; i < size; i++) {
			if (data[i] >= ' ' && data[i] < 0x7f && data[i] != '\\') {
				*end++ = (char)data[i];
			} else {
				*end++ = '\\';
				*end++ = 'x';
				*end++ = digits[data[i] >> 4];
				*end++ = digits[data[i] & 15];
			}
		}
		*end++ = '\n';
		if (write_all(STDOUT_FILENO, text, (size_t)(end - text)) < 0)
			return -1;
		free(text);
	}
	return 0;
}

static int step_sizes(struct talk *t, const char *count)
{
	unsigned char data[CHUNK];

	for (uint64_t left = number(count, UINT32_MAX); left > 0; left--) {
		ssize_t size = packet(t, data);
		if (size < 0)
			return -1;
		say("%zd", size);
	}
	return 0;
}

static int step_reply(struct talk *t, const char *text)
{
	size_t size;
	unsigned char *data = unescape(text, &size);
	ssize_t sent = sendto(t->fd, data, size, 0, (struct sockaddr *)&t->sender, t->sender_size);

	free(data);
	return sent < 0 ? -1 : 0;
}

/* COUNT,SIZE */
static int step_burst(struct talk *t, const char *numbers)
{
	static const unsigned char zeros[CHUNK];
	unsigned count, size;

	if (sscanf(numbers, "%u,%u", &count, &size) != 2 || size > CHUNK)
		die("not COUNT,SIZE: %s", numbers);
	for (unsigned i = 0; i < count; i++) {
		if (send(t->fd, zeros, size, 0) < 0)
			return -1;
	}
	return 0;
}

static int step_wait(struct talk *t, const char *time)
{
	(void)t;
	nap(seconds(time));
	return 0;
}

/* For conditions that no time can express: a test makes the file when it is time to go on. */
static int step_wait_for(struct talk *t, const char *path)
{
	(void)t;
	while (access(path, F_OK) < 0)
		nap(0.01);
	return 0;
}

static int step_touch(struct talk *t, const char *path)
{
	(void)t;
	int file = open(path, O_WRONLY | O_CREAT, 0666);
	if (file < 0)
		return -1;
	return close(file);
}

static int step_shutdown(struct talk *t, const char *none)
{
	(void)none;
	return shutdown(t->fd, SHUT_WR);
}

static int step_close(struct talk *t, const char *none)
{
	(void)none;
	close(t->fd);
	t->fd = -1;
	return 0;
}

static int step_reset(struct talk *t, const char *none)
{
	struct linger at_once = {.l_onoff = 1};

	setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	return step_close(t, none);
}

static int step_hold(struct talk *t, const char *none)
{
	(void)t;
	(void)none;
	while (pause() < 0 && errno == EINTR)
		;
	return 0;
}

/* ARGUMENT: n none, o one that may be left out, a one. */
static const struct step {
	const char *name;
	char argument;
	int (*act)(struct talk *t, const char *argument);
} all[] = {
	{"read", 'o', step_read},
	{"read-until", 'a', step_read_until},
	{"slow", 'a', step_slow},
	{"save", 'a', step_save},
	{"pieces", 'n', step_pieces},
	{"count", 'n', step_count},
	{"echo", 'n', step_echo},
	{"send", 'o', step_send},
	{"send-file", 'a', step_send_file},
	{"drip", 'a', step_drip},
	{"flood", 'n', step_flood},
	{"take", 'a', step_take},
	{"sizes", 'a', step_sizes},
	{"reply", 'a', step_reply},
	{"burst", 'a', step_burst},
	{"wait", 'a', step_wait},
	{"wait-for", 'a', step_wait_for},
	{"touch", 'a', step_touch},
	{"shutdown", 'n', step_shutdown},
	{"reset", 'n', step_reset},
	{"close", 'n', step_close},
	{"hold", 'n', step_hold},
};

/* The step for WORD; its argument, "" if it has none, in *ARGUMENT. */
static const struct step *find(const char *word, const char **argument)
{
	size_t size = strcspn(word, ":");

	*argument = word[size] ? word + size + 1 : "";
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strlen(all[i].name) == size && strncmp(all[i].name, word, size) == 0)
			return &all[i];
	}
	die("no such step: %s", word);
}

void steps_check(char *const *steps)
{
	const char *argument;

	for (; *steps; steps++) {
		const struct step *step = find(*steps, &argument);
		if ((step->argument == 'a' && !*argument) || (step->argument == 'n' && *argument))
			die("%s %s argument: %s", step->name,
				step->argument == 'a' ? "needs an" : "takes no", *steps);
	}
}

void steps_go(int fd, char *const *steps)
{
	struct talk t = {.fd = fd, .ahead = get(NULL, AHEAD)};

	for (; *steps; steps++) {
		const char *argument;
		const struct step *step = find(*steps, &argument);
		if (step->act(&t, argument) < 0) {
			say("%s: %s", step->name, strerror(errno));
			break;
		}
	}
	free(t.ahead);
	if (t.fd >= 0)
		close(t.fd);
}
