# SPDX-License-Identifier: ISC
"""names.py - names looked up by the thousand, through libc and from DNS itself; a local dnsmasq."""
import os
import select
import subprocess
import time

from common import (LIMIT, Failed, SOCKIT, compare, finish, have, medians, rounds, say, scratch,
                    spawn, stop)

LOOP_NAMES, NAMES, DNS_NAMES = 300, 10000, 30000
LOOP_GOAL, PROCESSES_GOAL, LIMIT_GOAL, DNS_GOAL = 20, 1, 0.85, 1
IN_FLIGHT = 64
SUFFIX = "bench.example"
ADDRESS = "192.0.2.7"
# With this host's own files out of the way, which are its users' business.
OWN_FILES = ('mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts '
             '&& cd "$0" && exec "$@"')


def here(folder, *command):
    return ["unshare", "-m", "sh", "-c", OWN_FILES, folder, *command]


def prepare(folder):
    files = {"resolv.conf": "nameserver 127.0.0.1\n", "hosts": "127.0.0.1 localhost\n",
             "names": "".join("h%d.%s\n" % (i, SUFFIX) for i in range(DNS_NAMES)),
             "log": "".join("10.1.%d.%d x\n" % divmod(i, 250) for i in range(NAMES)),
             "addresses": "".join("10.1.%d.%d\n" % divmod(i, 250) for i in range(NAMES))}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)
    for count in (LOOP_NAMES, NAMES):
        with open(os.path.join(folder, "names.%d" % count), "w", encoding="ascii") as file:
            file.write("".join(files["names"].splitlines(True)[:count]))
    if subprocess.run(here(folder, "true"), check=False, capture_output=True).returncode != 0:
        raise Failed("cannot make a mount namespace")


def start_server():
    server = spawn(["dnsmasq", "-C", "/dev/null", "-d", "-R", "-h", "--listen-address=127.0.0.1",
                    "--bind-interfaces", "--local=/%s/" % SUFFIX,
                    "--address=/%s/%s" % (SUFFIX, ADDRESS), "--address=/%s/2001:db8::7" % SUFFIX,
                    "--synth-domain=%s,10.1.0.0/16,p" % SUFFIX])
    for _ in range(100):
        with open("/proc/self/net/udp", encoding="ascii") as table:
            if any(":0035 " in line[:25] for line in table):
                return server
        if server.poll() is not None:
            break
        time.sleep(0.02)
    stop(server)
    raise Failed("dnsmasq did not listen on port 53")


def rate(folder, command, count, wanted):
    """Names a second; all of COUNT must have been found, which lines with WANTED tell."""
    start = time.monotonic()
    done = subprocess.run(here(folder, *command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=LIMIT, check=False)
    seconds = time.monotonic() - start
    found = sum(wanted in line for line in done.stdout.splitlines())
    if found < count:
        raise Failed("found %d of %d" % (found, count))
    return count / seconds


def processor_us(folder, command, count, wanted):
    """Microseconds of processor time for each of COUNT names, without those of the server."""
    process = spawn(here(folder, *command), stdout=subprocess.PIPE)
    found = sum(wanted in line for line in process.stdout)
    process.stdout.close()
    seconds = finish(process)
    if found < count:
        raise Failed("found %d of %d" % (found, count))
    return 1e6 * seconds / count


def adnshost_rate(folder):
    """adnshost asks all it is given at once, and loses most: so IN_FLIGHT at a time."""
    with open(os.path.join(folder, "names"), "rb") as file:
        names = file.read().splitlines(True)
    start = time.monotonic()
    process = spawn(here(folder, "adnshost", "-f", "-a", "-t", "a"), stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE)
    try:
        found = 0
        for at in range(0, len(names), IN_FLIGHT):
            chunk = names[at:at + IN_FLIGHT]
            os.write(process.stdin.fileno(), b"".join(chunk))
            answered = 0
            while answered < 2 * len(chunk):  # a line with the status, a line with the record
                if not select.select([process.stdout], [], [], LIMIT)[0]:
                    raise Failed("no more answers after %d" % found)
                data = os.read(process.stdout.fileno(), 1 << 16)
                if not data:
                    raise Failed("ended after %d" % found)
                answered += data.count(b"\n")
                found += data.count(ADDRESS.encode())
        seconds = time.monotonic() - start
    finally:
        process.stdin.close()
        stop(process)
    if found != len(names):
        raise Failed("found %d of %d" % (found, len(names)))
    return len(names) / seconds


def table(name, tools, goal):
    say(name)
    return compare(name, medians(rounds(tools, lambda tool: tools[tool]())), "%.0f/s", goal)


def libc_limit(folder):
    """What a name costs, next to one getent for all of them: libc itself, without a thread or a
    lock that is waited for. More names a second than that allows there cannot be."""
    name = "names: libc, processor time"
    say(name)
    tools = {"sockit": ([SOCKIT, "resolve", "--batch=names.%d" % NAMES], ADDRESS.encode()),
             "one getent": (["sh", "-c", "xargs -s999999 -n%d getent ahosts <names.%d" % (
                 NAMES, NAMES)], b"STREAM")}
    found = rounds(tools, lambda tool: processor_us(folder, tools[tool][0], NAMES, tools[tool][1]))
    yield compare(name, medians(found), "%.1f us", LIMIT_GOAL, least=True)


def libc_rows(folder):
    wanted = ADDRESS.encode()

    def batch(count, *options):
        command = [SOCKIT, "resolve", *options, "--batch=names.%d" % count]
        return rate(folder, command, count, wanted)

    def getent(command, count):
        return rate(folder, ["sh", "-c", command % count], count, b"STREAM")

    yield table("names: libc, one getent each", {
        "sockit": lambda: batch(NAMES),
        "getent in a loop": lambda: getent(
            "while read -r n; do getent ahosts $n; done <names.%d", LOOP_NAMES)}, LOOP_GOAL)
    yield table("names: libc, getent with 250 each", {
        "sockit": lambda: batch(NAMES),
        "xargs -P8 getent": lambda: getent(
            "xargs -P8 -n250 getent ahosts <names.%d", NAMES)}, PROCESSES_GOAL)
    yield from libc_limit(folder)


def dns_rows(folder):
    wanted = ADDRESS.encode()
    tools = {"sockit": lambda: rate(
        folder, [SOCKIT, "resolve", "--type", "A", "--batch=names"], DNS_NAMES, wanted)}
    if have("adnshost"):
        tools["adnshost"] = lambda: adnshost_rate(folder)
    yield table("names: DNS itself, A", tools, DNS_GOAL)
    tools = {"sockit": lambda: rate(
        folder, [SOCKIT, "resolve", "--type", "PTR", "--batch=addresses"], NAMES, b"p10-1-")}
    if have("adnslogres"):
        tools["adnslogres"] = lambda: rate(
            folder, ["adnslogres", "-c", str(IN_FLIGHT), "log"], NAMES, b"p10-1-")
    yield table("names: DNS itself, PTR", tools, DNS_GOAL)


def unpinned(make_rows):
    """Looking up many at once through libc is for machines with CPUs to spare for it."""
    pinned = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    try:
        return list(make_rows)
    finally:
        os.sched_setaffinity(0, pinned)


def run():
    if not have("dnsmasq") or not have("unshare"):
        say("names: needs dnsmasq and unshare, skipped")
        return []
    with scratch() as folder:
        server = None
        try:
            prepare(folder)
            server = start_server()
            return unpinned(libc_rows(folder)) + list(dns_rows(folder))
        except Failed as error:
            say("names: %s, skipped" % error)
            return []
        finally:
            stop(server)
