# SPDX-License-Identifier: ISC
"""common.py - processes, ports, rounds and rows: what every part of the bench uses."""
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SOCKIT = os.environ.get("SOCKIT", os.path.join(ROOT, "sockit"))
LOAD = os.path.join(ROOT, "build", "bench", "load")
ROUNDS = max(5, int(os.environ.get("BENCH_ROUNDS", "5")))
LIMIT = 60.0
GB = 1e9


class Failed(Exception):
    """This tool did not do the job; the others go on."""


class Row:
    """One line of the table. RATIO is sockit's figure by the best peer's, or as GOAL means it. PEER is
    the peer that was measured and TIMES how many times better than it sockit is."""

    def __init__(self, name, ours, best, ratio=None, goal=None, most=False, good=None, peer=None,
                 times=None):
        self.name, self.ours, self.best, self.ratio, self.goal = name, ours, best, ratio, goal
        self.most, self.peer, self.times = most, peer, times
        self.curve = None  # of growth.py
        self.good = good if good is not None else self.judge()

    def judge(self):
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio <= self.goal if self.most else self.ratio >= self.goal

    def cells(self):
        goal = "-" if self.goal is None else ("<= " if self.most else ">= ") + "%g" % self.goal
        ratio = "-" if self.ratio is None else "%.2f" % self.ratio
        verdict = {True: "met", False: "MISSED", None: "-"}[self.good]
        return [self.name, self.ours, self.best, ratio, goal, verdict]


def size_of(text):
    """BENCH_SIZE: bytes with k, M, G as powers of 1024."""
    units = {"k": 10, "M": 20, "G": 30}
    if text[-1] in units:
        return int(float(text[:-1]) * (1 << units[text[-1]]))
    return int(text)


SIZE = size_of(os.environ.get("BENCH_SIZE", "1G"))


def say(text):
    print(text, file=sys.stderr, flush=True)


def have(tool):
    return shutil.which(tool) is not None


def installed(found):
    """FOUND, tool to what runs it, without those that have nothing; it says which these are."""
    for tool, command in found.items():
        if not command:
            say("    %s: not installed, skipped" % tool)
    return {tool: command for tool, command in found.items() if command}


def openbsd_nc():
    """OpenBSD's nc under either of its names, or None."""
    if have("nc.openbsd"):
        return "nc.openbsd"
    if have("nc"):
        text = subprocess.run(["nc", "-h"], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False).stderr
        if b"OpenBSD" in text:
            return "nc"
    return None


def processors():
    """Two that differ, where there are two: for what is measured, and for all else."""
    found = sorted(os.sched_getaffinity(0) if len(os.sched_getaffinity(0)) > 1
                   else range(os.cpu_count() or 1))
    return found[-1], found[0]


MEASURED, OTHERS = processors()


def on(cpu):
    """For preexec_fn: this process runs there."""
    return lambda: os.sched_setaffinity(0, {cpu})


def processor_seconds(pid):
    """What all threads of PID have had, in user mode and in the kernel."""
    total = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, thread), encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def build(program):
    """Compile PROGRAM from the file of its name here and mode.h, where one of them is newer."""
    folder = os.path.join(ROOT, "tests", "bench")
    source = os.path.join(folder, os.path.basename(program) + ".c")
    newest = max(map(os.path.getmtime, (source, os.path.join(folder, "mode.h"))))
    if os.path.exists(program) and os.path.getmtime(program) >= newest:
        return
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-O2", "-D_POSIX_C_SOURCE=200809L",
                    "-o", program, source], check=True)


def build_load():
    build(LOAD)


def scratch():
    """A folder in memory where there is one; removed at the end of its `with`."""
    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="sockit-bench-", dir=shm)


def spawn(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more):
    return subprocess.Popen(argv, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, **more)


def finish(process, limit=LIMIT, any_status=False):
    """Wait at most LIMIT seconds; the CPU seconds it and its waited-for children took."""
    killed = threading.Event()

    def kill():
        killed.set()
        os.kill(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, kill)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if killed.is_set():
        raise Failed("%s took over %d s" % (process.args[0], limit))
    if process.returncode != 0 and not any_status:
        raise Failed("%s ended with status %d" % (process.args[0], process.returncode))
    return usage.ru_utime + usage.ru_stime


def stop(*processes):
    """End what still runs, by pid: politely, then not."""
    for process in processes:
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                process.wait(0.5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Looked up, not tried: a connection would be the only one that nc -l takes."""
    wanted = ":%04X " % port
    with open("/proc/self/net/tcp", encoding="ascii") as table:
        return any(wanted in line[:21] and line[34:36] == "0A" for line in table)


def wait_listening(process, port, limit=10.0):
    end = time.monotonic() + limit
    while not listens(port):
        if process.poll() is not None:
            raise Failed("%s did not listen" % process.args[0])
        if time.monotonic() > end:
            raise Failed("%s did not listen within %d s" % (process.args[0], limit))
        time.sleep(0.002)


class Serving:
    """A server for the length of a `with`, once it listens. MORE is for spawn."""

    def __init__(self, argv, port, **more):
        self.argv, self.port, self.more, self.process = argv, port, more, None

    def __enter__(self):
        self.process = spawn(self.argv, **self.more)
        try:
            wait_listening(self.process, self.port)
        except Failed:
            stop(self.process)
            raise
        return self.process

    def __exit__(self, *_):
        stop(self.process)


def through(command, port, sink_port, sender):
    """GB/s from SENDER through the server COMMAND at PORT to a sink at SINK_PORT that copies nothing."""
    with Serving(command, port):
        sink = source = None
        try:
            sink = spawn([LOAD, "sink", str(sink_port), str(SIZE)])
            wait_listening(sink, sink_port)
            start = time.monotonic()
            source = spawn(sender)
            finish(sink)
            seconds = time.monotonic() - start
            finish(source)
            return SIZE / GB / seconds
        finally:
            stop(sink, source)


def load(*words, limit=LIMIT, **more):
    """The output of one run of load.c's program. MORE is for subprocess.run."""
    try:
        done = subprocess.run([LOAD, *map(str, words)], stdin=subprocess.DEVNULL, timeout=limit,
                              capture_output=True, check=True, **more)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Failed("load %s: %s" % (words[0], getattr(error, "stderr", b"") or error)) from error
    return done.stdout.decode().split()


def rounds(tools, measure, count=ROUNDS):
    """MEASURE each of TOOLS COUNT times, in turn, so that a slow minute hits all; the lists."""
    results = {tool: [] for tool in tools}
    for _ in range(count):
        for tool in list(results):
            try:
                results[tool].append(measure(tool))
            except Failed as error:
                say("    %s: %s" % (tool, error))
                del results[tool]
    return results


def medians(results, pick=lambda one: one):
    return {tool: statistics.median(map(pick, values)) for tool, values in results.items()}


def best_peer(figures, least=False):
    """The name and figure of the best of all but sockit, or (None, None)."""
    peers = {tool: value for tool, value in figures.items() if tool != "sockit"}
    if not peers:
        return None, None
    name = (min if least else max)(peers, key=peers.get)
    return name, peers[name]


def compare(name, figures, form, goal=None, least=False, most=False):
    """A row of FIGURES (tool to number). The ratio says how many times better sockit is than the
    best peer. LEAST: smaller is better. MOST: the ratio is of the figures, and at most GOAL."""
    say("    " + ", ".join((tool + " " + form % value) for tool, value in figures.items()))
    if "sockit" not in figures:
        return Row(name, "failed", "-", goal=goal, most=most, good=False)
    ours = figures["sockit"]
    peer, theirs = best_peer(figures, least)
    if peer is None:
        return Row(name, form % ours, "no peer", goal=goal, most=most)
    times = theirs / ours if least else ours / theirs
    ratio = ours / theirs if most else times
    return Row(name, form % ours, (form + " %s") % (theirs, peer), ratio, goal, most,
               peer=peer, times=times)
