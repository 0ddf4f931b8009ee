/* SPDX-License-Identifier: ISC */
/* capture.h - the packets of a capture file, one after the other; and a file to write them to. */
#ifndef RAW_CAPTURE_CAPTURE_H
#define RAW_CAPTURE_CAPTURE_H

#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"
#include "raw/capture/pcap.h"
#include "raw/packet/packet.h"

struct bytes;

/* A file that is read. */
struct capture {
	const char *path;
	int fd;
	struct pcap_format format;
	unsigned char *buffer;
	size_t room;
	size_t kept, next, filled; /* in BUFFER: in use by the caller; the next record; the end */
	uint64_t base;		   /* where BUFFER begins in the file */
	enum packet_start start;   /* what its packets begin with, once capture_sum has looked */
	uint64_t number;	   /* of the latest packet, from 1 */
	uint64_t others;	   /* packets that capture_next has left out, in all rounds */
	uint64_t packets;	   /* in all of it, once capture_sum has counted them; else 0 */
	bool cutting;		   /* capture_sum is to find those that cannot be cut */
	bool ended;		   /* nothing is left in the file */
	bool whole;		   /* BUFFER has all of it */
};

/* What all packets of a file amount to. */
struct capture_sum {
	uint64_t packets; /* those left out included */
	uint64_t bytes;
	size_t longest; /* as an MTU counts; and which one that is */
	uint64_t longest_number;
	struct addr longest_to; /* where that one goes, if it is an IP packet */
	size_t solid; /* the longest that cannot be cut into fragments, if CUTTING; and which one */
	uint64_t solid_number;
	uint64_t others;   /* packets that are left out: no IP in a capture of another kind */
	uint64_t cut;	   /* the first packet that the capture cut; 0: none */
	const char *fault; /* why a packet cannot be sent (packet_fault); NULL: all can */
	uint64_t fault_number;
};

/* Open the file PATH, "-" being standard input; what cannot be rewound is copied into a temporary
 * file. STATUS_DONE; or another, and WHY has a line for the user. Close after any outcome. */
enum status capture_open(struct capture *c, const char *path, struct bytes *why) CHECKED;
void capture_close(struct capture *c);

enum capture_result {
	CAPTURE_PACKET,
	CAPTURE_END,
	CAPTURE_FULL,  /* capture_release first: there is no more room beside what is in use */
	CAPTURE_FAILED /* a line in WHY: cut off, damaged, cannot be read */
};

/* The next packet that can be sent or shown; it stays where it is until capture_release. */
enum capture_result capture_next(
	struct capture *c, struct pcap_packet *packet, struct bytes *why) CHECKED;

/* The packets that were taken are not used any more. */
void capture_release(struct capture *c);

/* Begin again with the first packet. 0, or -1 with errno. */
int capture_rewind(struct capture *c) CHECKED;

/* Read all of the file, which shows that it is good, and rewind it. STATUS_DONE; or STATUS_FAILED
 * with a line in WHY. */
enum status capture_sum(struct capture *c, struct capture_sum *sum, struct bytes *why) CHECKED;

/* Whether the file at PATH ("-": standard output) is the one that C reads. */
bool capture_is_at(const struct capture *c, const char *path);

/* Begin a file at PATH ("-": standard output). NULL with errno. */
FILE *capture_create(const char *path, enum pcap_link link);

/* Append a packet. 0, or -1 with errno. */
int capture_write(FILE *file, int64_t at_ns, const void *data, size_t size) CHECKED;

#endif
