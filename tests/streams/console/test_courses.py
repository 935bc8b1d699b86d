"""What the console keeps of assessments: once, in order, and not for ever."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from alerts.console.course import Point, Standing
from alerts.console.redis_courses import Courses
from alerts.handling import TierSettings
from tests.alerts.desks import day

N_RISKS = 3


@pytest.fixture
async def courses(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Courses]:
    name = f"courses {request.node.nodeid}"
    made = Courses.connect(redis_url, TierSettings(), n_risks=N_RISKS, name=name)
    yield made
    await made.close()


def said(customer: str = "ada", at: float = 1.0, **more: Any) -> Standing:
    """Say something of a customer."""
    told = Standing(
        customer=customer, owner="kim", as_of=day(at), risk=0.2, band="watch", stage=None,
        tier="middle", value=100.0, value_at_risk=20.0, basis="rules", reasons=(),
    )  # fmt: skip
    return replace(told, **more)


async def test_nothing_is_known_before_the_first_word(courses: Courses) -> None:
    assert await courses.position(0) == -1
    assert await courses.standing("ada") is None
    assert await courses.course("ada") == []
    assert await courses.watched(["kim"], 9) == []
    assert await courses.watched([], 9) == []


async def test_what_was_said_last_stands_and_risks_are_kept_in_their_order(
    courses: Courses,
) -> None:
    told = [said(at=1, risk=0.125), said(at=3, risk=0.5, band="at_risk"), said(at=2, risk=0.25)]
    await courses.take(0, 7, told)
    assert await courses.position(0) == 7
    assert await courses.standing("ada") == told[-1]
    assert await courses.course("ada") == [
        Point(day(1), 0.125, "watch"),
        Point(day(2), 0.25, "watch"),
        Point(day(3), 0.5, "at_risk"),
    ]


async def test_saying_it_again_changes_nothing(courses: Courses) -> None:
    told = [said(at=1), said(at=2, risk=0.3), said("bea", 2, value_at_risk=50.0)]
    seen = []
    for _ in range(2):
        await courses.take(0, 2, told)
        course, watched = await courses.course("ada"), await courses.watched(["kim"], 9)
        seen.append((course, watched, await courses.standing("ada")))
    assert seen[0] == seen[1]
    assert [one.customer for one in seen[0][1]] == ["bea", "ada"]


async def test_only_the_newest_risks_are_kept(courses: Courses) -> None:
    for n in range(6):
        await courses.take(0, n, [said(at=n)])
    assert [point.at for point in await courses.course("ada")] == [day(3), day(4), day(5)]


async def test_whoever_is_no_longer_to_be_watched_leaves_the_list(courses: Courses) -> None:
    await courses.take(0, 0, [said("ada"), said("bea")])
    await courses.take(0, 1, [said("ada", 2, band="calm"), said("bea", 2, owner="lee")])
    assert await courses.watched(["kim"], 9) == []
    assert [one.customer for one in await courses.watched(["kim", "lee"], 9)] == ["bea"]


async def test_a_list_may_be_cut_where_the_least_is_lost(courses: Courses) -> None:
    await courses.take(0, 0, [said(str(n), value_at_risk=float(n)) for n in range(5)])
    assert [one.customer for one in await courses.watched(["kim"], 2)] == ["4", "3"]
