# SPDX-License-Identifier: ISC
"""scan.py - all 65,535 ports of the loopback, ten of them open."""
import random
import re
import socket
import subprocess
import time

from common import Failed, LIMIT, SOCKIT, compare, have, installed, medians, openbsd_nc, rounds, say

OPEN = 10
GOAL = 1.0


def commands():
    """Tool to (command, pattern of one open port in its output)."""
    nc = openbsd_nc()
    found = {
        "sockit": ([SOCKIT, "tcp-connect", "-z", "-n", "127.0.0.1", "1-65535"],
                   r"^127\.0\.0\.1 (\d+)/tcp open"),
        "nc -z -v": nc and ([nc, "-z", "-v", "-n", "127.0.0.1", "1-65535"],
                            r" (\d+) port \[tcp/[^]]*\] succeeded"),
        "nmap -sT -T5": have("nmap") and (
            ["nmap", "-n", "-Pn", "-sT", "-T5", "--min-rate", "100000", "--min-parallelism", "100",
             "--max-retries", "1", "-p-", "127.0.0.1"], r"^(\d+)/tcp +open"),
    }
    return installed(found)


def listeners():
    """OPEN sockets at random ports, and the ports."""
    sockets = []
    for port in random.sample(range(1024, 65536), OPEN * 4):
        one = socket.socket()
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            one.close()
            continue
        one.listen(1024)
        sockets.append(one)
        if len(sockets) == OPEN:
            return sockets, {one.getsockname()[1] for one in sockets}
    raise Failed("cannot bind %d ports" % OPEN)


def measure(command, pattern, wanted):
    """Seconds, and how far the report is from the truth."""
    start = time.monotonic()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed("took over %d s" % LIMIT) from error
    seconds = time.monotonic() - start
    seen = {int(port) for port in re.findall(pattern, done.stdout.decode(errors="replace"), re.M)}
    return seconds, len(seen ^ wanted)


def empty_backlogs(sockets):
    """What a scan has left in the queues is no part of the next one."""
    for one in sockets:
        one.setblocking(False)
        try:
            while True:
                one.accept()[0].close()
        except BlockingIOError:
            pass


def one_round(tool, found, sockets, wanted):
    result = measure(*found[tool], wanted)
    empty_backlogs(sockets)
    if tool == "sockit" and result[1]:
        raise Failed("%d ports reported wrongly" % result[1])
    return result


def run():
    say("scan")
    found = commands()
    sockets, wanted = listeners()
    results = rounds(found, lambda tool: one_round(tool, found, sockets, wanted))
    for one in sockets:
        one.close()
    for tool, values in results.items():
        wrong = sum(value[1] for value in values)
        if wrong:
            say("    %s: %d ports reported wrongly in %d rounds" % (tool, wrong, len(values)))
    seconds = medians(results, lambda one: one[0])
    return [compare("scan of 65,535 ports, %d open" % OPEN, seconds, "%.2f s", GOAL, least=True)]
