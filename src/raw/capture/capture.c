/* SPDX-License-Identifier: ISC */
/* capture.c - read and write capture files. */
#include "raw/capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "raw/packet/fragment.h"

/* A file of up to WHOLE_MAX bytes is read once and kept; for others, there is room for many of the
 * longest records. */
enum { WHOLE_MAX = 64 << 20, BUFFER_SIZE = 2 << 20, COPY_SIZE = 65536, FILE_MODE = 0666 };

static enum status cannot_read(const struct capture *c, int err, struct bytes *why)
{
	return fail_with(
		why, status_of_errno(err), "cannot read %s: %s", c->path, status_reason(err));
}

static ssize_t read_some(int fd, void *data, size_t size)
{
	ssize_t got;

	do
		got = read(fd, data, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static int copy_all(int from, int to)
{
	char data[COPY_SIZE];
	ssize_t got;

	while ((got = read_some(from, data, sizeof(data))) > 0)
		if (fd_write_all(to, data, (size_t)got) < 0)
			return -1;
	return got < 0 || lseek(to, 0, SEEK_SET) < 0 ? -1 : 0;
}

/* Replace FD with a temporary file that has all its contents. 0, or -1 with errno. */
static int copy_to_file(int *fd)
{
	FILE *file = tmpfile();
	int copy;

	if (!file)
		return -1;
	copy = fcntl(fileno(file), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	fclose(file);
	if (copy < 0 || copy_all(*fd, copy) < 0) {
		fd_close(copy);
		return -1;
	}
	fd_close(*fd);
	*fd = copy;
	return 0;
}

/* Read more after what is there. 0, or -1 with errno. */
static int fill(struct capture *c)
{
	ssize_t got;

	memmove(c->buffer, c->buffer + c->next, c->filled - c->next);
	c->filled -= c->next;
	c->base += c->next;
	c->next = c->kept = 0;
	got = read_some(c->fd, c->buffer + c->filled, c->room - c->filled);
	if (got < 0)
		return -1;
	c->filled += (size_t)got;
	c->ended = got == 0;
	return 0;
}

/* Make room for the file, and read it if there is room for all of it. 0, or -1 with errno. */
static int load(struct capture *c)
{
	off_t size = lseek(c->fd, 0, SEEK_END);

	if (size < 0 || lseek(c->fd, 0, SEEK_SET) < 0)
		return -1;
	/* Room for more than SIZE, because the end is noticed only by trying to read more. */
	c->whole = size <= WHOLE_MAX;
	c->room = c->whole ? (size_t)size + COPY_SIZE : BUFFER_SIZE;
	c->buffer = malloc(c->room);
	if (!c->buffer)
		return -1;
	while (c->whole && !c->ended && c->filled < c->room)
		if (fill(c) < 0)
			return -1;
	/* The file may grow while it is read. */
	c->whole = c->ended;
	return 0;
}

static enum status read_header(struct capture *c, struct bytes *why)
{
	const char *reason;

	while (c->filled < PCAP_HEADER && !c->ended)
		if (fill(c) < 0)
			return cannot_read(c, errno, why);
	reason = c->filled < PCAP_HEADER ? "is too short for a capture file"
					 : pcap_read_header(c->buffer, &c->format);
	if (reason)
		return fail_with(why, STATUS_FAILED, "%s %s", c->path, reason);
	c->next = c->kept = pcap_header_size(&c->format);
	return STATUS_DONE;
}

enum status capture_open(struct capture *c, const char *path, struct bytes *why)
{
	bool standard = strcmp(path, "-") == 0;

	*c = (struct capture){.path = standard ? "standard input" : path};
	c->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
			 : open(path, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0)
		return cannot_read(c, errno, why);
	if ((lseek(c->fd, 0, SEEK_SET) < 0 && copy_to_file(&c->fd) < 0) || load(c) < 0)
		return cannot_read(c, errno, why);
	return read_header(c, why);
}

void capture_close(struct capture *c)
{
	if (c->fd > 0)
		fd_close(c->fd);
	free(c->buffer);
	pcap_release(&c->format);
	*c = (struct capture){.fd = -1};
}

static enum capture_result damaged(const struct capture *c, const char *reason, struct bytes *why)
{
	if (c->format.ng)
		bytes_add_format(why, "the block at byte %" PRIu64 " of %s %s", c->base + c->next,
			c->path, reason);
	else
		bytes_add_format(
			why, "packet %" PRIu64 " of %s %s", c->number + 1, c->path, reason);
	return CAPTURE_FAILED;
}

/* Get the next record with a packet, which may be one that cannot be sent. */
static enum capture_result next_packet(
	struct capture *c, struct pcap_packet *packet, struct bytes *why)
{
	size_t used;

	for (;;) {
		size_t left = c->filled - c->next;
		const char *reason =
			pcap_read_record(&c->format, c->buffer + c->next, left, packet, &used);

		if (reason)
			return damaged(c, reason, why);
		if (used <= left) {
			c->next += used;
			if (!packet->data)
				continue;
			c->number++;
			return CAPTURE_PACKET;
		}
		if (c->ended && left == 0 && c->number < c->packets)
			return damaged(c, "is gone: the file has shrunk", why);
		if (c->ended && left == 0)
			return CAPTURE_END;
		if (c->ended)
			return damaged(c, "is incomplete: the file ends within it", why);
		if (c->kept < c->next)
			return CAPTURE_FULL;
		if (fill(c) < 0) {
			cannot_read(c, errno, why);
			return CAPTURE_FAILED;
		}
	}
}

enum capture_result capture_next(struct capture *c, struct pcap_packet *packet, struct bytes *why)
{
	enum capture_result result;

	for (;;) {
		result = next_packet(c, packet, why);
		if (result != CAPTURE_PACKET || packet->link != PCAP_OTHER)
			return result;
		c->others++;
	}
}

void capture_release(struct capture *c)
{
	c->kept = c->next;
}

int capture_rewind(struct capture *c)
{
	size_t header = pcap_header_size(&c->format);

	c->number = 0;
	c->format.last_ns = 0;
	c->kept = c->next = c->whole ? header : 0;
	if (c->whole)
		return 0;
	c->base = header;
	c->filled = 0;
	c->ended = false;
	return lseek(c->fd, (off_t)header, SEEK_SET) < 0 ? -1 : 0;
}

static bool is_solid(const struct pcap_packet *packet)
{
	struct packet dissected;

	packet_dissect(&dissected, packet->link == PCAP_ETHERNET ? &layer_eth : &layer_ip,
		packet->data, packet->size);
	return !fragment_can(&dissected);
}

/* Why PACKET cannot be sent, or NULL. */
static const char *fault_of(
	const struct capture *c, const struct pcap_packet *packet, const struct capture_sum *sum)
{
	enum packet_start start = packet->link == PCAP_ETHERNET ? PACKET_FRAME : PACKET_IP;

	if (packet->fault || packet->link == PCAP_OTHER)
		return packet->fault;
	if (sum->bytes > 0 && start != c->start)
		return "is not of the same kind as those before it (Ethernet frame or IP packet)";
	return packet_fault(start, packet->data, packet->size);
}

static void add_size(struct capture *c, const struct pcap_packet *packet, struct capture_sum *sum)
{
	size_t size = packet_mtu_size(c->start, packet->data, packet->size);

	sum->bytes += packet->size;
	if (size > sum->longest) {
		sum->longest = size;
		sum->longest_number = c->number;
		if (c->start == PACKET_IP)
			packet_destination(packet->data, &sum->longest_to);
	}
	if (c->cutting && size > sum->solid && is_solid(packet)) {
		sum->solid = size;
		sum->solid_number = c->number;
	}
}

static void add_to_sum(struct capture *c, const struct pcap_packet *packet, struct capture_sum *sum)
{
	const char *fault = fault_of(c, packet, sum);

	sum->packets++;
	sum->others += packet->link == PCAP_OTHER;
	if (!sum->cut && packet->size < packet->full_size)
		sum->cut = c->number;
	if (fault && !sum->fault) {
		sum->fault = fault;
		sum->fault_number = c->number;
	}
	if (packet->link == PCAP_OTHER)
		return;
	if (sum->bytes == 0)
		c->start = packet->link == PCAP_ETHERNET ? PACKET_FRAME : PACKET_IP;
	/* A faulty packet may still be shown, and counts for progress. */
	if (fault)
		sum->bytes += packet->size;
	else
		add_size(c, packet, sum);
}

enum status capture_sum(struct capture *c, struct capture_sum *sum, struct bytes *why)
{
	enum capture_result result = CAPTURE_FULL;
	struct pcap_packet packet;

	*sum = (struct capture_sum){0};
	c->start = PACKET_IP;
	if (!c->format.ng && c->format.interfaces->link == PCAP_ETHERNET)
		c->start = PACKET_FRAME;
	while (result == CAPTURE_PACKET || result == CAPTURE_FULL) {
		capture_release(c);
		result = next_packet(c, &packet, why);
		if (result == CAPTURE_PACKET)
			add_to_sum(c, &packet, sum);
	}
	if (result == CAPTURE_FAILED)
		return STATUS_FAILED;
	c->packets = sum->packets;
	return capture_rewind(c) == 0 ? STATUS_DONE : cannot_read(c, errno, why);
}

bool capture_is_at(const struct capture *c, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	struct stat ours, other;

	if (c->fd < 0 || fstat(c->fd, &ours) < 0 ||
		(standard ? fstat(STDOUT_FILENO, &other) : stat(path, &other)) < 0)
		return false;
	return ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
}

FILE *capture_create(const char *path, enum pcap_link link)
{
	unsigned char header[PCAP_HEADER];
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
			  : fd_create(path, FILE_MODE);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file) {
		/* fdopen(3) has a different errno for a read-only descriptor. */
		if (fd >= 0 && errno == EINVAL)
			errno = EBADF;
		fd_close(fd);
		return NULL;
	}
	pcap_write_header(link, header);
	if (fwrite(header, sizeof(header), 1, file) == 1)
		return file;
	fclose(file);
	return NULL;
}

int capture_write(FILE *file, int64_t at_ns, const void *data, size_t size)
{
	unsigned char header[PCAP_RECORD];

	pcap_write_record(at_ns, size, header);
	if (fwrite(header, sizeof(header), 1, file) != 1)
		return -1;
	return size == 0 || fwrite(data, size, 1, file) == 1 ? 0 : -1;
}
