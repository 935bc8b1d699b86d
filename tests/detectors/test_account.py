"""The account: the latest word of the profile holds."""

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.kinds import Kind
from tests.detectors.any_log import A_WEEK, quick
from tests.detectors.logs import One, a_slice, at
from tests.detectors.runs import Run, run

Said = dict[str, str | float | None]
Account = tuple[str, str, str, float]

EVERYTHING: Said = {"owner": "Ada", "tier": "gold", "language": "zh", "yearly_revenue": 9000.0}


def told(*profiles: tuple[float, Said | None]) -> Run:
    """Let profiles of customer 0 arrive in one slice, each of a day; None carries no payload."""
    events = [
        One(0, Kind.PROFILE_UPDATED, at(day), offset, topic=2, note=note_of(said))
        for offset, (day, said) in enumerate(profiles)
    ]
    return run([a_slice(events)], A_WEEK)


def note_of(said: Said | None) -> bytes | None:
    return None if said is None else msgspec.msgpack.encode(said)


def account(after: Run) -> Account:
    row, names = after.ledger.table[0], after.ledger.names
    owner, tier, language = (
        names[row[f"account.{name}"]] for name in ("owner", "tier", "language")
    )
    return owner, tier, language, float(row["account.yearly_revenue"])


def test_nothing_is_known_before_a_profile() -> None:
    assert account(run([a_slice([One(0, Kind.LOGIN_MADE, at(1), 0)])], A_WEEK)) == (
        "",
        "",
        "",
        -1.0,
    )


def test_a_later_profile_wins() -> None:
    later = {**EVERYTHING, "owner": "Ben", "yearly_revenue": 0.0}
    assert account(told((1, EVERYTHING), (2, later))) == ("Ben", "gold", "zh", 0.0)


def test_a_late_profile_takes_nothing_back() -> None:
    older = {**EVERYTHING, "owner": "Ben", "yearly_revenue": 0.0}
    assert account(told((2, EVERYTHING), (1, older))) == ("Ada", "gold", "zh", 9000.0)


def test_of_two_profiles_of_one_instant_the_later_in_the_log_wins() -> None:
    assert account(told((1, EVERYTHING), (1, {"owner": "Ben"})))[0] == "Ben"


def test_a_field_left_out_stays_and_null_empties_it() -> None:
    said: Said = {"owner": None, "yearly_revenue": None}
    assert account(told((1, EVERYTHING), (2, said))) == ("", "gold", "zh", -1.0)


def test_fields_that_the_core_does_not_read_are_passed_over() -> None:
    assert account(told((1, {**EVERYTHING, "region": "north"}))) == ("Ada", "gold", "zh", 9000.0)


def test_a_profile_that_says_nothing_we_may_keep_changes_nothing() -> None:
    assert account(told((1, EVERYTHING), (2, None))) == ("Ada", "gold", "zh", 9000.0)


def test_an_assessment_names_who_looks_after_the_customer() -> None:
    for said in told((1, EVERYTHING)).outcomes[0].assessments:
        assert (said.owner, said.tier, said.language) == ("Ada", "gold", "zh")


@quick
@given(rows=st.lists(st.integers(0, 3), min_size=2, max_size=12))
def test_names_are_numbered_in_the_order_of_the_log(rows: list[int]) -> None:
    events = [
        One(row, Kind.PROFILE_UPDATED, at(n), n, topic=2, note=note_of({"owner": f"owner {n}"}))
        for n, row in enumerate(rows)
    ]
    ledger = run([a_slice(events)], A_WEEK).ledger
    assert ledger.names == ["", *(f"owner {n}" for n in range(len(rows)))]
    latest = {row: n for n, row in enumerate(rows)}
    owners = ledger.table["account.owner"][np.array(list(latest))]
    assert [ledger.names[owner] for owner in owners] == [f"owner {n}" for n in latest.values()]
