"""Late events: what they change, and what they do not.

Order-free is every column but those named here: a new column is, or has to be named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors import lines
from detectors.complaint_places import PLACES
from detectors.families import FAMILIES, complaints
from detectors.kinds import Kind
from detectors.layout import LAYOUT
from tests.detectors.any_log import A_WEEK, happenings, quick
from tests.detectors.logs import One, a_slice, at, cut
from tests.detectors.oracle_maths import DAY_MS
from tests.detectors.runs import run

# Where the customer stands depends on the way there; a closed gap is not opened again; of steps
# of management those before it was asked are not all kept.
IN_ORDER = {
    "ledger.position",
    "ledger.reported_risk",
    "rhythm.gap_last_days",
    "rhythm.gap_longest_days",
    "rhythm.gaps",
    "rhythm.gap_log",
    "rhythm.gap_log_sq",
    "complaints.managed_ms",
    "loyalty.best_90d",
    "loyalty.dropped",
    *(f"loyalty.{column.name}" for column in lines.COLUMNS),
}
# Waits, lateness and habits are means in the order of arrival, and so is what counters a sign.
IN_ORDER |= {
    "service.waiting_ms",
    "service.wait_log",
    "service.wait_last_log",
    "service.waits",
    "contract.kept_ms",
    "contract.goes_on",
    "contract.renewal_day",
    "market.since",
    "market.settled_ms",
    "market.kept_ms",
    "market.asked_gap_days",
    "survey.missed",
    "contact.outbound_90d",
    "contact.valued_90d",
    "contact.reference",
    "contact.unanswered",
    "contact.latest",
}
# The latest event that says so counts, against the latest that says anything at all.
IN_ORDER |= {
    "contract.renewal_day",
    "contract.goes_on",
    "contract.cause",
    "market.rival",
    "survey.cause",
    "survey.matters",
}
# A return wipes out what is known by then, and cannot what is learned of later.
IN_ORDER |= {
    "contract.notice_ms",
    "contract.smaller_ms",
    "contract.changes_180d",
    "market.named_ms",
    "market.compared_ms",
    "market.exported_ms",
    "market.ported_ms",
    "contact.away_ms",
}
STEPS = set(complaints.STEPS)
BEGINS = {Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED}
IN_A_PLACE = {
    f"{name}.{column.name}"
    for name in ("complaints", "exposure")
    for column in FAMILIES[name].COLUMNS
    if column.places
}
NAMES = {"account.owner", "account.tier", "account.language"}
KEPT_DAYS = 63  # of a day later than that, rhythm cannot say whether it was active before


@st.composite
def any_arrival(draw: st.DrawFn) -> tuple[list[One], list[One]]:
    """Give the same events in the order of time and in the order in which they came."""
    n = draw(st.integers(2, 25))
    hours = draw(st.lists(st.integers(1, KEPT_DAYS * 24), min_size=n, max_size=n, unique=True))
    in_order = [
        One(
            row=one.customer % 2,
            kind=one.kind,
            at_ms=at(hour / 24),
            offset=-1,
            amount=max(one.amount, 0.5),
            code=one.code,
            reference=one.reference % PLACES + 1,
            lines=one.lines,
            id_hash=hour,
            note=a_whole_profile(hour) if one.kind is Kind.PROFILE_UPDATED else None,
        )
        for hour, one in zip(
            sorted(hours), draw(st.lists(happenings, min_size=n, max_size=n)), strict=True
        )
    ]
    in_one_round = list(_opened_once(in_order))
    return in_one_round, draw(st.permutations(in_one_round))


def _opened_once(in_order: Sequence[One]) -> Iterator[One]:
    # A round that begins late cannot say what followed it: see tests/detectors/test_clocks.py.
    opened = set[tuple[int, int]]()
    for one in in_order:
        if one.kind in STEPS and (one.row, one.reference) not in opened:
            opened.add((one.row, one.reference))
            yield replace(one, kind=Kind.COMPLAINT_OPENED)
        elif one.kind in BEGINS:
            yield replace(one, kind=Kind.COMPLAINT_ANSWERED)
        else:
            yield one


def a_whole_profile(hour: int) -> bytes:
    said = {"owner": f"owner {hour % 5}", "tier": "gold", "language": "en", "yearly_revenue": hour}
    return msgspec.msgpack.encode(said)


def kept(events: Sequence[One]) -> dict[str, list[Any]]:
    """Give what rows hold after events arrived in this order, as far as order is of no account."""
    came = [replace(one, offset=offset) for offset, one in enumerate(events)]
    ledger = run(cut(came, 5), A_WEEK).ledger
    table = ledger.whole(np.arange(2))
    picture: dict[str, list[Any]] = {}
    for name in LAYOUT.dtype.names or ():
        part, _, column = name.partition(".")
        values = table[name].tolist()
        if name in NAMES:
            picture[name] = [ledger.names[value] for value in values]
        elif column == "evidence_offset":
            picture[name] = [came[value].at_ms if value >= 0 else 0 for value in values]
        elif name not in IN_ORDER | IN_A_PLACE and part not in {"bands", "stages"}:
            picture[name] = values
    for row in range(2):
        for family in ("complaints", "exposure"):
            own = sorted(n for n in IN_A_PLACE - IN_ORDER if n.startswith(family))
            places = [table[name][row].tolist() for name in own]
            picture[f"{family} of {row}"] = sorted(zip(*places, strict=True))
    return picture


def dtype_of(name: str) -> np.dtype[Any] | None:
    assert LAYOUT.dtype.fields is not None
    return LAYOUT.dtype.fields[name][0] if name in LAYOUT.dtype.fields else None


@quick
@given(arrival=any_arrival())
def test_any_order_of_arrival_keeps_the_same(arrival: tuple[list[One], list[One]]) -> None:
    in_order, as_they_came = map(kept, arrival)
    for name, expected in in_order.items():
        rough = {np.dtype("f8"): 1e-9, np.dtype("f4"): 1e-5}.get(dtype_of(name))
        if rough is not None:
            np.testing.assert_allclose(as_they_came[name], expected, rtol=rough, err_msg=name)
        else:
            assert as_they_came[name] == expected, name


def test_a_late_purchase_counts_as_if_it_had_come_in_time() -> None:
    first, late, last = (One(0, Kind.PURCHASE_MADE, at(day), -1, amount=9.0) for day in (1, 4, 29))
    in_time, too_late = kept([first, late, last]), kept([first, last, late])
    for name in ("volume.count_28d", "value.spend_28d"):
        np.testing.assert_allclose(too_late[name], in_time[name], rtol=1e-12)
    expected = 9.0 * (2 ** (-28 / 28) + 2 ** (-25 / 28) + 1)
    np.testing.assert_allclose(too_late["value.spend_28d"], [expected, 0.0], rtol=1e-12)


def test_a_late_event_is_marked_and_scored_at_the_customers_own_latest_instant() -> None:
    quarrel = [
        One(0, Kind.PURCHASE_MADE, at(9), 0),
        One(0, Kind.COMPLAINT_OPENED, at(8), 0, topic=1, code=3, reference=1),
    ]
    bought, complained = (
        outcome.assessments[0] for outcome in run(cut(quarrel, 1), A_WEEK).outcomes
    )
    assert (bought.late, complained.late) == (False, True)
    assert complained.as_of == bought.as_of


def test_a_late_event_does_not_take_the_latest_evidence_back() -> None:
    events = [One(0, Kind.PURCHASE_MADE, at(9), 0), One(0, Kind.PURCHASE_MADE, at(8), 1)]
    row = run([a_slice(events)], A_WEEK).ledger.table[0]
    assert row["silence.evidence_offset"] == 0
    assert row["silence.active_ms"] == at(9)


def test_a_late_day_reopens_no_gap_but_is_an_active_day() -> None:
    in_time = [One(0, Kind.LOGIN_MADE, at(day), n) for n, day in enumerate((1, 5, 11))]
    late = [One(0, Kind.LOGIN_MADE, at(day), n) for n, day in enumerate((1, 11, 5))]
    kept_gaps = [
        (row["rhythm.gap_last_days"], round(float(row["rhythm.gaps"]), 6))
        for row in (run([a_slice(events)], A_WEEK).ledger.table[0] for events in (in_time, late))
    ]
    assert kept_gaps == [(6, 1.9), (10, 1.0)]
    days = [
        run([a_slice(events)], A_WEEK).ledger.table["rhythm.days"][0] for events in (in_time, late)
    ]
    assert days[0] == days[1] == 1 | 1 << 6 | 1 << 10
    assert at(11) // DAY_MS == run([a_slice(late)], A_WEEK).ledger.table["rhythm.last_day"][0]
