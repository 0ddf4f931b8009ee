/* SPDX-License-Identifier: ISC */
/* source.h - the packets to send, built from words or from a file, and when to send them. */
#ifndef RAW_SEND_SOURCE_H
#define RAW_SEND_SOURCE_H

#include "base/checked.h"
#include "base/status.h"
#include "raw/capture/capture.h"
#include "raw/packet/build.h"
#include "raw/packet/fragment.h"

enum { RAW_BATCH = OS_PACKETS };

/* When packets are due. All zero: at once. */
struct raw_pace {
	int64_t interval_ns; /* between two packets */
	uint64_t rate;	     /* packets a second; INTERVAL_NS is 0 */
	bool recorded;	     /* as recorded in the file; both are 0 */
	int64_t gap_ns;	     /* with RECORDED: the longest pause */
};

struct raw_packet {
	const unsigned char *data;
	size_t size;
	int64_t due_ns;
	uint64_t number;	    /* from 1 */
	uint64_t random;	    /* the state from which its random fields were drawn */
	const struct packet *built; /* its layers, valid until the next packet; NULL: from a file */
};

struct raw_source {
	/* The owner's. */
	struct spec *spec;	 /* NULL: packets come from CAPTURE */
	struct build *build;	 /* for SPEC */
	struct capture *capture; /* checked by capture_sum */
	uint64_t rounds;	 /* how many times everything is sent; 0: forever */
	struct raw_pace pace;
	size_t cut_over;  /* longer packets, as counted for an MTU, are fragmented if possible; 0:
			   * none */
	size_t skip_over; /* longer packets are left out; 0: none */
	const struct layer *first; /* what packets begin with */
	enum packet_start start;

	/* Internal; zero at first. */
	struct bytes slots[RAW_BATCH]; /* the packets in use */
	struct packet packet;	       /* the latest one built */
	size_t used;
	struct fragmenter cutter;
	struct bytes fragments[RAW_BATCH]; /* the fragments in use */
	size_t fragments_used;
	struct raw_packet cutting; /* the packet that is being cut */
	uint64_t skipped, fragmented;
	uint64_t round_used; /* the latest round of which not everything was skipped */
	uint64_t round, number;
	int64_t due_ns; /* of the latest packet, counted from a start of 0 */
	int64_t base_ns, first_ns;
	bool timed; /* FIRST_NS is known */
	bool ended;
	enum status status; /* an exit status, with RAW_FAILED */
};

enum raw_source_result { RAW_PACKET, RAW_END, RAW_FULL, RAW_FAILED };

/* Get the next packet. It stays where it is until raw_source_release, which is to be called when
 * the result is RAW_FULL. RAW_FAILED: WHY has a line. */
enum raw_source_result raw_source_next(
	struct raw_source *s, struct raw_packet *out, struct bytes *why) CHECKED;
void raw_source_release(struct raw_source *s);

/* How many of the next packets, up to MOST, are the latest one again and due at once: they count as
 * delivered and need not be requested one by one. 0: request the next one. */
size_t raw_source_again(struct raw_source *s, size_t most);

/* Free its memory. */
void raw_source_close(struct raw_source *s);

#endif
