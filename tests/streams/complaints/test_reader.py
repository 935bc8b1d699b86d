"""Texts are read once, as their events get into the log; corrections become labels."""

import numpy as np
import pytest

from detectors.kinds import Severity
from detectors.learning.text_labels import TextLabel
from detectors.text.codes import ComplaintKind, Mood
from detectors.text.model import features, packed, word_lists
from detectors.text.normalise import normalise
from streams.sequencer import Sequenced
from streams.sequencing.arrivals import arrivals_of
from streams.topics import COMPLAINTS
from tests.streams.arrivals import a_sequencer, arrived
from tests.streams.arrivals import packed as fetched
from tests.streams.complaints.opened import BEGIN, TEXT, notes, opened, taken, triaged

SAID = packed(features(normalise(TEXT).text))


def labels(done: Sequenced) -> list[tuple[int, int, int, int]]:
    return [(one.offset, one.kind, one.severity, one.mood) for one in done.heard.labels]


def test_what_a_person_says_of_a_complaint_becomes_a_label_without_its_text() -> None:
    said = triaged("ada", "c1", kind="service", severity="minor", mood="hurt")
    (label,) = taken(a_sequencer(), opened("ada", "c1"), said).heard.labels
    assert label == TextLabel(
        partition=0,
        offset=1,
        at_ms=round(BEGIN.timestamp() * 1000) + 7_200_000,
        features=SAID,
        kind=ComplaintKind.SERVICE,
        severity=Severity.MINOR,
        mood=Mood.HURT,
    )


def test_a_label_may_come_later_and_again_and_say_less() -> None:
    sequencer = a_sequencer()
    assert labels(taken(sequencer, opened("ada", "c1"))) == []
    done = taken(sequencer, triaged("ada", "c1", 2, mood="calm"), first=1)
    assert labels(done) == [(1, 0, 0, Mood.CALM)]
    done = taken(sequencer, triaged("ada", "c1", 3, kind="other", scope="site"), first=2)
    assert labels(done) == [(2, ComplaintKind.OTHER, 0, 0)]


def test_only_the_scope_is_nothing_to_learn_from_a_text() -> None:
    done = taken(a_sequencer(), opened("ada", "c1"), triaged("ada", "c1", scope="site"))
    assert (labels(done), done.heard.n_unknown) == ([], 0)


def test_two_customers_may_give_a_complaint_the_same_id() -> None:
    done = taken(
        a_sequencer(),
        opened("ada", "c1"),
        opened("bo", "c1", text="The invoice is wrong."),
        triaged("ada", "c1", mood="angry"),
        triaged("eve", "c1", mood="calm"),
    )
    assert [one.features for one in done.heard.labels] == [SAID]
    assert done.heard.n_unknown == 1


def test_a_label_on_a_text_that_cannot_be_read_is_counted_and_not_learned() -> None:
    lost = opened("ada", "c1", text="���ķ���̫����")
    done = taken(a_sequencer(), lost, triaged("ada", "c1", mood="angry"))
    assert (labels(done), done.heard.n_unknown) == ([], 1)


def test_the_oldest_complaint_gives_way_where_there_are_too_many() -> None:
    sequencer = a_sequencer(texts_kept=2)
    taken(sequencer, *(opened("ada", f"c{n}") for n in range(3)))
    said = [triaged("ada", f"c{n}", 2 + n, mood="calm") for n in range(3)]
    done = taken(sequencer, *said, first=3)
    assert [offset for offset, *_ in labels(done)] == [4, 5]
    assert done.heard.n_unknown == 1


def test_an_event_that_comes_again_is_not_read_again() -> None:
    sequencer = a_sequencer()
    first, again = opened("ada", "c1"), opened("ada", "c1")
    assert len(taken(sequencer, first, again).heard.texts) == 1
    assert taken(sequencer, first).heard.texts == []


def test_the_model_that_speaks_at_that_moment_reads_and_is_named() -> None:
    sequencer = a_sequencer()
    before = notes(taken(sequencer, opened("ada", "c1")))
    learned = word_lists()
    learned.bias[6] += 100.0
    sequencer.complaints.model = type(learned)(
        learned.bias, learned.by_sign, learned.by_gram, version=3
    )
    after = notes(taken(sequencer, opened("ada", "c2", 2), first=1))
    assert [(note["kind"], note["text_model"]) for note in before + after] == [
        ("service", 0),
        ("other", 3),
    ]


@pytest.mark.parametrize("text", [None, ""])
def test_a_complaint_without_a_text_is_noted_as_ever(text: str | None) -> None:
    done = taken(a_sequencer(), opened("ada", "c1", severity="minor", text=text))
    assert notes(done) == [{"severity": "minor"}]
    assert done.heard.texts == []


def test_a_record_as_kafka_gives_it_is_read_like_any_other() -> None:
    events = opened("ada", "c1", text="客服三天没有回复"), triaged("ada", "c1", mood="annoyed")
    arrivals = arrivals_of(fetched(arrived(*events, topic=COMPLAINTS), COMPLAINTS))
    done = a_sequencer().take(arrivals)
    assert notes(done)[0]["language"] == "zh"
    (label,) = done.heard.labels
    np.testing.assert_array_equal(
        label.features, packed(features(normalise("客服三天没有回复").text))
    )
    ((source, found),) = done.heard.texts
    assert (source, found.is_read) == ("crm", True)


def test_what_is_read_again_after_a_restart_takes_the_same_labels() -> None:
    complaint, said = opened("ada", "c1"), triaged("ada", "c1", mood="calm")
    whole = taken(a_sequencer(), complaint, said).heard.labels
    restarted = a_sequencer()
    restarted.complaints.remember(complaint)
    assert taken(restarted, said, first=1).heard.labels == whole
