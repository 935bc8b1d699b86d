"""Compiled or decoded one by one, the log is what the plain sequencer makes of the records."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.slices import COLUMNS, Slice, Tick, pack
from streams.events.encode import STRUCTURED_HEADERS, build, encode, key_of
from streams.events.envelope import AnyEvent
from streams.sequencer import IntakeSettings, Sequencer, Tail
from streams.sequencing.arrivals import Arrival, Arrivals, Columns
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import Names
from streams.topics import CHANGES, COMPLAINTS, INTERACTIONS
from tests.streams.arrivals import a_clock, a_purchase, hours, read
from tests.streams.sequencing.plain_sequencer import PlainSequencer

CUSTOMERS = ("ada", "bo", "c", "d" * 8, "e" * 9, "f" * 31, "zoë", "伟")
KNOWN_MS = round(hours(9).timestamp() * 1000)
Record = tuple[str, bytes | None, bytes | None, bool]  # topic, key, value, with headers


def an_event(name: str, who: str | None, at_hours: float, source: str) -> AnyEvent:
    """Give an event: most carry a note, that of a complaint what its text says; a login none."""
    data: dict[str, dict[str, object]] = {
        "contact.made": {"channel": "phone", "direction": "in", "contact_id": "7"},
        "price.changed": {"by_share": 0.1, "region": "north"},
        "complaint.opened": {"complaint_id": "7", "text": "Nobody answers, since Monday!"},
        "login.made": {},
    }
    return build(
        name,
        data[name],
        event_id=f"{name}-{at_hours}",
        source=source,
        time=hours(at_hours),
        subject=who,
    )


AT_HOURS = st.integers(-2, 40).map(lambda quarter: quarter / 4)  # some repeat, some are ahead
WHO = st.sampled_from(CUSTOMERS)
SOURCES = st.sampled_from(("shop", "till/7", "ön"))
OF_CUSTOMERS = st.one_of(
    st.builds(a_purchase, WHO, AT_HOURS),
    st.builds(an_event, st.sampled_from(["contact.made", "login.made"]), WHO, AT_HOURS, SOURCES),
)


def a_record(topic: str, event: AnyEvent, headed: bool) -> Record:
    """Give an event as a record."""
    return topic, key_of(event), encode(event), headed


RECORDS = st.one_of(
    st.builds(a_record, st.just(INTERACTIONS), OF_CUSTOMERS, st.booleans()),
    st.builds(a_record, st.just(INTERACTIONS), st.integers(0, 9).map(a_clock), st.booleans()),
    st.builds(
        a_record,
        st.just(COMPLAINTS),
        st.builds(an_event, st.just("complaint.opened"), WHO, AT_HOURS, SOURCES),
        st.booleans(),
    ),
    st.builds(
        a_record,
        st.just(CHANGES),
        st.builds(an_event, st.just("price.changed"), st.none(), AT_HOURS, SOURCES),
        st.booleans(),
    ),
    # What is refused: another key than the subject, no value, and no event.
    OF_CUSTOMERS.map(lambda event: (INTERACTIONS, b"another", encode(event), False)),
    st.sampled_from([(INTERACTIONS, None, None, False), (INTERACTIONS, b"ada", b"{", False)]),
)
SETTINGS = st.builds(
    IntakeSettings,
    ticks=st.sampled_from(["wall", "feed"]),
    tick_hours=st.sampled_from([1, 3]),
    lateness_s=st.sampled_from([0.0, 600.0]),
    ahead_s=st.sampled_from([0.0, 3600.0]),
    ids_kept=st.sampled_from([1, 2, 3, 100]),
    slice_events=st.sampled_from([1, 2, 3, 4096]),
)
PLACES = st.sampled_from([(0, 1), (0, 2), (1, 2)])


def takes_of(records: Sequence[Record], sizes: Sequence[int]) -> list[list[Arrival]]:
    """Cut records into takes, wherever the topic changes and after so many."""
    offsets: dict[str, int] = defaultdict(int)
    takes: list[list[Arrival]] = [[]]
    left = list(sizes)
    for topic, key, value, headed in records:
        size = left[0] if left else len(records)
        if takes[-1] and (takes[-1][-1].topic != topic or len(takes[-1]) >= size):
            takes.append([])
            left = left[1:]
        headers = STRUCTURED_HEADERS if headed else ()
        takes[-1].append(Arrival(topic, offsets[topic], KNOWN_MS, key, value, headers))
        offsets[topic] += 1
    return [take for take in takes if take]


def a_sequencer(settings: IntakeSettings, place: tuple[int, int]) -> Sequencer:
    return Sequencer(settings, Numbers(*place, Names()), Tail())


@given(st.lists(RECORDS, max_size=40), st.lists(st.integers(1, 9)), SETTINGS, PLACES, st.data())
def test_the_log_is_that_of_the_plain_sequencer(
    records: list[Record],
    sizes: list[int],
    settings: IntakeSettings,
    place: tuple[int, int],
    data: st.DataObject,
) -> None:
    plain, sequencer = PlainSequencer(settings, *place), a_sequencer(settings, place)
    log: list[bytes] = []
    refused, counts, numbers = [], np.zeros(3, np.int64), []
    takes = takes_of(records, sizes)
    again = data.draw(st.sampled_from([[], takes[:1]]))  # an intake that died reads some again
    for take in takes + again:
        places = st.sets(st.integers(0, len(take) - 1))
        plain.take(take)
        done = sequencer.take(read(take, take[0].topic, data.draw(places)))
        log += [pack(record) for record in done.records]
        refused += [(one.arrival.offset, one.refused.reason.value) for one in done.refusals]
        counts += (done.n_events, done.n_duplicates, done.n_repeated)
        numbers += sequencer.customers.take_new()
    assert log == [pack(record) for record in plain.records]
    assert refused == plain.refused
    assert counts.tolist() == [plain.n_events, plain.n_duplicates, plain.n_repeated]
    assert numbers == list(plain.numbers.items())


def facts(log: Sequence[object]) -> list[object]:
    """Give a log event by event, its ticks between them; whatever its slices."""
    said: list[object] = []
    for record in log:
        if isinstance(record, Slice):
            notes = dict(record.notes)
            for at in range(len(record)):
                row = {name: record.columns[name][at].item() for name in COLUMNS}
                row["source"] = record.sources[row["source"]]
                said.append((row, notes.get(at)))
        elif isinstance(record, Tick):
            said.append(record)
    return said


@given(st.lists(RECORDS, max_size=40), st.lists(st.integers(1, 9)), SETTINGS)
def test_how_arrivals_are_cut_into_takes_changes_no_event_and_no_tick(
    records: list[Record], sizes: list[int], settings: IntakeSettings
) -> None:
    logs = []
    for cut in ([], sizes):
        sequencer = a_sequencer(settings, (0, 2))
        takes = [read(take, take[0].topic) for take in takes_of(records, cut)]
        logs.append([record for take in takes for record in sequencer.take(take).records])
    assert facts(logs[0]) == facts(logs[1])


def together(takes: Sequence[Arrivals]) -> Arrivals:
    """Give takes, of whatever topics, as one."""
    buffers = [take.columns.buffer for take in takes]
    readings = [take.columns.readings.copy() for take in takes]
    for at, moved in enumerate(readings):
        for name in ("subject_at", "source_at", "data_at"):
            moved[name] += sum(map(len, buffers[:at]))
    rest = (np.concatenate([take.columns[at] for take in takes]) for at in (2, 3, 4))
    columns = Columns(np.concatenate(readings), np.concatenate(buffers), *rest)
    records = [take.record(at) for take in takes for at in range(len(take))]
    return Arrivals(columns.read_only(), records.__getitem__)


@given(st.lists(RECORDS, min_size=1, max_size=40), SETTINGS)
def test_topics_may_be_taken_together_or_one_after_the_other(
    records: list[Record], settings: IntakeSettings
) -> None:
    takes = [read(take, take[0].topic) for take in takes_of(records, [])]
    apart, joined = a_sequencer(settings, (0, 2)), a_sequencer(settings, (0, 2))
    logs = [[record for take in takes for record in apart.take(take).records]]
    logs.append(joined.take(together(takes)).records)
    assert facts(logs[0]) == facts(logs[1])
    assert apart.customers.take_new() == joined.customers.take_new()


def test_a_take_of_many_customers_grows_all_tables() -> None:
    events = [a_purchase(f"customer-{n}", 1 + n / 10_000) for n in range(5000)]
    takes = takes_of([a_record(INTERACTIONS, event, False) for event in events], [])
    settings = IntakeSettings(ticks="feed", slice_events=1000, ids_kept=700)
    sequencer = a_sequencer(settings, (0, 1))
    records = sequencer.take(read(takes[0])).records
    rows = [row for r in records if isinstance(r, Slice) for row in r.columns["row"].tolist()]
    assert rows == list(range(5000))
    assert sequencer.customers.take_new() == [(f"customer-{n}", n) for n in range(5000)]


def test_a_wild_arrival_time_is_compared_without_overflow() -> None:
    for known_ms, n_refused in ((-(2**63), 1), (2**63 - 1, 0)):
        event = a_purchase("ada", 1)
        arrival = Arrival(INTERACTIONS, 0, known_ms, key_of(event), encode(event))
        done = a_sequencer(IntakeSettings(), (0, 1)).take(read([arrival]))
        assert len(done.refusals) == n_refused


def test_events_before_1970_get_their_ticks_and_no_others() -> None:
    # The first hour of 1970 is where a tick's time is 0, which also says that there is none.
    settings = IntakeSettings(lateness_s=0, ahead_s=10**9)
    plain, sequencer = PlainSequencer(settings, 0, 1), a_sequencer(settings, (0, 1))
    begin = hours(0).timestamp() / 3600
    events = [a_purchase("ada", at - begin) for at in (-30.5, 0.2, 0.4, 1.5)]
    for take in takes_of([a_record(INTERACTIONS, event, False) for event in events], [1, 3]):
        plain.take(take)
        assert [pack(r) for r in sequencer.take(read(take)).records] == [
            pack(record) for record in plain.records
        ]
        plain.records.clear()
