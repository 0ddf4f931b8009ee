/* SPDX-License-Identifier: ISC */
/* layers_private.h - numbers and names that the tables of layers share. */
#ifndef RAW_LAYERS_LAYERS_PRIVATE_H
#define RAW_LAYERS_LAYERS_PRIVATE_H

#include "raw/layers/layers.h"

#define BROADCAST_MAC	  UINT64_C(0xffffffffffff)
#define SOURCE_PORT	  54321
#define NO_PROTOCOL	  (-1)
#define ETHERTYPE_VLAN	  0x8100
#define ETHERTYPE_ARP	  0x0806
#define ETHERTYPE_IP	  0x0800
#define ETHERTYPE_IP6	  0x86dd
#define PROTOCOL_ICMP	  1
#define PROTOCOL_IGMP	  2
#define PROTOCOL_IP_IN_IP 4
#define PROTOCOL_TCP	  6
#define PROTOCOL_UDP	  17
#define PROTOCOL_IP6	  41
#define PROTOCOL_ICMP6	  58
#define PROTOCOL_GRE	  47
#define PROTOCOL_SCTP	  132
#define PROTOCOL_MPLS	  137
#define PROTOCOL_HOP	  0
#define PROTOCOL_ROUTING  43
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_DEST	  60
#define ETHERTYPE_MPLS	  0x8847
#define ETHERTYPE_BRIDGED 0x6558 /* a frame within GRE (RFC 1701) */
#define PORT_VXLAN	  4789

/* The names of ethertypes and IP protocols. */
extern const struct field_name layers_type_names[], layers_protocol_names[];

/* The layers that no code refers to by name. */
extern const struct layer layer_igmp_query3, layer_igmp_report3, layer_mld_query2,
	layer_mld_report2;

#endif
