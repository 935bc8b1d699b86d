"""What the scorer says to the desk."""

import msgspec
import pytest
from msgspec.structs import replace

from alerts.alert import Alert, alert_id, cleared, higher, raised
from alerts.records import decode_desk, encode
from detectors.assessment import Assessment, Reason
from detectors.errors import FormatError
from tests.alerts.desks import a_change, a_reason, a_tick, actions, all_clear, an_alert, day


def an_assessment() -> Assessment:
    return Assessment(
        partition=2,
        number=7,
        as_of=day(3),
        risk=0.4,
        band="at_risk",
        previous_band="watch",
        stage=None,
        basis="rules",
        model_version=0,
        settings_id="s",
        owner="kim",
        tier="top",
        language="zh",
        value=900.0,
        value_basis="spend",
        value_at_risk=360.0,
        cause="event",
        adverse=True,
        hard=False,
        late=False,
        crossed=True,
        cleared=False,
        reasons=(a_reason(),),
    )


def test_an_alert_says_what_the_assessment_says_of_a_named_customer() -> None:
    alert, told = raised(an_assessment(), "ada"), an_assessment()
    assert alert.customer == "ada"
    names = {field.name for field in msgspec.structs.fields(Alert)} & set(told.__struct_fields__)
    assert {name: getattr(alert, name) for name in names} == {
        name: getattr(told, name) for name in names
    }


@pytest.mark.parametrize(
    ("cause", "adverse", "expected"),
    [
        pytest.param("event", True, "event", id="a complaint cannot wait"),
        pytest.param("event", False, "time", id="a purchase that completes the picture can"),
        pytest.param("time", False, "time", id="silence can"),
    ],
)
def test_only_an_adverse_event_is_decided_at_once(cause: str, adverse: bool, expected: str) -> None:
    told = msgspec.structs.replace(an_assessment(), cause=cause, adverse=adverse)
    assert raised(told, "ada").cause == expected


@pytest.mark.parametrize(
    ("hard", "stage", "urgent"),
    [
        pytest.param(False, None, False, id="the score alone"),
        pytest.param(True, None, True, id="hard evidence"),
        pytest.param(False, "decision", True, id="about to leave"),
        pytest.param(False, "consideration", False, id="comparing"),
    ],
)
def test_an_alert_is_urgent_by_evidence(hard: bool, stage: str | None, urgent: bool) -> None:
    told = msgspec.structs.replace(an_assessment(), hard=hard, stage=stage)
    assert raised(told, "ada").urgent is urgent


def test_ids_are_made_of_what_is_said_and_not_of_where() -> None:
    told = an_assessment()
    moved = msgspec.structs.replace(told, model_version=9)
    assert raised(told, "ada").id == raised(moved, "ada").id == "832d82ad63539e58"
    others = {
        raised(told, "bob").id,
        raised(msgspec.structs.replace(told, as_of=day(4)), "ada").id,
        raised(msgspec.structs.replace(told, band="critical"), "ada").id,
        cleared(told, "ada").id,
    }
    assert len(others | {raised(told, "ada").id}) == 5


def test_an_alert_carries_what_the_desk_goes_by() -> None:
    told = replace(
        an_assessment(), outreach=False, reduced=True, channel="phone", matters=("cost",), care=True
    )
    alert = raised(told, "ada")
    assert (alert.consented, alert.reduced) == (False, True)
    assert (alert.channel, alert.matters, alert.care) == ("phone", ("cost",), True)


def test_a_breach_is_urgent_and_has_an_id_of_its_own() -> None:
    clocks = [replace(an_assessment(), breach=name) for name in (None, "analysis", "management")]
    alerts = [raised(told, "ada") for told in clocks]
    assert [alert.urgent for alert in alerts] == [False, True, True]
    assert len({alert.id for alert in alerts}) == 3
    assert cleared(clocks[1], "ada").breach == "analysis"
    told = [*clocks, replace(an_assessment(), care=True)]
    assert len({cleared(one, "ada").id for one in told}) == 4
    assert cleared(told[-1], "ada").care


def test_an_id_holds_whole_milliseconds_in_any_zone() -> None:
    assert alert_id("ada", day(1), "x") == alert_id("ada", day(1).astimezone(), "x")


@pytest.mark.parametrize(
    "record",
    [an_alert(), all_clear("ada", 1), a_change(1), a_tick(1), *actions("t", 1)],
    ids=lambda record: type(record).__name__,
)
def test_what_is_said_reads_back_as_it_was(record: Alert) -> None:
    assert decode_desk(encode(record), "here") == record


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(b'{"kind":"praise"}', id="unknown kind"),
        pytest.param(b'{"kind":"tick","partition":0,"partitions":1}', id="field missing"),
        pytest.param(
            b'{"kind":"tick","partition":0,"partitions":1,"at":"2017-01-02T00:00:00"}',
            id="time without zone",
        ),
        pytest.param(
            b'{"kind":"tick","partition":0,"partitions":1,"at":"2017-01-02T00:00:00Z","x":1}',
            id="unknown field",
        ),
    ],
)
def test_what_is_not_understood_stops_the_desk_and_names_the_place(damaged: bytes) -> None:
    with pytest.raises(FormatError, match=r"churn\.log\.desk\[3\]@18"):
        decode_desk(damaged, "churn.log.desk[3]@18")


def test_bands_rise_from_calm_to_critical() -> None:
    assert higher("critical", "at_risk")
    assert not higher("at_risk", "at_risk")
    assert not higher("calm", "watch")


def why(family: str, reason: str, adds: float) -> Reason:
    return replace(a_reason(reason), family=family, contribution=adds)


SILENT = why("silence", "decline.quiet", 0.8)


@pytest.mark.parametrize(
    ("reasons", "names"),
    [
        pytest.param([why("exposure", "change.policy", 0.5)], True, id="alone"),
        pytest.param([SILENT, why("exposure", "change.policy", 0.4)], True, id="why they decline"),
        pytest.param([SILENT, why("exposure", "change.policy", 0.3)], False, id="hardly felt"),
        pytest.param(
            [why("market", "competition.price", 0.6), why("exposure", "change.policy", 0.5)],
            False,
            id="another cause is clearer",
        ),
        pytest.param(
            [why("exposure", "change.policy", 0.9), why("complaints", "complaint.open", 0.2)],
            False,
            id="somebody waits for an answer",
        ),
    ],
)
def test_the_change_is_named_of_which_the_task_would_speak(
    reasons: list[Reason], *, names: bool
) -> None:
    told = replace(an_assessment(), cohort="c0ffee00c0ffee00", reasons=tuple(reasons))
    assert raised(told, "ada").cohort == ("c0ffee00c0ffee00" if names else None)
