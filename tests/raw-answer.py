#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""raw-answer.py - answer ARP requests for one address in one VLAN, as a host there would.

usage: raw-answer.py IFNAME VLAN ADDRESS READY
"""
import socket
import struct
import sys

SOL_PACKET, PACKET_AUXDATA, ETH_P_ALL = 263, 8, 3


def main():
    name, vlan, address = sys.argv[1], int(sys.argv[2]), socket.inet_aton(sys.argv[3])
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    link.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    link.bind((name, ETH_P_ALL))
    link.settimeout(30)
    mac = link.getsockname()[4]
    with open(sys.argv[4], "w", encoding="ascii") as file:
        file.write("ready\n")
    while True:
        data, controls, _, source = link.recvmsg(70000, 256)
        tag = 0
        for _, _, aux in controls:
            tag = struct.unpack("=IIIHHHH", aux[:20])[5]
        arp = data[14:42]
        if source[2] == 4 or tag & 0xfff != vlan or data[12:14] != b"\x08\x06" or \
                arp[6:8] != b"\0\1" or arp[24:28] != address:
            continue
        link.send(data[6:12] + mac + struct.pack("!HHH", 0x8100, vlan, 0x806) + arp[:6] +
                  b"\0\2" + mac + address + arp[8:18])


main()
