"""A plot of some lines on two logarithmic axes, as SVG.

Drawn here, because it is all that would be drawn: a library for it would be larger than the
rest of what the bench needs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 150, 30, 60
COLOURS = ("#1b6ca8", "#c1440e", "#3a7d44", "#7a4f9a")
FONT = 'font-family="sans-serif" font-size="13"'


@dataclass(frozen=True)
class Line:
    """A line with a name; its points are (x, y), all above 0."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Axis:
    """Whole powers of ten from `low` to `high`, over the pixels from `begin` to `end`."""

    low: int
    high: int
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def powers(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def drawn(lines: Sequence[Line], *, x: str, y: str) -> str:
    """Draw lines, with the names of both axes; gives the SVG.

    Raises
    ------
    ValueError
        If there is no point, or one that has no logarithm.
    """
    across = _axis([one for line in lines for one, _ in line.points], LEFT, WIDTH - RIGHT)
    up = _axis([one for line in lines for _, one in line.points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(y)} by {escape(x)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *(_upright(across.at(value), told(value)) for value in across.powers()),
        *(_level(up.at(value), told(value)) for value in up.powers()),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, x, "middle"),
        _text(LEFT, TOP - 12, y, "middle"),
        *(part for number, line in enumerate(lines) for part in _line(line, number, across, up)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def told(value: float) -> str:
    """Give a power of ten as people write it.

    Examples
    --------
    >>> told(100000.0), told(0.01)
    ('100,000', '0.01')
    """
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _axis(values: Sequence[float], begin: float, end: float) -> _Axis:
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    return _Axis(low, high, begin, end)


def _line(line: Line, number: int, across: _Axis, up: _Axis) -> list[str]:
    colour = COLOURS[number % len(COLOURS)]
    places = [(across.at(x), up.at(y)) for x, y in line.points]
    path = " ".join(f"{x},{y}" for x, y in places)
    last_x, last_y = places[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in places),
        *(
            _text(x, y - 9, f"{value:.3g}", "middle")
            for (x, y), (_, value) in zip(places, line.points, strict=True)
        ),
        _text(last_x + 22, last_y + 4, line.name, "start"),
    ]


def _upright(x: float, text: str) -> str:
    grid = f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#dddddd"/>'
    return grid + _text(x, HEIGHT - BOTTOM + 20, text, "middle")


def _level(y: float, text: str) -> str:
    grid = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#dddddd"/>'
    return grid + _text(LEFT - 8, y + 4, text, "end")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {FONT}>{escape(text)}</text>'
