"""The oracle's consents: what a customer allows, purpose by purpose."""

from detectors.kinds import Consent, Kind
from tests.detectors.logs import One

PURPOSES: dict[int, tuple[int, bool]] = {
    Consent.EARLY_WARNING_WITHDRAWN: (0, False),
    Consent.EARLY_WARNING_GRANTED: (0, True),
    Consent.OUTREACH_WITHDRAWN: (1, False),
    Consent.OUTREACH_GRANTED: (1, True),
    Consent.COMPLAINT_HANDLING_WITHDRAWN: (2, False),
    Consent.COMPLAINT_HANDLING_GRANTED: (2, True),
    Consent.MEASUREMENT_WITHDRAWN: (3, False),
    Consent.MEASUREMENT_GRANTED: (3, True),
}


class Consents:
    def __init__(self) -> None:
        self.said: dict[int, tuple[int, bool]] = {}  # by purpose: when, and whether it is allowed

    def apply(self, event: One) -> None:
        if event.kind is not Kind.CONSENT_CHANGED:
            return
        purpose, is_allowed = PURPOSES.get(event.code, (None, False))
        if purpose is not None and event.at_ms // 1000 >= self.said.get(purpose, (0, True))[0]:
            self.said[purpose] = event.at_ms // 1000, is_allowed

    def forbids(self, purpose: int) -> bool:
        return not self.said.get(purpose, (0, True))[1]

    @property
    def reduced(self) -> bool:
        return any(self.forbids(purpose) for purpose in (0, 2, 3))

    @property
    def consent_s(self) -> list[int]:
        return [self.said.get(purpose, (0, True))[0] for purpose in range(4)]

    @property
    def withdrawn(self) -> int:
        return sum(1 << purpose for purpose in range(4) if self.forbids(purpose))
