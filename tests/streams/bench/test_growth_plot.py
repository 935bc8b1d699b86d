from xml.etree import ElementTree

import pytest

from streams.bench.growth_plot import Line, drawn

SVG = "{http://www.w3.org/2000/svg}"


def places(svg: str) -> list[list[tuple[float, float]]]:
    lines = ElementTree.fromstring(svg).findall(f"{SVG}polyline")
    pairs = [[pair.split(",") for pair in line.attrib["points"].split()] for line in lines]
    return [[(float(x), float(y)) for x, y in line] for line in pairs]


def test_ten_times_as_much_is_as_far_everywhere() -> None:
    (line,) = places(drawn([Line("a", [(10, 1), (100, 10), (1_000, 100)])], x="n", y="s"))
    (x0, y0), (x1, y1), (x2, y2) = line
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert y0 - y1 == pytest.approx(y1 - y2)
    assert y2 < y0, "more is further up, and the picture's y goes down"


def test_every_line_is_drawn_and_named() -> None:
    lines = [Line("event", [(1, 2), (10, 3)]), Line("row < 1 ms", [(1, 5), (10, 5)])]
    svg = drawn(lines, x="customers", y="µs")
    texts = [text.text for text in ElementTree.fromstring(svg).findall(f"{SVG}text")]
    assert len(places(svg)) == 2
    assert {"event", "row < 1 ms", "customers", "µs"} <= set(texts)


def test_a_point_alone_is_drawn() -> None:
    assert len(places(drawn([Line("a", [(1_000, 10)])], x="n", y="s"))[0]) == 1


def test_what_has_no_logarithm_is_refused() -> None:
    with pytest.raises(ValueError, match=r"math domain|positive"):
        drawn([Line("a", [(0, 1)])], x="n", y="s")
