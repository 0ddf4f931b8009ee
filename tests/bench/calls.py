# SPDX-License-Identifier: ISC
"""calls.py - system calls for each unit of work, as strace(1) counts them.

Times differ between machines and from run to run; these hardly do. Each command does a few units of
work and then many more, and what it took more is divided by how many more there were, so that its
start and its end do not count. With many connections at a time one wait of the poller serves several.
"""
import os
import random
import signal
import socket
import subprocess
import time

from common import (Failed, LIMIT, LOAD, Row, SOCKIT, Serving, finish, free_port, have, load,
                    openbsd_nc, say, scratch, spawn, stop, wait_listening)
from echo import servers
from relay import relays
from udp import settled_size, udp_port, wait_bound

FEW, MANY = 256, 1024
FEW_PORTS, MANY_PORTS = 500, 1500
FEW_BURST, MANY_BURST = 40, 160
MESSAGE = 64
LINGER = 0.3
HOST = "127.0.0.1"

# What a connection or a round trip should take at most; 0.2 more is the margin of the tables.
GOALS = {
    ("echo", "short", 1): 8, ("echo", "short", 64): 6.2,
    ("echo", "pingpong", 1): 3.2, ("echo", "pingpong", 64): 2.1,
    ("forward", "short", 1): 19, ("forward", "short", 64): 16.2,
    ("forward", "pingpong", 1): 6.2, ("forward", "pingpong", 64): 4.2,
}
RUN_GOAL, PORT_GOAL = 80, 2
UNITS = {"short": "short connection", "pingpong": "round trip"}


def strace(path, command):
    """COMMAND, the system calls of which and of all its children are counted in PATH at its end."""
    return ["strace", "-D", "-f", "-qq", "-c", "-o", path, *command]


def total(path, limit=10.0):
    """The sum in PATH, which strace writes a moment after the last of them has ended."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with open(path, encoding="ascii", errors="replace") as file:
            for line in file:
                words = line.split()
                if words and words[-1] == "total":
                    return int(words[3])
        time.sleep(0.01)
    raise Failed("strace has counted nothing")


def counted(folder, command, port, work):
    """The system calls of a server on PORT while WORK is done."""
    path = os.path.join(folder, "count")
    with Serving(strace(path, command), port):
        work()
        time.sleep(LINGER)  # for the ends of the last connections
    return total(path)


def each(few, many, measure):
    """For one unit, MEASURE being the calls for that many."""
    return (measure(many) - measure(few)) / (many - few)


def figures(tools, measure):
    """Tool to its figure; one that fails is left out."""
    found = {}
    for tool in tools:
        try:
            found[tool] = measure(tool)
        except Failed as error:
            say("    %s: %s" % (tool, error))
    return found


def form(figure):
    return ("%.2f" if figure >= 1 else "%.3f") % figure


def row(name, found, goal=None):
    ours = found.pop("sockit", None)
    peers = ", ".join(form(value) + " " + tool for tool, value in found.items()) or "no peer"
    say("    %s: %s" % (name, peers))
    if ours is None:
        return Row(name, "failed", peers, goal=goal, most=True, good=False)
    return Row(name, form(ours), peers, goal=goal, most=True,
               good=None if goal is None else ours <= goal)


def connections(folder, tools, kind, what):
    """Short connections and round trips, one and 64 at a time. TOOLS: tool to command and port."""
    rows = []
    for mode in UNITS:
        for at_once in (1, 64):
            def measure(tool, m=mode, n=at_once):
                command, port = tools[tool]
                return each(FEW, MANY, lambda count: counted(
                    folder, command, port, lambda: load(m, port, n, LIMIT, count, limit=2 * LIMIT)))

            name = "%s%s, %d at a time" % (UNITS[mode], what, at_once)
            rows.append(row(name, figures(tools, measure), GOALS[kind, mode, at_once]))
    return rows


def echo_rows(folder):
    tools = {}
    for tool, command_of in servers().items():
        port = free_port()
        tools[tool] = command_of(port), port
    return connections(folder, tools, "echo", " to echo")


def service_port():
    """A free port that the kernel does not choose for clients, as that of most services."""
    for port in random.sample(range(10000, 30000), 100):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
                return port
            except OSError:
                continue
    raise Failed("no free port")


def forward_rows(folder):
    port = service_port()
    with Serving([SOCKIT, "tcp-serve", "--handler", "echo", "%s:%d" % (HOST, port)], port):
        tools = {tool: relay for tool, relay in relays(folder, port).items()
                 if tool in ("sockit", "socat", "haproxy", "nginx stream")}
        return connections(folder, tools, "forward", " through a relay")


def run_whole(folder, command, stdin=subprocess.DEVNULL):
    """The system calls of COMMAND from its start to its end, which is any."""
    path = os.path.join(folder, "count")
    finish(spawn(["strace", *strace(path, command)[2:]], stdin=stdin), any_status=True)
    return total(path)


def client_row(folder):
    """A line there and back, all of the process; `true` is what any process takes."""
    port = free_port()
    text = os.path.join(folder, "line")
    with open(text, "w", encoding="ascii") as file:
        file.write("hello\n")
    nc = openbsd_nc()
    tools = {"sockit": [SOCKIT, "tcp-connect", HOST, str(port)],
             "nc": nc and [nc, "-N", HOST, str(port)],
             "socat": have("socat") and ["socat", "-", "TCP:%s:%d" % (HOST, port)],
             "true": ["true"]}
    tools = {tool: command for tool, command in tools.items() if command}

    def measure(tool):
        with open(text, "rb") as stdin:
            return run_whole(folder, tools[tool], stdin)

    with Serving([SOCKIT, "tcp-serve", "--handler", "echo", "%s:%d" % (HOST, port)], port):
        return row("tcp-connect: a line to echo and back", figures(tools, measure), RUN_GOAL)


def scan_row(folder):
    """Ports at which nobody listens: in the namespace of the bench, nearly all."""
    first = random.randrange(1024, 30000)
    nc = openbsd_nc()
    tools = {"sockit": [SOCKIT, "tcp-connect", "-z", "-n", HOST],
             "nc -z": nc and [nc, "-z", "-n", HOST]}
    tools = {tool: command for tool, command in tools.items() if command}

    def measure(tool):
        return each(FEW_PORTS, MANY_PORTS, lambda count: run_whole(
            folder, [*tools[tool], "%d-%d" % (first, first + count - 1)]))

    return row("scan: a closed port", figures(tools, measure), PORT_GOAL)


def text_of(folder, count, unlike):
    """A file of COUNT datagrams, one a line, of equal size or UNLIKE."""
    path = os.path.join(folder, "datagrams")
    with open(path, "wb") as file:
        for i in range(count):
            file.write(b"x" * (MESSAGE - 1 + (i % 20 if unlike else 0)) + b"\n")
    return path


def send_row(folder, unlike, what):
    tools = {"sockit": lambda port: [SOCKIT, "udp-send", "-l", "%s:%d" % (HOST, port)],
             "socat": have("socat") and not unlike and (lambda port: [
                 "socat", "-u", "-b", str(MESSAGE), "-", "UDP-SENDTO:%s:%d" % (HOST, port)])}
    tools = {tool: command_of for tool, command_of in tools.items() if command_of}

    def measure(tool, count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink, \
                open(text_of(folder, count, unlike), "rb") as stdin:
            sink.bind((HOST, 0))
            return run_whole(folder, tools[tool](sink.getsockname()[1]), stdin)

    return row("udp-send: a datagram, " + what, figures(tools, lambda tool: each(
        FEW, MANY, lambda count: measure(tool, count))))


def receive_burst(folder, command, port, count):
    """The calls of a listener that finds COUNT datagrams waiting, and writes them to a file."""
    path, out = os.path.join(folder, "count"), os.path.join(folder, "out")
    wanted = text_of(folder, count, True)
    with open(out, "wb") as file:
        process = spawn(strace(path, command), stdout=file)
    try:
        wait_bound(process, port)
        process.send_signal(signal.SIGSTOP)
        with open(wanted, "rb") as stdin:
            finish(spawn([SOCKIT, "udp-send", "-l", "%s:%d" % (HOST, port)], stdin=stdin))
        process.send_signal(signal.SIGCONT)
        if settled_size(out) < os.stat(wanted).st_size - count:
            raise Failed("datagrams were lost")
    finally:
        stop(process)
    return total(path)


def receive_row(folder):
    def tools(port):
        return {"sockit": [SOCKIT, "udp-listen", "%s:%d" % (HOST, port)],
                "socat": have("socat") and ["socat", "-u", "UDP-RECV:%d,bind=%s" % (port, HOST), "-"]}

    def measure(tool):
        def burst(count):
            port = udp_port()
            return receive_burst(folder, tools(port)[tool], port, count)
        return each(FEW_BURST, MANY_BURST, burst)

    names = [tool for tool, command in tools(0).items() if command]
    return row("udp-listen: a datagram of a burst", figures(names, measure))


def packet_row(folder):
    """Over loopback, which takes frames as any interface does."""
    config = os.path.join(folder, "trafgen")
    with open(config, "w", encoding="ascii") as file:
        file.write("{ 0x02,0,0,0,0,2, 0x02,0,0,0,0,1, 0x88,0xb5, fill(0, 46), }\n")
    tools = {"sockit": lambda n: [SOCKIT, "raw-send", "-I", "lo", "--count", str(n), "eth",
                                  "dst=02:00:00:00:00:02", "type=0x88b5", "payload", "zero=46"],
             "trafgen": have("trafgen") and (lambda n: [
                 "trafgen", "-o", "lo", "-i", config, "-n", str(n), "-P", "1", "--no-sock-mem"])}
    tools = {tool: command_of for tool, command_of in tools.items() if command_of}
    return row("raw-send: a packet", figures(tools, lambda tool: each(
        FEW, MANY, lambda count: run_whole(folder, tools[tool](count)))))


def run():
    say("calls")
    if not have("strace"):
        say("    skipped: strace is not installed")
        return []
    with scratch() as folder:
        return [*echo_rows(folder), *forward_rows(folder), client_row(folder), scan_row(folder),
                send_row(folder, False, "of equal size"), send_row(folder, True, "of any size"),
                receive_row(folder), packet_row(folder)]
