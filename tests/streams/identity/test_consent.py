"""What customers allow: what they withdraw is not processed from the next event on."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.kinds import Consent as Code
from detectors.kinds import Direction, Kind
from streams.events.contacts import Contact, ContactMade, SurveyAnswer, SurveyAnswered
from streams.events.envelope import AnyEvent
from streams.events.event_type import Purpose
from streams.events.profiles import Consent, Profile
from tests.streams.arrivals import a_purchase, hours
from tests.streams.identity.said import churned, consents, linked, merged, said
from tests.streams.identity.topics_world import Intakes

WARNING = Purpose.EARLY_WARNING


def answered(customer: str, at_hours: float) -> AnyEvent:
    return SurveyAnswered(
        specversion="1.0",
        id=f"answer-{customer}-{at_hours}",
        source="survey",
        time=hours(at_hours),
        subject=customer,
        data=SurveyAnswer(satisfaction=0.5),
    )


def withdraws(customer: str, at_hours: float, purpose: Purpose = WARNING) -> AnyEvent:
    return consents(customer, at_hours, granted=False, purpose=purpose)


def grants(customer: str, at_hours: float, purpose: Purpose = WARNING) -> AnyEvent:
    return consents(customer, at_hours, granted=True, purpose=purpose)


def test_what_needs_consent_is_not_processed_without_it_and_no_dead_letter() -> None:
    intakes = Intakes()
    intakes.send(answered("ada", 1), grants("ada", 2), answered("ada", 3))
    assert intakes.count("ada", Kind.SURVEY_ANSWERED) == 1
    assert intakes.n_withheld == 1
    assert not any(done.refusals for done in intakes.done)


def test_consent_given_before_anybody_told_us_is_a_setting() -> None:
    intakes = Intakes(given=(WARNING.value,))
    intakes.send(answered("ada", 1), withdraws("ada", 2), answered("ada", 3))
    assert intakes.count("ada", Kind.SURVEY_ANSWERED) == 1


def test_a_purpose_withdrawn_stops_its_types_from_the_next_event_on_and_no_others() -> None:
    intakes = Intakes()
    intakes.send(a_purchase("ada", 1), withdraws("ada", 2), a_purchase("ada", 3), churned("ada", 4))
    assert [kind for kind, _ in intakes.facts()["ada"]] == [
        "PURCHASE_MADE",
        "CONSENT_CHANGED",
        "CUSTOMER_CHURNED",
    ]
    intakes.send(grants("ada", 5), a_purchase("ada", 6))
    assert intakes.count("ada") == 2
    assert intakes.n_withheld == 1


def contacted(customer: str, at_hours: float, contact: Contact) -> AnyEvent:
    return ContactMade(
        specversion="1.0",
        id=f"contact-{customer}-{at_hours}",
        source="crm",
        time=hours(at_hours),
        subject=customer,
        data=contact,
    )


CHECK = Contact(direction="out", channel="phone", reason="complaint_check", reference="c-9")


def test_a_promise_to_ask_again_is_seen_to_be_kept_whatever_else_was_withdrawn() -> None:
    intakes = Intakes(1)
    intakes.send(contacted("ada", 1, CHECK), withdraws("ada", 2), contacted("ada", 3, CHECK))
    # It is the check and nothing else: what tells of drifting away never sees it.
    assert [kind for kind, _ in intakes.facts()["ada"]] == [
        "CONTACT_MADE",
        "CONSENT_CHANGED",
        "COMPLAINT_CHECKED",
    ]
    assert intakes.codes(Kind.COMPLAINT_CHECKED) == [Direction.OUT]
    assert intakes.n_withheld == 0


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param(Contact(direction="out", channel="phone", reason="care"), id="for another"),
        pytest.param(Contact(direction="out", channel="phone"), id="for no reason"),
        pytest.param(msgspec.structs.replace(CHECK, direction="in"), id="by the customer"),
    ],
)
def test_no_other_contact_of_theirs_is_processed(contact: Contact) -> None:
    intakes = Intakes(1)
    intakes.send(withdraws("ada", 1), contacted("ada", 2, contact), a_purchase("bo", 3))
    assert [kind for kind, _ in intakes.facts()["ada"]] == ["CONSENT_CHANGED"]
    assert intakes.n_withheld == 1


def test_who_wants_no_complaints_handled_is_not_asked_whether_they_are_solved() -> None:
    intakes = Intakes(1)
    intakes.send(withdraws("ada", 1), withdraws("ada", 2, Purpose.COMPLAINT_HANDLING))
    intakes.send(contacted("ada", 3, CHECK), grants("ada", 4), contacted("ada", 5, CHECK))
    # With early warning alone it is a contact like any other again.
    assert intakes.count("ada", Kind.COMPLAINT_CHECKED) == 0
    assert intakes.count("ada", Kind.CONTACT_MADE) == 1


def test_a_check_under_an_absorbed_id_is_the_survivors() -> None:
    intakes = Intakes()
    intakes.send(withdraws("new", 1), *merged("new", "old", 2), contacted("old", 3, CHECK))
    assert intakes.count("new", Kind.COMPLAINT_CHECKED) == 1


def test_what_is_withdrawn_by_one_customer_stops_no_other() -> None:
    intakes = Intakes(1)
    intakes.send(withdraws("ada", 1), a_purchase("bo", 2))
    assert intakes.count("bo") == 1


def test_the_log_says_which_purpose_and_whether() -> None:
    intakes = Intakes()
    phone = Consent(purpose=Purpose.OUTREACH, granted=False, channel="phone")
    intakes.send(withdraws("ada", 1), grants("ada", 2, Purpose.OUTREACH), said("ada", 3, phone))
    assert intakes.codes(Kind.CONSENT_CHANGED) == [
        Code.EARLY_WARNING_WITHDRAWN,
        Code.OUTREACH_GRANTED,
        Code.OUTREACH_WITHDRAWN + Code.ONE_CHANNEL,
    ]


def test_one_channel_stops_no_event() -> None:
    intakes = Intakes()
    phone = Consent(purpose=WARNING, granted=False, channel="phone")
    intakes.send(said("ada", 1, phone), a_purchase("ada", 2))
    assert intakes.count("ada") == 1


def test_a_profile_with_consent_is_heard_and_told_in_the_log() -> None:
    intakes = Intakes()
    never = Profile(owner="kim", consent=(Consent(purpose=WARNING, granted=False),))
    intakes.send(said("ada", 1, never), a_purchase("ada", 2))
    # The profile itself is of a purpose that it withdraws.
    assert [kind for kind, _ in intakes.facts()["ada"]] == ["CONSENT_CHANGED"]
    again = Profile(owner="kim", consent=(Consent(purpose=WARNING, granted=True),))
    intakes.send(said("ada", 3, again), a_purchase("ada", 4))
    assert [kind for kind, _ in intakes.facts()["ada"]][1:] == [
        "PROFILE_UPDATED",
        "CONSENT_CHANGED",
        "PURCHASE_MADE",
    ]


def test_who_may_not_be_watched_is_no_news_to_neighbours() -> None:
    intakes = Intakes()
    intakes.send(a_purchase("bo", 1), linked("ada", 1, bo="customer"), withdraws("ada", 2))
    intakes.send(churned("ada", 3))
    assert intakes.count("bo", Kind.NEIGHBOUR_CHURNED) == 0


def test_what_was_withdrawn_under_an_absorbed_id_is_withdrawn_by_the_survivor() -> None:
    intakes = Intakes()
    intakes.send(withdraws("old", 1), *merged("new", "old", 2), a_purchase("new", 3))
    assert intakes.count("new") == 0


@pytest.mark.parametrize("purpose", [Purpose.IDENTITY, Purpose.CONSENT_RECORD])
def test_what_we_must_know_cannot_be_withdrawn(purpose: Purpose) -> None:
    intakes = Intakes()
    intakes.send(withdraws("ada", 1, purpose), *merged("ada", "bo", 2), withdraws("ada", 3))
    assert intakes.n_withheld == 0
    assert intakes.count("ada", Kind.CUSTOMER_MERGED) == 1


@given(st.permutations([1, 2, 3, 4]), st.lists(st.integers(0, 5), max_size=5))
def test_of_what_was_said_the_latest_holds_whatever_came_first(
    order: list[int], crashes: list[int]
) -> None:
    intakes = Intakes(1, crashes=list(crashes))
    for at in order:
        intakes.send(consents("ada", at, granted=at % 2 == 1, purpose=WARNING))
    intakes.crashes.clear()
    intakes.send(a_purchase("ada", 9))
    assert intakes.count("ada") == 0
    intakes.send(grants("ada", 5), a_purchase("ada", 10))
    assert intakes.count("ada") == 1
