"""Files of events, one a line: read into columns or objects, in the order of the lines."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import SettingsError
from streams.commands.history import source_of
from streams.events import AnyEvent, encode
from streams.events.profiles import Profile, ProfileUpdated
from streams.reading.reading import READING
from streams.sources.event_files import EventFiles, open_events
from streams.sources.interleaving import interleaved
from streams.sources.late import known
from streams.sources.stretches import (
    InColumns,
    Stretch,
    event_stretches,
    in_stretches,
    profile_stretches,
    read,
)
from streams.topics import CHANGES, INTERACTIONS, PROFILES
from tests.streams.arrivals import a_clock, a_purchase, hours
from tests.streams.sequencing.test_walk import an_event
from tests.streams.test_file_stretches import flat


def lines(folder: Path, topic: str, *events: AnyEvent | bytes, name: str = "") -> str:
    """Write a topic to a file; give what names it to `open_events`."""
    told = [event if isinstance(event, bytes) else encode(event) for event in events]
    path = folder / f"{name or topic}.jsonl"
    path.write_bytes(b"\n".join(told) + b"\n")
    return f"{topic}={path}"


def a_profile(customer: str, at_hours: float, owner: str = "Kim") -> AnyEvent:
    return ProfileUpdated(
        specversion="1.0",
        id=f"{customer}-{at_hours}",
        source="crm",
        time=hours(at_hours),
        subject=customer,
        data=Profile(owner=owner),
    )


def some(folder: Path) -> EventFiles:
    purchases = (
        a_purchase("ada", 1),
        a_purchase("zoë", 3),
        a_purchase("bo", 2),
        a_purchase("bo", 9),
    )
    changes = (
        an_event("price.changed", None, 3, "news"),
        an_event("price.changed", None, 5, "news"),
    )
    profiles = (a_profile("ada", 0), a_profile("bo", 1), a_profile("ada", 4, owner="Lee"))
    return open_events(
        [
            lines(folder, INTERACTIONS, *purchases[:2], an_event("contact.made", "ada", 3, "crm"),
                  *purchases[2:]),
            lines(folder, CHANGES, *changes),
            lines(folder, PROFILES, *profiles),
        ]
    )  # fmt: skip


def told(source: EventFiles) -> list[tuple[str | None, float, float]]:
    """Give customer, hour, and the hour at which it became known."""
    begin = hours(0)
    found = []
    for item in source.events():
        event, known_ms = known(item)
        at = datetime.fromtimestamp(known_ms / 1000, UTC)
        found.append((event.subject, (event.time - begin).total_seconds() / 3600,
                      (at - begin).total_seconds() / 3600))  # fmt: skip
    return found


def test_lines_are_merged_as_they_became_known(tmp_path: Path) -> None:
    source = some(tmp_path)
    assert told(source) == [
        ("ada", 1, 1),
        ("zoë", 3, 3),
        ("ada", 3, 3),
        ("bo", 2, 3),  # below a later one: told late
        (None, 3, 3),
        ("ada", 4, 4),
        (None, 5, 5),
        ("bo", 9, 9),
    ]
    assert source.n_events == 10
    assert source.topics == (CHANGES, INTERACTIONS, PROFILES)


def test_what_profiles_say_before_the_first_event_is_known_from_the_beginning(
    tmp_path: Path,
) -> None:
    assert [event.subject for event in some(tmp_path).profiles()] == ["ada", "bo"]
    alone = open_events([lines(tmp_path, PROFILES, a_profile("ada", 0), a_profile("bo", 99))])
    assert [event.subject for event in alone.profiles()] == ["ada", "bo"]
    assert list(alone.events()) == []


@pytest.mark.parametrize("block", [10, 300, 8_000_000])
def test_columns_say_what_objects_say(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.line_file.BLOCK", block)
    source = some(tmp_path)
    assert isinstance(source, InColumns)
    assert said(event_stretches(source)) == said(in_stretches(source.events()))
    assert said(profile_stretches(source)) == said(in_stretches(source.profiles()))


def said(stretches: object) -> list[dict[str, object]]:
    """Give events as plain values; a scanner's note is JSON, so that there is one is enough."""
    found = flat(stretches)  # type: ignore[arg-type]  # of stretches, whoever made them
    return [one | {"data": bool(one["data"][0])} for one in found]


def test_a_line_that_is_no_event_is_told_once_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = (b'{"type": "purchase.made"}', b"{", b"", b"   ", encode(a_clock(1)))
    source = open_events([lines(tmp_path, INTERACTIONS, *bad, a_purchase("ada", 1), b"nonsense")])
    for _ in range(2):
        assert [known(item).event.subject for item in source.events()] == ["ada"]
        assert sum(stretch.n_events for stretch in event_stretches(source)) == 1
    assert [letter.row for letter in source.refused] == [1, 2, 5, 7]
    assert source.n_refused == 4
    first = source.refused[0]
    assert (first.file, first.event) == (f"{INTERACTIONS}.jsonl", INTERACTIONS)
    assert first.reason.startswith("bad_field: $.specversion")
    assert "clocks are made by the feed" in source.refused[2].reason


@pytest.mark.parametrize("block", [1, 2, 3, 8_000_000])
@pytest.mark.parametrize(
    ("text", "n_lines"),
    [
        (b"", 0),
        (b"\n\n", 0),
        (b"a\n\nb\n", 2),
        (b"\nab\ncd", 2),
        (b"a\nb\nc", 3),
        (b"abcd\n\n\n", 1),
    ],
)
def test_lines_that_are_empty_do_not_count(
    text: bytes, n_lines: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.line_file.BLOCK", block)
    path = tmp_path / "day.jsonl"
    path.write_bytes(text)
    source = open_events([f"{INTERACTIONS}={path}"])
    assert source.n_events == n_lines
    assert list(source.events()) == []
    assert source.n_refused == n_lines, "as many are read as were counted"


def test_a_file_may_be_packed_and_lack_its_last_line_end(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    with gzip.open(path, "wb") as file:
        file.write(encode(a_purchase("ada", 1)) + b"\r\n" + encode(a_purchase("bo", 2)))
    source = open_events([f"{INTERACTIONS}={path}"])
    assert [one["subject"][0] for one in flat(event_stretches(source))] == [b"ada", b"bo"]


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ("orders.jsonl", "of which topic"),
        ("customer.interaction=x.jsonl", "did you mean 'customer.interactions'"),
        (f"{INTERACTIONS}=x.csv", "must end in one of .json"),
        (f"{INTERACTIONS}=nowhere.jsonl", "no such file"),
    ],
)
def test_a_wrong_name_is_told(given_: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        open_events([given_])


def test_a_command_takes_events_without_a_mapping(tmp_path: Path) -> None:
    given_ = lines(tmp_path, INTERACTIONS, a_purchase("ada", 1))
    source = source_of(None, (given_,), None)
    assert [known(item).event.subject for item in source.events()] == ["ada"]
    with pytest.raises(SettingsError, match="--events TOPIC=FILE"):
        source_of(None, (), None)


TIMES = st.lists(
    st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=3), max_size=4), max_size=3
)


@given(TIMES)
def test_interleaved_streams_are_all_their_events_sorted(
    times: Sequence[Sequence[Sequence[int]]],
) -> None:
    streams, expected = [], []
    for number, stretches in enumerate(times):
        flat_times = sorted(ms for stretch in stretches for ms in stretch)
        sizes, at = [len(stretch) for stretch in stretches], 0
        made = []
        for size in sizes:
            some_ms = np.array(flat_times[at : at + size], np.int64)
            readings = np.zeros(size, READING)
            readings["code"] = np.arange(at, at + size) + 1000 * number
            made.append(Stretch(readings, np.zeros(size, np.uint8), some_ms, np.zeros(0, np.uint8)))
            at += size
        streams.append(iter(made))
        expected += [(ms, number, place) for place, ms in enumerate(flat_times)]
    codes = [int(c) for stretch in interleaved(streams) for c in stretch.readings["code"]]
    assert codes == [1000 * number + place for _, number, place in sorted(expected)]


def test_stretches_joined_keep_their_names() -> None:
    parts = [read([a_purchase("ada", 1)]), read([a_purchase("bo", 2), a_purchase("cy", 3)])]
    assert [one["subject"][0] for one in flat(interleaved([iter(parts)]))] == [b"ada", b"bo", b"cy"]


def test_a_part_alone_holds_its_own_texts_only() -> None:
    events = [a_purchase("ada", 1), an_event("contact.made", "bö", 2, "crm"), a_profile("cy", 3)]
    whole = read([*events, an_event("price.changed", None, 4, "news")])
    part = whole.part(1, 4)
    assert flat([part.alone()]) == flat([part])
    assert b"ada" not in part.alone().buffer.tobytes()
    assert flat([whole]) == flat([whole.part(0, 1), part])


def test_a_long_file_is_held_a_block_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.line_file.BLOCK", 2_000)
    purchases = [a_purchase("ada", n) for n in range(300)]
    source = open_events(
        [lines(tmp_path, INTERACTIONS, *purchases), lines(tmp_path, PROFILES, a_profile("ada", 0))]
    )
    sizes = [len(stretch.buffer) for stretch in event_stretches(source)]
    assert len(sizes) > 20
    assert max(sizes) < 5_000
