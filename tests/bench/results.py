# SPDX-License-Identifier: ISC
"""results.py - what was measured, on which machine, and when; kept as JSON."""
import json
import os
import subprocess
import time

from common import ROOT, ROUNDS, SIZE, SOCKIT

MEASURED = os.path.join(ROOT, "build", "bench", "results.json")
PUBLISHED = os.path.join(ROOT, "tests", "bench", "results.json")


def first_value(path, key, default=""):
    """The value of the first line `KEY : VALUE` or `KEY=VALUE` of PATH."""
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, _, value = line.partition("=" if path == "/etc/os-release" else ":")
                if name.strip() == key:
                    return value.strip().strip('"')
    except OSError:
        pass
    return default


def machine():
    return {
        "processor": first_value("/proc/cpuinfo", "model name", os.uname().machine),
        "processors": os.cpu_count(),
        "virtual": " hypervisor " in first_value("/proc/cpuinfo", "flags") + " ",
        "kernel": "%s %s" % (os.uname().sysname, ".".join(os.uname().release.split(".")[:2])),
        "system": first_value("/etc/os-release", "PRETTY_NAME", os.uname().sysname),
    }


def version():
    done = subprocess.run([SOCKIT, "--version"], capture_output=True, check=True)
    return done.stdout.decode().strip()


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write(path, found):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")
    os.rename(path + ".new", path)


def to_publish():
    """What was measured, and of what is published that which it does not replace: parts of the same
    machine, for a comparison is of one; the growth of costs stands by itself."""
    measured, published = read(MEASURED), read(PUBLISHED)
    if not measured or not published:
        return measured or published
    compares = any(part != "growth" for part in measured["parts"])
    if compares and measured["machine"] != published["machine"]:
        published["parts"] = {part: rows for part, rows in published["parts"].items()
                              if part == "growth"}
    whole = measured if compares else published
    return {**whole, "parts": {**published["parts"], **measured["parts"]}}


def keep(part, rows):
    """Put ROWS in the place of what was measured of PART before, on this machine."""
    found = read(MEASURED)
    if found.get("machine") != machine():
        found = {"machine": machine(), "parts": {}}
    found["sockit"] = version()
    found["parts"].pop(part, None)
    if rows:
        found["parts"][part] = {
            "date": time.strftime("%Y-%m-%d"), "bytes": SIZE, "rounds": ROUNDS,
            "rows": [{"name": row.name, "sockit": row.ours, "best": row.best, "peer": row.peer,
                      "times": row.times and round(row.times, 3)} for row in rows]}
        curves = [row.curve for row in rows if row.curve]
        if curves:
            found["parts"][part].update(machine=machine(), curves=curves)
    write(MEASURED, found)
