# SPDX-License-Identifier: ISC
"""udp.py - datagrams sent and received a second, loss at a flood, a request and its reply."""
import json
import os
import socket
import subprocess
import time

from common import (LOAD, MEASURED, OTHERS, SOCKIT, Failed, Row, compare, finish, have, medians, on,
                    openbsd_nc, rounds, say, scratch, spawn, stop, wait_listening)

SENT = 400_000
HOST = "127.0.0.1"
BARE = "bare loop"  # the same system calls with nothing around them
BARE_GOAL = 0.9


def udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def is_bound(port):
    wanted = ":%04X " % port
    with open("/proc/self/net/udp", encoding="ascii") as table:
        here = any(wanted in line[:21] for line in table)
    with open("/proc/self/net/udp6", encoding="ascii") as table:
        return here or any(wanted in line[:50] for line in table)


def wait_bound(process, port):
    end = time.monotonic() + 10
    while not is_bound(port):
        if process.poll() is not None or time.monotonic() > end:
            raise Failed("%s did not listen" % process.args[0])
        time.sleep(0.002)


def make_files(folder):
    """Equal datagrams for --split SIZE, equal lines, and lines that no two are of one size."""
    for size in (64, 1400):
        with open("%s/equal%d" % (folder, size), "wb") as file:
            for _ in range(SENT // 1000):
                file.write(b"x" * size * 1000)
        with open("%s/lines%d" % (folder, size), "wb") as file:
            for _ in range(SENT // 1000):
                file.write((b"y" * (size - 1) + b"\n") * 1000)
        with open("%s/mixed%d" % (folder, size), "wb") as file:
            cycle = b"".join(b"z" * (size - 10 + i) + b"\n" for i in range(20))
            for _ in range(SENT // 20):
                file.write(cycle)


# Sending. The receiver is a socket that nobody reads: all that comes is dropped by the kernel.

def sender(tool, size, lines, port):
    if tool == "sockit":
        split = ["-l"] if lines else ["--split", str(size)]
        return [SOCKIT, "udp-send", *split, "%s:%d" % (HOST, port)]
    return ["socat", "-u", "-b", str(size), "-", "UDP-SENDTO:%s:%d" % (HOST, port)]


def iperf3_rate(size):
    port = udp_port()
    server = spawn(["iperf3", "-s", "-1", "-B", HOST, "-p", str(port)], preexec_fn=on(MEASURED))
    try:
        wait_listening(server, port)
        done = subprocess.run(["iperf3", "-u", "-c", HOST, "-p", str(port), "-l", str(size), "-b",
                               "0", "-t", "1", "-J"], capture_output=True, check=False, timeout=20,
                              stdin=subprocess.DEVNULL, preexec_fn=on(OTHERS))
        report = json.loads(done.stdout)
        # A run that failed has an end without sums.
        if "error" in report:
            raise Failed("iperf3: %s" % report["error"])
        total = report["end"]["sum"]
        return total["packets"] / total["seconds"]
    except (ValueError, KeyError, subprocess.TimeoutExpired) as error:
        raise Failed("iperf3: %s" % error) from error
    finally:
        stop(server)


def send_rate(tool, folder, size, lines):
    if tool == "iperf3":
        return iperf3_rate(size)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind((HOST, 0))
        name = "%s/%s%d" % (folder, "lines" if lines else "equal", size)
        with open(name, "rb") as file:
            begin = time.monotonic()
            finish(spawn(sender(tool, size, lines, sink.getsockname()[1]), stdin=file,
                         preexec_fn=on(OTHERS)))
            return SENT / (time.monotonic() - begin)


def sending(folder):
    rows = []
    tools = ["sockit"] + [tool for tool in ("socat", "iperf3") if have(tool)]
    for size in (64, 1400):
        for lines, goal in ((False, 10), (True, 2.5)):
            what = "one a line" if lines else "equal, from a file"
            figures = medians(rounds(tools, lambda tool, size=size, lines=lines:
                                     send_rate(tool, folder, size, lines)))
            socat = {tool: figures[tool] for tool in ("sockit", "socat") if tool in figures}
            rows.append(compare("udp send, %d bytes, %s" % (size, what), socat, "%.0f/s", goal))
            if "iperf3" in figures and not lines:
                both = {tool: figures[tool] for tool in ("sockit", "iperf3") if tool in figures}
                rows.append(compare("udp send, %d bytes, as iperf3 -u" % size, both, "%.0f/s"))
    return rows


# Receiving. sockit floods; what a tool has written at the end is what it has received.

def receiver(tool, port):
    return {"sockit": [SOCKIT, "udp-listen", "%s:%d" % (HOST, port)],
            "nc": [openbsd_nc() or "nc", "-u", "-l", HOST, str(port)],
            "socat": ["socat", "-u", "UDP-RECV:%d,bind=%s" % (port, HOST), "-"],
            "ncat": ["ncat", "-u", "-l", "--recv-only", HOST, str(port)],
            BARE: [LOAD, "record", str(port)]}[tool]


def settled_size(path):
    """The size of what is written to PATH, once no more is."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < 0.3:
        now = os.stat(path).st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.02)
    return size


def flood(tool, folder, kind, size, rate=None):
    """The share that TOOL received, and how many a second it did."""
    port, out = udp_port(), "%s/out" % folder
    name = "%s/%s%d" % (folder, kind, size)
    split = ["--split", str(size)] if kind == "equal" else ["-l"]
    pace = ["--rate", str(rate)] if rate else []
    with open(out, "wb") as file:
        process = spawn(receiver(tool, port), stdout=file, preexec_fn=on(MEASURED))
    try:
        wait_bound(process, port)
        with open(name, "rb") as file:
            begin = time.monotonic()
            finish(spawn([SOCKIT, "udp-send", *split, *pace, "%s:%d" % (HOST, port)], stdin=file,
                         preexec_fn=on(OTHERS)), any_status=True)
        mean = size if kind == "equal" else size - 0.5
        got = min(settled_size(out) / mean, SENT)
        return got / SENT, got / (time.monotonic() - 0.3 - begin)
    finally:
        stop(process)


def receivers():
    found = ["sockit"] + [tool for tool in ("socat", "ncat") if have(tool)]
    return found + (["nc"] if openbsd_nc() else [])


def lost(name, results):
    """Less than any peer is the goal; a ratio of nothing to nothing tells nobody anything."""
    shares = {tool: 100 * (1 - share) for tool, share in medians(
        results, lambda one: one[0]).items()}
    say("    " + ", ".join("%s %.1f %% lost" % one for one in shares.items()))
    ours = shares.pop("sockit", None)
    if ours is None or not shares:
        return Row(name, "failed" if ours is None else "%.1f %%" % ours, "-", good=ours is not None)
    best = min(shares, key=shares.get)
    return Row(name, "%.1f %% lost" % ours, "%.1f %% %s" % (shares[best], best),
               good=ours <= shares[best])


def flooded(folder, kind, size, what, goal):
    """Datagrams of SIZE bytes, as fast as they are sent."""
    name = "udp receive, %d bytes, %s" % (size, what)
    results = rounds(receivers() + ([BARE] if kind == "equal" else []),
                     lambda tool: flood(tool, folder, kind, size))
    speeds = medians(results, lambda one: one[1])
    bare = {tool: speeds[tool] for tool in ("sockit", BARE) if tool in speeds}
    speeds.pop(BARE, None)
    rows = [compare(name, speeds, "%.0f/s", goal)]
    if BARE in bare:
        rows.append(compare(name + ", as a bare loop", bare, "%.0f/s", BARE_GOAL))
        say("    %s %.1f %% lost" % (BARE, 100 * (1 - medians(results, lambda one: one[0])[BARE])))
        del results[BARE]
    return rows + [lost(name, results)]


def receiving(folder):
    rows = []
    for kind, what, goal in (("mixed", "one by one", 1), ("equal", "in segments", 5)):
        for size in (64, 1400):
            rows += flooded(folder, kind, size, what, goal)
    for size in (64, 1400):
        results = rounds(receivers(), lambda tool, size=size:
                         flood(tool, folder, "mixed", size, 100_000))
        rows.append(lost("udp receive, %d bytes, 100,000/s" % size, results))
    return rows


# One request and its reply, from start to end, against a server in this process.

def ask(tool, port):
    return {"sockit": [SOCKIT, "udp-send", "-r", HOST, str(port), "ping"],
            "socat": ["socat", "-t", "1", "-,ignoreeof", "UDP:%s:%d" % (HOST, port)],
            "nc": [openbsd_nc() or "nc", "-u", "-W", "1", HOST, str(port)]}[tool]


def latency(tool, server):
    """Seconds from the start of TOOL to its reply on a pipe."""
    begin = time.monotonic()
    process = spawn(ask(tool, server.getsockname()[1]), stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE)
    try:
        if tool != "sockit":
            process.stdin.write(b"ping")
            process.stdin.flush()
        data, peer = server.recvfrom(100)
        server.sendto(data, peer)
        if not process.stdout.read(4):
            raise Failed("%s: no reply" % tool)
        return time.monotonic() - begin
    except socket.timeout as error:
        raise Failed("%s: no request" % tool) from error
    finally:
        process.stdin.close()
        process.stdout.close()
        stop(process)


def asking():
    tools = ["sockit"] + (["socat"] if have("socat") else []) + (["nc"] if openbsd_nc() else [])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HOST, 0))
        server.settimeout(5)
        results = rounds(tools, lambda tool: latency(tool, server), 51)
    figures = {tool: 1000 * value for tool, value in medians(results).items()}
    return [compare("udp request and reply", figures, "%.2f ms", 1, least=True)]


def run():
    with scratch() as folder:
        make_files(folder)
        return sending(folder) + receiving(folder) + asking()
