"""The market: rivals named, quotes and discounts, data exported, numbers ported."""

from detectors.kinds import Kind
from tests.scenarios.telling import Tale

JOURNEY = (
    (60.0, Kind.COMPETITOR_NAMED, {"name": "Acme", "because": "product"}),
    (75.0, Kind.COMPETITOR_QUOTED, {"competitor": "Acme"}),
    (90.0, Kind.PORT_OUT_ASKED, {"competitor": "Acme"}),
)


def test_a_journey_passes_the_three_stages_on_the_right_events() -> None:
    tale = Tale().weekly(92)
    for when, kind, said in JOURNEY:
        tale.so(when, kind, **said)
    stages = [tale.told(until).stage for until in (59, 61, 76, 91)]
    assert stages == [None, "awareness", "consideration", "decision"]
    assert tale.told(91).band == "critical"


def test_a_journey_learned_backwards_ends_the_same() -> None:
    tale = Tale().weekly(92)
    for late, (when, kind, said) in enumerate(reversed(JOURNEY)):
        tale.so(when, kind, known=90.1 + late / 10, **said)
    assert (tale.told(91).stage, tale.told(91).band) == ("decision", "critical")


def test_who_goes_on_buying_has_not_ported_out() -> None:
    tale = Tale().weekly(89).so(90, Kind.PORT_OUT_ASKED).buys(*range(95, 140, 7))
    assert tale.told(108).stage == "decision"
    assert tale.told(110).stage == "consideration"
    assert tale.told(138).stage is None
    assert tale.told(115).band != "critical"


def test_a_discount_asked_for_every_month_is_a_habit() -> None:
    tale = Tale().weekly(310)
    for month in range(9):
        tale.so(20 + 30 * month, Kind.DISCOUNT_ASKED, share=0.1)
    assert tale.told(21).stage == "consideration"  # never before
    assert [tale.told(until).stage for until in (201, 231, 261)] == [None, None, None]
    assert tale.so(268, Kind.DISCOUNT_ASKED).told(269).stage == "consideration"  # too soon


def test_usual_purchases_settle_an_export_and_a_quote() -> None:
    tale = Tale().weekly(60).so(56.6, Kind.DATA_EXPORTED).so(56.7, Kind.COMPETITOR_QUOTED)
    tale.buys(64, 71, 78, 85, 92)
    assert [tale.told(until).stage for until in (57, 77, 79, 93)] == [
        "consideration", "consideration", "awareness", None,
    ]  # fmt: skip


def test_an_export_alone_tells_for_thirty_days() -> None:
    tale = Tale().weekly(50).so(49.8, Kind.DATA_EXPORTED)
    assert tale.told(51).reasons["market"].id == "technology.migration"
    assert tale.told(51).risk > tale.told(49).risk


def test_the_reason_is_what_speaks_for_the_rival() -> None:
    for kind, because, expected in (
        (Kind.COMPETITOR_NAMED, "price", "competition.price"),
        (Kind.COMPETITOR_NAMED, "service", "competition.better"),
        (Kind.COMPETITOR_NAMED, "recommended", "competition.recommended"),
        (Kind.SUBSTITUTE_NAMED, "technology", "competition.substitute"),
    ):
        tale = Tale().weekly(60).so(50, kind, name="Acme", because=because)
        reason = tale.told(51).reasons["market"]
        assert reason.id == expected
        assert reason.en.startswith("Signs of Acme (")
        assert "Acme" in reason.zh


def test_what_they_said_of_the_rival_goes_before_the_quote() -> None:
    tale = Tale().weekly(60).so(48, Kind.COMPETITOR_NAMED, name="Acme", because="recommended")
    assert tale.so(50, Kind.COMPETITOR_QUOTED).told(51).reasons["market"].id == (
        "competition.recommended"
    )
    quoted = Tale().weekly(60).so(50, Kind.COMPETITOR_QUOTED)
    assert quoted.told(51).reasons["market"].id == "competition.price"
