#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""raw-capture.py - print the frames that arrive at an interface, in hex, a line each.

usage: raw-capture.py IFNAME COUNT READY [TEXT]

Writes the file READY once it listens; ends after COUNT frames that have TEXT (hex) in them.
A VLAN tag that the kernel took out is put back.
"""
import socket
import struct
import sys

SOL_PACKET, PACKET_AUXDATA, ETH_P_ALL = 263, 8, 3
VLAN_VALID, PACKET_OUTGOING = 0x10, 4


def main():
    name, count, ready = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    text = sys.argv[4] if len(sys.argv) > 4 else ""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    link.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    link.bind((name, ETH_P_ALL))
    link.settimeout(20)
    with open(ready, "w", encoding="ascii") as file:
        file.write("ready\n")
    while count > 0:
        data, controls, _, source = link.recvmsg(70000, 256)
        if source[2] == PACKET_OUTGOING:
            continue
        for _, _, aux in controls:
            status, _, _, _, _, tag, kind = struct.unpack("=IIIHHHH", aux[:20])
            if status & VLAN_VALID:
                data = data[:12] + struct.pack("!HH", kind or 0x8100, tag) + data[12:]
        if text in data.hex():
            print(data.hex(), flush=True)
            count -= 1


main()
