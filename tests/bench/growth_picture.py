# SPDX-License-Identifier: ISC
"""growth_picture.py - what growth.py has measured: small multiples, and a table of README.md."""
from math import ceil, floor, log10
from xml.sax.saxutils import escape

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.small { font-size: 11px; fill: #59636e; }
.ground { fill: #ffffff; }
.grid { stroke: #d1d9e0; }
.time, .memory, .bare { fill: none; stroke-width: 2; }
.time { stroke: #2f7d4f; }
.memory { stroke: #6639ba; }
.bare { stroke: #8c959f; stroke-dasharray: 4 3; }
circle.time { fill: #2f7d4f; }
circle.memory { fill: #6639ba; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .small { fill: #9198a1; }
  .ground { fill: #0d1117; }
  .grid { stroke: #3d444d; }
  .time { stroke: #57ab5a; }
  .memory { stroke: #ab7df8; }
  .bare { stroke: #818b98; }
  circle.time { fill: #57ab5a; }
  circle.memory { fill: #ab7df8; }
}
"""
WIDTH, COLUMNS, TOP, BOTTOM = 800, 3, 40, 34
PANEL, HEIGHT = WIDTH / COLUMNS, 286  # of a panel, with its title and words
LEFT, RIGHT, PLOT = 52, 18, 92        # the margins of a plot, and its height
UNITS = (("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9))


def curves(found):
    return found["parts"].get("growth", {}).get("curves", [])


def decades(values):
    """The exponents of ten between which all VALUES lie."""
    return floor(log10(min(values))), max(ceil(log10(max(values))), floor(log10(min(values))) + 1)


def scaled(value, blank=""):
    """10, 1k, 100k, 1M ..."""
    unit, size = max((one for one in UNITS if value >= one[1]), key=lambda one: one[1],
                     default=UNITS[0])
    return "%g%s%s" % (value / size, blank, unit)


class Plot:
    """One pair of axes; the same decades in all panels, so that panels can be compared."""

    def __init__(self, x, y, across, up):
        self.x, self.y, self.across, self.up = x, y, across, up

    def place(self, count, value):
        left, right = self.across
        low, high = self.up
        return (self.x + LEFT + (PANEL - LEFT - RIGHT) * (log10(count) - left) / (right - left),
                self.y + PLOT * (1 - (log10(value) - low) / (high - low)))

    def axes(self, form, counts):
        """Lines at each decade; words at the left, and below where COUNTS are wanted."""
        for power in range(self.up[0], self.up[1] + 1):
            x, y = self.place(10.0 ** self.across[0], 10.0 ** power)
            yield '<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>' % (
                x, self.x + PANEL - RIGHT, y, y)
            yield '<text class="small" x="%.1f" y="%.1f" text-anchor="end">%s</text>' % (
                x - 5, y + 4, form(10.0 ** power))
        for power in range(self.across[0], self.across[1] + 1):
            x, y = self.place(10.0 ** power, 10.0 ** self.up[0])
            yield '<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>' % (
                x, x, y - PLOT, y)
            if counts:
                yield '<text class="small" x="%.1f" y="%.1f" text-anchor="middle">%s</text>' % (
                    x, y + 15, scaled(10 ** power))

    def line(self, points, kind):
        places = [self.place(*point) for point in points]
        yield '<polyline class="%s" points="%s"/>' % (
            kind, " ".join("%.1f,%.1f" % place for place in places))
        if kind != "bare":
            for place in places:
                yield '<circle class="%s" cx="%.1f" cy="%.1f" r="2"/>' % (kind, *place)


def panel(one, at, scales):
    """Title, time for each unit, and below it memory."""
    x, y = PANEL * (at % COLUMNS), TOP + HEIGHT * (at // COLUMNS)
    across, times, memories = scales
    yield '<text x="%.1f" y="%.1f">%s</text>' % (x + 16, y + 18, escape(one["name"]))
    yield '<text class="small" x="%.1f" y="%.1f">per %s</text>' % (
        x + 16, y + 34, escape(one["unit"]))
    plot = Plot(x, y + 46, across, times)
    yield from plot.axes(lambda value: "%g µs" % value, False)
    yield from plot.line([(count, us) for count, us, _ in one["bare"]], "bare")
    yield from plot.line([(count, us) for count, us, _ in one["points"]], "time")
    plot = Plot(x, y + 46 + PLOT + 18, across, memories)
    yield from plot.axes(lambda value: scaled(value, " ") + "B", True)
    yield from plot.line([(count, memory) for count, _, memory in one["points"]], "memory")


def svg(found, conditions):
    every = curves(found)
    points = [point for one in every for point in one["points"]]
    bare = [point for one in every for point in one["bare"]]
    scales = (decades([count for count, _, _ in points]),
              decades([us for _, us, _ in points + bare]),
              decades([memory for _, _, memory in points]))
    height = TOP + HEIGHT * ceil(len(every) / COLUMNS) + BOTTOM
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (
        WIDTH, height),
        "<title>Processor time per unit of work, and memory, as numbers grow</title>",
        "<style>%s</style>" % STYLE,
        '<rect class="ground" width="100%" height="100%"/>',
        '<text x="16" y="22">Processor time per unit of work (above) and total memory (below) as'
        ' numbers grow; dashed: a bare loop</text>']
    for at, one in enumerate(every):
        out += panel(one, at, scales)
    out.append('<text class="small" x="16" y="%d">%s</text>' % (height - 12, escape(conditions)))
    return "\n".join(out + ["</svg>", ""])


def memory_for_each(points):
    (first, _, least), (last, _, most) = points[0], points[-1]
    each = (most - least) / (last - first)
    return "%.0f bytes" % each if each >= 10 else "%.1f bytes" % max(each, 0)


def table(found):
    rows = ["| number of | range | unit of work | time per unit | bare loop | memory for each |\n",
            "| --- | --- | --- | --- | --- | --- |\n"]
    for one in curves(found):
        points, bare = one["points"], one["bare"]
        rows.append("| %s | %s to %s | %s | %.1f to %.1f µs | %s | %s |\n" % (
            one["name"], "{:,}".format(points[0][0]), "{:,}".format(points[-1][0]), one["unit"],
            min(us for _, us, _ in points), points[-1][1],
            "%.1f to %.1f µs" % (min(us for _, us, _ in bare), bare[-1][1]) if bare else "-",
            memory_for_each(points)))
    return "".join(rows)
