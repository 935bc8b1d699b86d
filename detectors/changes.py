"""What one partition says of the company's changes: each once, with how many customers it hits."""

from collections.abc import Iterator

from detectors.company import Change
from detectors.events import Brought, Events
from detectors.tree import named
from detectors.worth import ValueSettings, lifetime_value


def changes_of(events: Events, brought: Brought, settings: ValueSettings) -> Iterator[Change]:
    """Give the changes among a slice's events, after the kernel has counted whom they hit.

    What was said before a crash is not said again: those who were exposed then are not counted.
    An outage and a price cut hit nobody, and are no change.
    """
    for scope, (at, said) in zip(brought.scopes, brought.changes, strict=True):
        event = events[at]
        if scope["again"] or not scope["why"]:
            continue
        revenue = scope["revenue"] + scope["n_unknown"] * settings.usual_revenue
        yield Change(
            id=f"{event['id_hash']:016x}",
            reason=named(int(scope["why"])),
            at_ms=int(event["at_ms"]),
            effective_ms=int(event["until_ms"]),
            owner=said.get("owner") or "",
            successor=said.get("successor") or "",
            has_plan=bool(said.get("has_plan")),
            n_exposed=int(scope["n_exposed"]),
            value_exposed=round(lifetime_value(float(revenue), settings), 2),
        )
