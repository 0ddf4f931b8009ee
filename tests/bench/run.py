#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""run.py - compare sockit with what else is installed, and print one table.

    make bench                       everything; about half an hour
    make bench BENCH=bulk            one part: bulk relay proxied socks short
                                     pingpong fanout idle scan udp raw replay spread zone names
                                     startup calls growth
    BENCH_SIZE=256M make bench       bytes for each bulk transfer (default 1G)
    BENCH_MOST=10000000 make bench   most names and networks in `growth` (default 1000000)
    BENCH_ROUNDS=9, BENCH_CPU=all    rounds (at least 5); no pinning (default: one CPU for all)
    BENCH_LIMIT=3600                 seconds for each part, which has failed after that (default 1800)

Each figure is a median of interleaved rounds; a ratio compares with the best peer of the same run.
What was measured is kept in build/bench/results.json, each part until it is measured again; `make
picture` makes the picture and the table of README.md from it.
"""
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True

import common  # noqa: E402 (after the line above, which keeps the tree clean)
import results  # noqa: E402

PARTS = ["bulk", "relay", "proxied", "socks", "short", "pingpong", "fanout", "idle", "scan", "udp",
         "raw", "replay", "spread", "zone", "names", "startup", "calls", "growth"]
HEADINGS = ["", "sockit", "best peer", "ratio", "goal", ""]
INSIDE = "SOCKIT_BENCH_INSIDE"
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
LIMIT = int(os.environ.get("BENCH_LIMIT", "1800"))


def enter_namespace():
    """Start again in a network namespace of our own, where congestion control is ours to choose."""
    if os.environ.get(INSIDE):
        return
    for way in (["unshare", "-rn"], ["unshare", "-n"]):
        try:
            able = subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            break
        if able:
            os.environ[INSIDE] = "1"
            os.execvp(way[0], [*way, sys.executable, *sys.argv])
    common.say("bench: cannot make a network namespace; this host's own settings hold")


def prepare_namespace():
    """Loopback up; reno, because bbr paces even here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    try:
        with open("/proc/sys/net/ipv4/tcp_congestion_control", "w", encoding="ascii") as file:
            file.write("reno")
    except OSError as error:
        common.say("bench: cannot set reno: %s" % error.strerror)


def prepare_process():
    """All descriptors there are, and one CPU for everybody, which is what makes runs repeatable."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cpu = os.environ.get("BENCH_CPU", str(max(os.sched_getaffinity(0))))
    if cpu != "all":
        os.sched_setaffinity(0, {int(cpu)})


class OutOfTime(Exception):
    """Not common.Failed, which would be taken for the failure of one tool."""


def out_of_time(*_):
    raise OutOfTime("not finished after %d s" % LIMIT)


def run_part(part):
    """The rows of PART, which ends in time whatever hangs there."""
    begin = time.monotonic()
    signal.alarm(LIMIT)
    try:
        rows = __import__(part).run()
        results.keep(part, rows)
    except OutOfTime as error:
        common.say("    %s: %s" % (part, error))
        rows = [common.Row(part, "failed", "-", good=False)]
    finally:
        signal.alarm(0)
    common.say("    %s took %.0f s" % (part, time.monotonic() - begin))
    return rows


def print_table(rows):
    table = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS))]
    print()
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    judged = [row for row in rows if row.good is not None]
    print("\n%d of %d goals met" % (sum(row.good for row in judged), len(judged)))


def main():
    wanted = sys.argv[1:] or PARTS
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit("bench: no part %s; there are: %s" % (unknown[0], " ".join(PARTS)))
    enter_namespace()
    if os.environ.get(INSIDE):
        prepare_namespace()
    prepare_process()
    common.build_load()
    signal.signal(signal.SIGALRM, out_of_time)
    rows = [row for part in wanted for row in run_part(part)]
    print_table(rows)
    return any(row.ours == "failed" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
