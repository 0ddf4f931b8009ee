/* SPDX-License-Identifier: ISC */
/* capture.h - read the packets of a capture file one by one; and write a capture file. */
#ifndef RAW_CAPTURE_CAPTURE_H
#define RAW_CAPTURE_CAPTURE_H

#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"
#include "raw/capture/pcap.h"
#include "raw/packet/packet.h"

struct bytes;

/* A file being read. */
struct capture {
	const char *path;
	int fd;
	struct pcap_format format;
	unsigned char *buffer;
	size_t room;
	size_t kept, next, filled; /* in BUFFER: what the caller uses; the next record; the end */
	uint64_t base;		   /* the position of BUFFER in the file */
	enum packet_start start;   /* what its packets begin with, set by capture_sum */
	uint64_t number;	   /* of the latest packet, from 1 */
	uint64_t others;	   /* packets that capture_next has left out, over all rounds */
	uint64_t packets;	   /* in the whole file, once capture_sum counted them; else 0 */
	bool cutting;		   /* capture_sum looks for packets that cannot be fragmented */
	bool ended;		   /* nothing is left in the file */
	bool whole;		   /* BUFFER has the whole file */
};

/* A summary of all packets of a file. */
struct capture_sum {
	uint64_t packets; /* including those left out */
	uint64_t bytes;
	size_t longest; /* as counted for an MTU; and its number */
	uint64_t longest_number;
	struct addr longest_to; /* its destination, if it is an IP packet */
	size_t solid; /* the longest that cannot be fragmented, if CUTTING; and its number */
	uint64_t solid_number;
	uint64_t others;   /* packets left out: not IP, in a capture of another kind */
	uint64_t cut;	   /* the number of the first packet that the capture cut; 0: none */
	const char *fault; /* why a packet cannot be sent (packet_fault); NULL: all can be sent */
	uint64_t fault_number;
};

/* Open the file PATH ("-": standard input); if it cannot be rewound, it is copied into a temporary
 * file. STATUS_DONE; or another, and WHY has a line for the user. Close C after any outcome. */
enum status capture_open(struct capture *c, const char *path, struct bytes *why) CHECKED;
void capture_close(struct capture *c);

enum capture_result {
	CAPTURE_PACKET,
	CAPTURE_END,
	CAPTURE_FULL,  /* call capture_release first: all room is in use */
	CAPTURE_FAILED /* WHY has a line: cut off, damaged, cannot be read */
};

/* Get the next packet that can be sent or shown; it stays where it is until capture_release. */
enum capture_result capture_next(
	struct capture *c, struct pcap_packet *packet, struct bytes *why) CHECKED;

/* The packets that were taken are no longer used. */
void capture_release(struct capture *c);

/* Start again with the first packet. 0, or -1 with errno. */
int capture_rewind(struct capture *c) CHECKED;

/* Read the whole file, to verify it, and rewind it. STATUS_DONE; or STATUS_FAILED with a line in
 * WHY. */
enum status capture_sum(struct capture *c, struct capture_sum *sum, struct bytes *why) CHECKED;

/* Whether the file at PATH ("-": standard output) is the one that C reads. */
bool capture_is_at(const struct capture *c, const char *path);

/* Create a file at PATH ("-": standard output). NULL with errno. */
FILE *capture_create(const char *path, enum pcap_link link);

/* Append a packet. 0, or -1 with errno. */
int capture_write(FILE *file, int64_t at_ns, const void *data, size_t size) CHECKED;

#endif
