/* SPDX-License-Identifier: ISC */
/* capture.c - untrusted capture files, as files: reading twice gives the same, everything is
 * counted, and what is written is read as what it was.
 *
 * covers: raw/capture/capture.c raw/capture/pcap.c raw/capture/pcapng.c raw/capture/pcap_link.c */
#include "raw/capture/capture.h"

#include "base/bytes.h"
#include "base/fd.h"
#include "fuzz.h"
#include "mutate_pcapng.h"

enum { PIECE = 7, PIPE_ROOM = 4096 };

/* Whether files are read like those that are too large for memory, and in small pieces. */
static bool in_pieces;

static ssize_t read_piece(int fd, void *data, size_t size)
{
	return read(fd, data, in_pieces && size > PIECE ? PIECE : size);
}

static off_t seek_in_large(int fd, off_t at, int whence)
{
	return in_pieces && whence == SEEK_END ? INT32_MAX : lseek(fd, at, whence);
}

#define read  read_piece
#define lseek seek_in_large
#include "raw/capture/capture.c"
#undef lseek
#undef read

/* Whether a packet has a time that a pcap file cannot hold: after 2106. */
static bool is_late;

/* Append a description of the packets of C to OUT. */
static enum capture_result read_all(struct capture *c, struct bytes *out, FILE *copy)
{
	struct pcap_packet packet;
	struct bytes why = {0};
	enum capture_result result;

	do {
		capture_release(c);
		result = capture_next(c, &packet, &why);
		if (result != CAPTURE_PACKET)
			continue;
		must(packet.size <= packet.full_size && packet.at_ns >= 0 && packet.data);
		is_late = is_late || packet.at_ns / 1000000000 > UINT32_MAX;
		bytes_add(out, packet.data, packet.size);
		bytes_add_format(out, " %zu %lld %d %s\n", packet.full_size,
			(long long)packet.at_ns / 1000, (int)packet.link,
			packet.fault ? packet.fault : "");
		must(!copy || capture_write(copy, packet.at_ns, packet.data, packet.size) == 0);
	} while (result == CAPTURE_PACKET || result == CAPTURE_FULL);
	must((result == CAPTURE_FAILED) == (why.size > 0));
	bytes_release(&why);
	return result;
}

static bool is_same(struct bytes *a, struct bytes *b)
{
	return a->size == b->size && memcmp(bytes_text(a), bytes_text(b), a->size) == 0;
}

/* C is valid: reading it again gives the same, and so does a copy of its packets. */
static void read_again(struct capture *c, const struct capture_sum *sum, struct bytes *first)
{
	const char *path = fuzz_other_file((const uint8_t *)"", 0);
	struct bytes again = {0}, why = {0};
	struct capture copy;
	FILE *file = capture_create(path, c->start == PACKET_FRAME ? PCAP_ETHERNET : PCAP_IP);

	must(file != NULL && capture_rewind(c) == 0);
	must(read_all(c, &again, sum->fault || sum->cut ? NULL : file) == CAPTURE_END);
	must(is_same(first, &again) && fclose(file) == 0);
	if (!sum->fault && !sum->cut && !is_late) {
		bytes_clear(&again);
		must(capture_open(&copy, path, &why) == STATUS_DONE);
		must(read_all(&copy, &again, NULL) == CAPTURE_END && is_same(first, &again));
		must(!capture_is_at(&copy, c->path) && capture_is_at(&copy, path));
		capture_close(&copy);
	}
	bytes_release(&again);
	bytes_release(&why);
}

/* Read the same file in another way, and write its full description to OUT. */
static void read_otherwise(const char *path, bool cutting, struct bytes *out)
{
	struct capture c;
	struct capture_sum sum;
	struct bytes why = {0};
	enum status status = capture_open(&c, path, &why);

	c.cutting = cutting;
	if (status == STATUS_DONE)
		status = capture_sum(&c, &sum, &why);
	bytes_add_format(out, "%d", (int)status);
	if (status == STATUS_DONE) {
		bytes_add_format(
			out, " %zu %zu %s ", sum.longest, sum.solid, sum.fault ? sum.fault : "");
		must(read_all(&c, out, NULL) == CAPTURE_END && c.number == sum.packets);
	} else {
		/* The name of the file differs. */
		const char *reason = strstr(bytes_text(&why), path);

		must(reason != NULL);
		bytes_add_text(out, reason + strlen(path));
	}
	capture_close(&c);
	bytes_release(&why);
}

/* The path of a pipe with the SIZE bytes at DATA, which remains open as FD until the next call. */
static const char *pipe_of(const uint8_t *data, size_t size, int *fd)
{
	static char path[32];
	int fds[2];

	must(pipe(fds) == 0);
	must(fd_write_all(fds[1], data, size) == 0 && close(fds[1]) == 0);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	*fd = fds[0];
	return path;
}

/* In memory, in pieces, and from a pipe the result is the same. */
static void read_all_ways(const uint8_t *data, size_t size)
{
	struct bytes whole = {0}, other = {0};
	int fd;

	read_otherwise(fuzz_file(data, size), size % 2, &whole);
	in_pieces = true;
	read_otherwise(fuzz_file(data, size), size % 2, &other);
	in_pieces = false;
	must(is_same(&whole, &other));
	bytes_clear(&other);
	if (size <= PIPE_ROOM) {
		read_otherwise(pipe_of(data, size, &fd), size % 2, &other);
		must(is_same(&whole, &other) && close(fd) == 0);
	}
	bytes_release(&whole);
	bytes_release(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture c;
	struct capture_sum sum;
	struct bytes why = {0}, first = {0};

	is_late = false;
	read_all_ways(data, size);
	if (capture_open(&c, fuzz_file(data, size), &why) == STATUS_DONE) {
		c.cutting = size % 2;
		if (capture_sum(&c, &sum, &why) == STATUS_DONE) {
			must(read_all(&c, &first, NULL) == CAPTURE_END);
			must(c.number == sum.packets && c.others == sum.others);
			read_again(&c, &sum, &first);
		} else {
			must(why.size > 0);
			read_all(&c, &first, NULL);
		}
	} else {
		must(why.size > 0);
	}
	capture_close(&c);
	bytes_release(&why);
	bytes_release(&first);
	return 0;
}
