#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""raw-check.py - judge the packets of a pcap file, with code that shares nothing with sockit's.

usage: raw-check.py [--fcs] FILE        lengths and checksums; --fcs: frames end with a CRC-32
       raw-check.py --hex FILE          a line of hex for each packet

Prints a line for each packet that names its layers, `eth ip tcp fcs`, or what is wrong with it.
"""
import socket
import struct
import sys
import zlib


def packets(data):
    """The link type and the packets of a little- or big-endian file of microseconds."""
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}[data[:4]]
    link = struct.unpack_from(order + "I", data, 20)[0]
    at, found = 24, []
    while at < len(data):
        size, full = struct.unpack_from(order + "II", data, at + 8)
        assert size == full and at + 16 + size <= len(data), "bad record"
        found.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return link, found


def ones_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total


def right(data, what):
    if ones_sum(data) != 0xffff:
        raise ValueError("wrong checksum of " + what)


def transport(protocol, data, pseudo, names):
    """What an IP header announced."""
    if protocol == socket.IPPROTO_TCP:
        names.append("tcp")
        right(pseudo + data, "tcp")
        if (data[12] >> 4) * 4 > len(data):
            raise ValueError("wrong header length of tcp")
    elif protocol == socket.IPPROTO_UDP:
        names.append("udp")
        if struct.unpack_from("!H", data, 4)[0] != len(data):
            raise ValueError("wrong length of udp")
        if data[6:8] == b"\0\0":
            raise ValueError("no checksum of udp")
        right(pseudo + data, "udp")
    elif protocol == socket.IPPROTO_ICMP:
        names.append("icmp")
        right(data, "icmp")
    elif protocol == socket.IPPROTO_IGMP:
        names.append("igmp")
        right(data, "igmp")
    elif protocol == socket.IPPROTO_ICMPV6:
        names.append("icmp6")
        right(pseudo + data, "icmp6")
    elif protocol == 4:
        ip(data, names)
    elif protocol == 41:
        ip6(data, names)


def ip(data, names):
    names.append("ip")
    header, length = (data[0] & 15) * 4, struct.unpack_from("!H", data, 2)[0]
    if data[0] >> 4 != 4 or header < 20 or length > len(data):
        raise ValueError("wrong header of ip")
    right(data[:header], "ip")
    rest = data[header:length]
    pseudo = data[12:20] + struct.pack("!BBH", 0, data[9], len(rest))
    if not struct.unpack_from("!H", data, 6)[0] & 0x3fff:
        transport(data[9], rest, pseudo, names)


def ip6(data, names):
    names.append("ip6")
    length = struct.unpack_from("!H", data, 4)[0]
    if data[0] >> 4 != 6 or 40 + length > len(data):
        raise ValueError("wrong header of ip6")
    rest = data[40:40 + length]
    transport(data[6], rest, data[8:40] + struct.pack("!II", len(rest), data[6]), names)


def ethernet(data, names):
    names.append("eth")
    at, kind = 14, data[12:14]
    while kind in (b"\x81\x00", b"\x88\xa8"):
        names.append("vlan")
        kind = data[at + 2:at + 4]
        at += 4
    if kind == b"\x08\x00":
        ip(data[at:], names)
    elif kind == b"\x86\xdd":
        ip6(data[at:], names)
    elif kind == b"\x08\x06":
        names.append("arp")
        if data[at:at + 6] != bytes.fromhex("000108000604"):
            raise ValueError("wrong header of arp")


def judge(link, data, fcs):
    names = []
    try:
        if fcs:
            if struct.unpack("<I", data[-4:])[0] != zlib.crc32(data[:-4]):
                raise ValueError("wrong fcs")
            data = data[:-4]
        if link == 1:
            ethernet(data, names)
        else:
            (ip if data[0] >> 4 == 4 else ip6)(data, names)
    except (ValueError, IndexError, struct.error) as error:
        return "%s: %s" % (" ".join(names), error)
    return " ".join(names + ["fcs"] * fcs)


def main():
    with open(sys.argv[-1], "rb") as file:
        link, found = packets(file.read())
    for one in found:
        print(one.hex() if "--hex" in sys.argv else judge(link, one, "--fcs" in sys.argv))


main()
