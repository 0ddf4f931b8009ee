/* SPDX-License-Identifier: ISC */
/* source.h - the packets that are to go out, and when: built from words, or from a file. */
#ifndef RAW_SOURCE_H
#define RAW_SOURCE_H

#include "base/checked.h"
#include "raw/build.h"
#include "raw/capture.h"
#include "raw/fragment.h"

enum { SOURCE_BATCH = OS_PACKETS };

/* When packets are due. All zero: at once. */
struct source_pace {
	int64_t interval_ns; /* between two packets */
	uint64_t rate;	     /* packets a second; INTERVAL_NS is 0 */
	bool recorded;	     /* as in the file; both are 0 */
	int64_t gap_ns;	     /* with RECORDED: the longest pause; 0: any */
};

struct source_packet {
	const unsigned char *data;
	size_t size;
	int64_t due_ns;
	uint64_t number;	    /* from 1 */
	uint64_t random;	    /* the state from which its random fields were drawn */
	const struct packet *built; /* its layers, valid until the next packet; NULL: from a file */
};

struct source {
	/* The owner's. */
	struct spec *spec;	 /* NULL: from CAPTURE */
	struct build *build;	 /* of SPEC */
	struct capture *capture; /* checked by capture_sum */
	uint64_t rounds;	 /* how often all is repeated; 0: for ever */
	struct source_pace pace;
	size_t cut_over;  /* longer ones, as an MTU counts, are cut where they can be; 0: none */
	size_t skip_over; /* longer ones are left out; 0: none */
	const struct layer *first; /* what packets begin with */
	enum packet_start start;

	/* Its own; zero at first. */
	struct bytes slots[SOURCE_BATCH]; /* the packets in use */
	struct packet packet;		  /* the latest one built */
	size_t used;
	struct fragmenter cutter;
	struct bytes fragments[SOURCE_BATCH]; /* those in use */
	size_t fragments_used;
	struct source_packet cutting; /* the packet that is being cut */
	uint64_t skipped;
	uint64_t round_used; /* the latest round of which anything was not skipped */
	uint64_t round, number;
	int64_t due_ns; /* of the latest packet, from a start of 0 */
	int64_t base_ns, first_ns;
	bool timed; /* FIRST_NS is known */
	bool ended;
	int status; /* an exit status, with SOURCE_FAILED */
};

enum source_result { SOURCE_PACKET, SOURCE_END, SOURCE_FULL, SOURCE_FAILED };

/* The next packet. It stays where it is until raw_source_release, which is due when the result is
 * SOURCE_FULL. SOURCE_FAILED: a line in WHY. */
enum source_result raw_source_next(
	struct source *s, struct source_packet *out, struct bytes *why) CHECKED;
void raw_source_release(struct source *s);

/* Free what it holds. */
void raw_source_close(struct source *s);

#endif
