/* SPDX-License-Identifier: ISC */
/* layers.h - the layers of packets, as tables: a new layer or field is a row. */
#ifndef RAW_LAYERS_LAYERS_H
#define RAW_LAYERS_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How a field's value is written. */
enum field_kind {
	FIELD_NUMBER, /* decimal, 0x..., or one of NAMES */
	FIELD_HEX,    /* as FIELD_NUMBER, shown in hexadecimal */
	FIELD_PORT,   /* a number or the name of a service */
	FIELD_FLAGS,  /* NAMES joined by commas, or a number */
	FIELD_PAIR,   /* NUMBER or NUMBER/NUMBER, half the width each */
	FIELD_MAC,
	FIELD_IP4,
	FIELD_IP6,
	FIELD_SIZE,  /* a number of bytes of content */
	FIELD_BYTES, /* hex digits: any number of bytes */
	FIELD_IP4S,  /* addresses separated by + */
	FIELD_IP6S,
	FIELD_TEXT, /* TEXT, read according to -E and --hex */
	FIELD_FILE, /* the bytes of a file */
};

/* Where the value comes from if the words do not give it. */
enum field_fill {
	FILL_DEFAULT,	  /* VALUE */
	FILL_ABSENT,	  /* the field is left out (options, content) */
	FILL_REQUIRED,	  /* nowhere: it must be given */
	FILL_NEXT_PORT,	  /* the port of the next layer; if that has none, as FILL_REQUIRED */
	FILL_OWN_MAC,	  /* the eth layer's src or else the interface's; for eth, the latter */
	FILL_NEXT_HOP,	  /* the hardware address of the next hop to the IP layer that follows */
	FILL_OWN_ADDRESS, /* this host's address on the route to this layer's target */
	FILL_OWN_ID,	  /* for a question: one for this run; else VALUE */
	FILL_OWN_SEQ,	  /* a question's: the packet's number if answers are awaited; else VALUE */
	FILL_OWN_MARK,	  /* one for each packet, if answers are awaited; else VALUE */
	FILL_OWN_START,	  /* as FILL_OWN_MARK, for packets that differ in their hops; else VALUE */
	FILL_OWN_PORT,	  /* one for this run, if answers are awaited; else VALUE */
	FILL_OWN_FLOW,	  /* as FILL_OWN_MARK, unless the content has such a mark */
	FILL_NEXT_TYPE,	  /* the ethertype of the next layer */
	FILL_NEXT_PROTOCOL, /* the IP protocol of the next layer */
	FILL_HOPS,	    /* what the protocol above requires, else VALUE */
	FILL_BOTTOM,	    /* 1, but 0 before another layer of the same kind */
	FILL_HEADER_WORDS,  /* this header's length in 4-byte words */
	FILL_EXTENSION,	    /* this header's length in 8-byte words, minus the first (RFC 8200) */
	FILL_COUNT,	    /* units of VALUE bytes in the table's next field without a place */
	FILL_PARTS,	    /* how many PARTs follow */
	FILL_SEGMENTS,	    /* how many segments are left at the start of the route */
	FILL_LENGTH,	    /* from this header's first byte to the end of its payload */
	FILL_LENGTH_REST,   /* from the end of this header to the end of its payload */
	FILL_SUM_HEADER,    /* RFC 1071 over this header */
	FILL_SUM,	    /* over this header and its payload */
	FILL_SUM_PSEUDO,    /* over that and the pseudo-header of the enclosing ip or ip6 layer */
	FILL_CRC32C,	    /* CRC-32c over this header and its payload (RFC 9260) */
};

/* A word for a value; a NULL name ends the list. */
struct field_name {
	const char *name;
	uint32_t value;
};

enum field_flags {
	FIELD_BARE = 1,	     /* its NAMES (for one bit, its own name) need no `FIELD=` */
	FIELD_ALIAS = 2,     /* another name for bits that already have one: not shown */
	FIELD_TARGET = 4,    /* FILL_OWN_ADDRESS looks up the route to this address */
	FIELD_KERNEL = 8,    /* a raw IP socket puts its own value here */
	FIELD_KERNEL0 = 16,  /* ... if the value is 0 */
	FIELD_COMPUTED = 32, /* its name alone is allowed too: computed, the first of NAMES */
	FIELD_INSTEAD = 64,  /* replaces the field before it in the table */
};

/* One field. Its value is WIDTH bits wide, at bit BIT of the header (the first bit of the first
 * byte is 0), in network order. If OPTION is not 0, the value is in the option of that type after
 * the fixed header; fields of one option are next to each other. Kinds from FIELD_SIZE on have no
 * place. */
struct field {
	const char *name;
	enum field_kind kind;
	unsigned bit, width;
	enum field_fill fill;
	uint64_t value;
	const struct field_name *names;
	unsigned flags;
	uint8_t option;
	const char *help;
};

enum layer_kind {
	LAYER_HEADER,
	LAYER_CONTENT, /* text, a file, zeros or random bytes, according to its fields */
	LAYER_PAD,     /* zeros, up to a given size of the whole packet */
	LAYER_CRC,     /* the Ethernet FCS of everything before it */
};

/* The length of a header with options, and the encoding of these. */
enum layer_tail {
	TAIL_NONE,
	TAIL_IP,      /* the length is in bits 4-7, words of 4 bytes; options are raw bytes */
	TAIL_TCP,     /* the length is in bits 96-99; options are type, length in bytes, value */
	TAIL_NDP,     /* up to the end; options are type, length in 8 bytes, value */
	TAIL_GRE,     /* 4 bytes for each option; its type is the number of its flag, from 1 */
	TAIL_OPTIONS, /* the length is byte 1, as for FILL_EXTENSION; options are type, length,
			 value */
	TAIL_ROUTING, /* the length likewise; then addresses, depending on the type, or raw bytes */
	TAIL_RECORD,  /* bits 16-31 count addresses, bits 8-15 the 4-byte words after them */
	TAIL_REST,    /* up to the end; raw bytes or addresses */
};

struct layer {
	const char *name;
	const char *variant; /* the word after NAME that selects this one; NULL: the usual one */
	const char *types;   /* the first bytes that identify a variant; NULL: any other */
	const char *help;
	const struct field *fields; /* ends with a NULL name */
	enum layer_kind kind;
	enum layer_tail tail;
	unsigned size;		  /* of the header without options, in bytes */
	unsigned ethertype;	  /* the ethertype that announces it; 0: none */
	int protocol;		  /* the IP protocol that announces it; -1: none */
	uint16_t port;		  /* the UDP port that announces it; 0: none */
	const struct layer *part; /* follows as many times as the field RECORDS says; NULL: none */
	uint8_t hops;		  /* the hop limit with which it must be sent; 0: any */
	bool positional;	  /* the word after its name is the value of its first field */
};

enum {
	LAYER_FIELDS = 24,	    /* at most in one layer */
	LAYER_TYPE_OTHER = 0x88b5,  /* the ethertype for local experiments (IEEE 802) */
	LAYER_PROTOCOL_OTHER = 253, /* the protocol number for experiments (RFC 3692) */
	LAYER_PROTOCOL_NONE = 59,   /* nothing follows (IPv6) */
	LAYER_COMPUTED = 0x10000,   /* the value of a 16-bit field that is to be computed */
};

/* All layers, and those that code refers to by name. */
extern const struct layer *const layers[];
extern const size_t layer_count;
extern const struct layer layer_eth, layer_vlan, layer_mpls, layer_arp, layer_ip, layer_ip6,
	layer_hop_options, layer_dest_options, layer_routing, layer_fragment, layer_icmp,
	layer_icmp_timestamp, layer_icmp_mask, layer_icmp6, layer_ndp, layer_ndp_rs, layer_ndp_ra,
	layer_igmp, layer_mld, layer_record, layer_record6, layer_udp, layer_tcp, layer_sctp,
	layer_gre, layer_vxlan, layer_payload, layer_pad, layer_fcs, layer_bytes;

/* The rows of layer_payload and layer_bytes, by number. */
enum payload_field { PAYLOAD_TEXT, PAYLOAD_FILE, PAYLOAD_ZERO, PAYLOAD_RANDOM };

/* The layer NAME (LENGTH bytes), its field NAME, or NULL. If several have the same name, the usual
 * one. */
const struct layer *layer_find(const char *name, size_t length);
const struct field *layer_field(const struct layer *layer, const char *name, size_t length);

/* The field NAME, which LAYER must have. */
const struct field *layer_own_field(const struct layer *layer, const char *name);

/* The layer with LAYER's name and a variant that has WORD among the names of its type; or NULL. */
const struct layer *layer_variant(const struct layer *layer, const char *word);

/* The layer announced by ETHERTYPE, the IP PROTOCOL or the UDP PORT, or NULL. */
const struct layer *layer_of_type(unsigned ethertype);
const struct layer *layer_of_protocol(int protocol);
const struct layer *layer_of_port(unsigned port);

/* The variant of LAYER to which the SIZE bytes at DATA belong; LAYER itself if none is known. */
const struct layer *layer_of_bytes(
	const struct layer *layer, const unsigned char *data, size_t size);

/* AF_INET or AF_INET6 if LAYER belongs to only one family, else AF_UNSPEC. */
int layer_family(const struct layer *layer);

/* Whether LAYER is a header of IP, of either version. */
bool layer_is_ip(const struct layer *layer);

/* What --layers prints. */
void layers_print(FILE *out);

#endif
