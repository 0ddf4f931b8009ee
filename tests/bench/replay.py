# SPDX-License-Identifier: ISC
"""replay.py - packets a second out of pcapng files, and cut into fragments; on raw.py's wire."""
import os
import subprocess

from common import Failed, SOCKIT, compare, have, medians, rounds, say, scratch
from raw import COUNT, HERE, MAC, REPLAY_GOAL, REPLAYED, SIZES, Wire, measure, replayers

# Where --fragment cuts, and how many fragments of one size make a packet.
FRAGMENT, PIECES = 1500, 6
FRAGMENT_GOAL = 0.5


def make_capture(folder, size):
    """A pcapng file as dumpcap writes it: options, an interface of nanoseconds."""
    pcap, path = os.path.join(folder, "whole.pcap"), os.path.join(folder, "whole%d.pcapng" % size)
    subprocess.run([SOCKIT, "raw-send", "--write", pcap, "--count", str(REPLAYED), "eth",
                    "dst=" + MAC, "payload", "zero=%d" % (size - 14)], check=True)
    if not have("editcap"):
        raise Failed("needs editcap")
    subprocess.run(["editcap", "-F", "pcapng", "--capture-comment", "bench", pcap, path], check=True)
    return path


def replay_row(wire, folder, size):
    path, loops = make_capture(folder, size), COUNT // REPLAYED
    found = replayers(path, loops)
    figures = medians(rounds(found, lambda tool: measure(wire, found[tool], COUNT)))
    return compare("replay of pcapng, %d bytes" % size, figures, "%.0f/s", REPLAY_GOAL)


def fragment_row(wire):
    """Next to packets of the fragments' size that are sent whole, by the same program."""
    def words(size):
        return ["eth", "dst=" + MAC, "ip", "src=192.0.2.1", "dst=192.0.2.7", "udp", "dport=9",
                "payload", "zero=%d" % size]

    part = (FRAGMENT - 20) // 8 * 8
    count = COUNT // 2 // PIECES * PIECES
    found = {
        "sockit": [SOCKIT, "raw-send", "-I", HERE, "--fragment", str(FRAGMENT), "--count",
                   str(count // PIECES), *words(part * PIECES - 8)],
        "sent whole": [SOCKIT, "raw-send", "-I", HERE, "--count", str(count), *words(part - 8)]}
    figures = medians(rounds(found, lambda tool: measure(wire, found[tool], count)))
    row = compare("fragments of %d bytes" % FRAGMENT, figures, "%.0f/s", FRAGMENT_GOAL)
    row.peer = row.times = None  # which nobody else sent
    return row


def run():
    say("replay")
    rows = []
    try:
        with Wire() as wire, scratch() as folder:
            rows.append(fragment_row(wire))
            for size in SIZES:
                rows.append(replay_row(wire, folder, size))
    except Failed as error:
        say("    skipped: %s" % error)
    return rows
