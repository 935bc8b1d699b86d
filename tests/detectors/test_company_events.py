"""Events of the company in the log: of no customer, so of no row."""

import pytest

from detectors.kinds import Kind, Severity
from detectors.settings import CoreSettings
from tests.detectors.logs import One, at, cut
from tests.detectors.runs import run

BOUGHT = One(0, Kind.PURCHASE_MADE, at(1), 0, amount=20.0)
COMPLAINT = One(0, Kind.COMPLAINT_OPENED, at(2), 0, topic=1, code=Severity.CRITICAL, reference=1)
DEARER = One(-1, Kind.PRICE_CHANGED, at(3), 0, topic=4)


@pytest.mark.parametrize(
    "before", [pytest.param([], id="no customer yet"), pytest.param([BOUGHT, COMPLAINT], id="one")]
)
def test_an_event_of_the_company_touches_no_customer(before: list[One]) -> None:
    alone, told = (run(cut(steps, 1), CoreSettings()) for steps in (before, [*before, DEARER]))
    assert told.outcomes[-1].assessments == ()
    assert told.outcomes[-1].n_events == 1
    assert told.ledger.table.tobytes() == alone.ledger.table.tobytes()
