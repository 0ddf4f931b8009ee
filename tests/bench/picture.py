#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""picture.py - the results of the bench as a picture, and as the table of README.md.

    make picture                       publish what `make bench` has measured
    python3 tests/bench/picture.py check     fail where README.md or the picture say anything else
                                             than tests/bench/results.json

Nothing is typed by hand: what was not measured, or has no peer here, is not shown.
"""
import os
import sys
from math import floor, log2
from xml.sax.saxutils import escape

sys.dont_write_bytecode = True

import growth_picture  # noqa: E402 (after the line above, which keeps the tree clean)
import results  # noqa: E402
from common import ROOT  # noqa: E402

PICTURE = os.path.join(ROOT, "tests", "bench", "bench.svg")
GROWTH = os.path.join(ROOT, "tests", "bench", "growth.svg")
README = os.path.join(ROOT, "README.md")
BEGIN, END = "<!-- %s begins: make picture -->\n", "<!-- %s ends -->\n"
LEVEL = 0.05

# Rows of the bench, and what they are called where there is no room for all of them.
SHOWN = {
    "bulk: pipe -> null": "pipe to /dev/null, one connection",
    "bulk: pipe -> pipe": "pipe to pipe",
    "bulk: pipe -> pipe, CPU": "pipe to pipe, processor time",
    "bulk: file -> pipe": "file to pipe",
    "bulk: file -> file": "file to file",
    "relay, against socat": "relay, next to socat",
    "relay, against haproxy": "relay, next to haproxy",
    "relay, against nginx": "relay, next to nginx",
    "through a SOCKS 5 proxy": "through a SOCKS 5 proxy",
    "relayed short connections, 64 at a time": "short connections, relayed",
    "relayed short connections, 64 at a time, CPU": "the same, processor time of the relay",
    "short connections, 64 at a time": "short connections, echo",
    "ping-pong, 64 connections": "64 bytes back and forth, 64 connections",
    "broker, 1 to 100, 64 bytes": "from one client to 100 others",
    "scan of 65,535 ports, 10 open": "scan of 65,535 ports",
    "udp send, 1400 bytes, one a line": "datagrams sent, one per line",
    "udp send, 1400 bytes, equal, from a file": "datagrams sent, of equal size",
    "udp receive, 1400 bytes, one by one": "datagrams received",
    "udp receive, 1400 bytes, in segments": "datagrams received, sent in segments",
    "udp receive, 1400 bytes, in segments, as a bare loop": "the same, next to a bare loop",
    "udp request and reply": "a datagram and its reply, including start-up",
    "packets of 60 bytes, by trafgen": "packets of 60 bytes, next to trafgen",
    "packets of 60 bytes, by hping3": "packets of 60 bytes, next to hping3",
    "replay of 1514 bytes, by tcpreplay": "capture replayed",
    "replay of pcapng, 1514 bytes": "capture replayed, pcapng",
    "udp, each datagram to 3 targets": "datagrams passed on, processor time",
    "zone of 300000 records, processor time": "zone transferred, processor time",
    "names: libc, one getent each": "names, next to getent in a loop",
    "names: libc, getent with 250 each": "names, next to xargs -P8 getent",
    "names: libc, processor time": "names, processor time, next to libc itself",
    "names: DNS itself, A": "A records, 30,000 names",
    "start-up: --version": "start-up",
}

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.small { font-size: 11px; fill: #59636e; }
.ground { fill: #ffffff; }
.line { stroke: #d1d9e0; }
.one { stroke: #59636e; }
.more { fill: #2f7d4f; }
.less { fill: #b3541e; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .small { fill: #9198a1; }
  .ground { fill: #0d1117; }
  .line { stroke: #3d444d; }
  .one { stroke: #9198a1; }
  .more { fill: #57ab5a; }
  .less { fill: #e0823d; }
}
"""
WIDTH, ROW, TOP, BOTTOM = 800, 22, 56, 34
LEFT, RIGHT = 270, 540  # the bars' columns; their words stand behind


def comparisons(found):
    """The parts that compare sockit with others."""
    return [part for name, part in found["parts"].items() if name != "growth"]


def compared(found):
    """Every row that has a peer, of every part."""
    return [row for part in found["parts"].values() for row in part["rows"] if row["times"]]


def shown(found):
    """(label, row) in the order of SHOWN."""
    rows = {row["name"]: row for row in compared(found)}
    return [(label, rows[name]) for name, label in SHOWN.items() if name in rows]


def times(value):
    """2.43 times is more than anybody needs to know of 20.1."""
    return ("%.0f" if value >= 10 else "%.1f" if value >= 2 else "%.2f") % value


def conditions(m, parts):
    """The machine M, and when PARTS were measured on it."""
    dates = sorted({part["date"] for part in parts})
    return "%s, %d %sprocessors, %s, %s; %s" % (
        m["processor"], m["processors"], "virtual " if m["virtual"] else "", m["system"],
        m["kernel"], dates[0] if len(dates) == 1 else "%s to %s" % (dates[0], dates[-1]))


def bars(rows, place):
    """A label, a bar from 1 on, and what it says, for each row."""
    for i, (label, row) in enumerate(rows):
        y, at, one = TOP + i * ROW, place(row["times"]), place(1)
        yield '<text x="%d" y="%d" text-anchor="end">%s</text>' % (LEFT - 12, y + 15, escape(label))
        yield '<rect class="%s" x="%.1f" y="%d" width="%.1f" height="%d" rx="2"/>' % (
            "more" if at >= one else "less", min(at, one), y + 4, max(abs(at - one), 1), ROW - 8)
        yield '<text x="%.1f" y="%d">%s <tspan class="small">× %s</tspan></text>' % (
            max(at, one) + 6, y + 15, times(row["times"]), escape(row["peer"]))


def svg(found):
    rows = shown(found)
    low = min([0.8] + [row["times"] for _, row in rows])
    high = max([2] + [row["times"] for _, row in rows])
    bottom = TOP + len(rows) * ROW

    def place(value):
        return LEFT + (RIGHT - LEFT) * (log2(value) - log2(low)) / (log2(high) - log2(low))

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (
        WIDTH, bottom + BOTTOM),
        "<title>How many times better sockit is than the best of its peers</title>",
        "<style>%s</style>" % STYLE,
        '<rect class="ground" width="100%" height="100%"/>',
        '<text x="16" y="22">How many times better sockit is than the best peer in the same run'
        ' (longer is better; the scale is logarithmic)</text>']
    tick = 2.0 ** floor(log2(low))
    while tick <= high:
        if tick >= low:
            out.append('<line class="%s" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>' % (
                "one" if tick == 1 else "line", place(tick), place(tick), TOP - 4, bottom + 4))
            out.append('<text class="small" x="%.1f" y="%d" text-anchor="middle">%g</text>' % (
                place(tick), TOP - 10, tick))
        tick *= 2
    out += bars(rows, place)
    out.append('<text class="small" x="16" y="%d">%s</text>' % (
        bottom + 24, escape(conditions(found["machine"], comparisons(found)))))
    return "\n".join(out + ["</svg>", ""])


def tally(found):
    """What became of all comparisons, those that are not in the table too."""
    rows = compared(found)
    better = [row for row in rows if row["times"] > 1 + LEVEL]
    behind = sorted((row for row in rows if row["times"] < 1 - LEVEL), key=lambda r: r["times"])
    text = "Of %d comparisons sockit is ahead in %d, level (within %d %%) in %d, behind in %d" % (
        len(rows), len(better), 100 * LEVEL, len(rows) - len(better) - len(behind), len(behind))
    if behind:
        text += ": " + "; ".join("%s (%s times %s)" % (
            row["name"], times(row["times"]), row["peer"]) for row in behind)
    return text + "."


def table(found):
    """What stands between the markers of README.md."""
    rows = ["| %s | %s | %s | %s |\n" % (label, row["sockit"], row["best"], times(row["times"]))
            for label, row in shown(found)]
    return "".join([
        "| what | sockit | best peer | times better |\n", "| --- | --- | --- | --- |\n", *rows,
        "\n%s\n" % tally(found), "Measured on %s.\n" % conditions(found["machine"], comparisons(found))])


def put(text, name, table_text):
    """TEXT with that table between the markers of NAME."""
    before, begin, rest = text.partition(BEGIN % name)
    _, end, after = rest.partition(END % name)
    if not (begin and end):
        sys.exit("picture.py: README.md has lost the two lines between which the table stands")
    return before + begin + "\n" + table_text + "\n" + end + after


def readme(found):
    """README.md with its tables."""
    with open(README, encoding="utf-8") as file:
        text = put(file.read(), "bench", table(found))
    return put(text, "growth", growth_picture.table(found)) if growth_picture.curves(found) else text


def pages(found):
    """(path, text) of all that is made from the results."""
    yield PICTURE, svg(found)
    if growth_picture.curves(found):
        part = found["parts"]["growth"]
        yield GROWTH, growth_picture.svg(found, conditions(part["machine"], [part]))
    yield README, readme(found)


def main():
    if sys.argv[1:] not in ([], ["check"]):
        sys.exit("usage: picture.py [check]")
    check = bool(sys.argv[1:])
    found = results.read(results.PUBLISHED) if check else results.to_publish()
    if not found:
        sys.exit("picture.py: nothing was measured")
    stale = False
    for path, text in pages(found):
        if not check:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            continue
        with open(path, encoding="utf-8") as file:
            if file.read() != text:
                print("%s does not say what was measured: make picture" %
                      os.path.relpath(path, ROOT), file=sys.stderr)
                stale = True
    if not check:
        results.write(results.PUBLISHED, found)
    return stale


if __name__ == "__main__":
    sys.exit(main())
