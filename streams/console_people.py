"""Who may look in, for commands: where the console is, invitations, the demonstration's people."""

import asyncio
import secrets
import time

from alerts.console.people import People
from alerts.console.redis_doors import Doors
from alerts.console.settings import ConsoleSettings
from detectors.errors import EbbwatchError
from streams.events.profiles import ProfileUpdated
from streams.runtime import Running
from streams.sources.source import Source

OPEN_WITHIN_S = 60.0  # the first start compiles the core
ASK_S = 0.1
TOKEN_BYTES = 24
TEAM, LEAD, OPERATOR = "demo", "Lead", "Operations"


async def invite(redis_url: str, settings: ConsoleSettings, name: str) -> str:
    """Give the address with which a person may come in, once.

    Raises
    ------
    EbbwatchError
        If the settings do not name the person, or no console has opened yet.
    """
    if People(settings.people).get(name) is None:
        known = ", ".join(settings.people) or "nobody yet"
        raise EbbwatchError(f"console.people does not name {name!r}; it names {known}")
    doors = Doors.connect(redis_url)
    try:
        address = await doors.address()
        if address is None:
            raise EbbwatchError("no console has opened yet: does `ebbwatch up` run?")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await doors.invite(token, name, settings.invite_hours * 3600)
        return f"{address}/enter?token={token}"
    finally:
        await doors.close()


def opened(system: Running) -> str:
    """Say where the console is, once it is there."""
    address = asyncio.run(_address(system))
    if not system.settings.console.people:
        return f"Console {address}; nobody may look in until console.people names them."
    return f"Console {address}; `ebbwatch console invite NAME` lets somebody in."


def invitations(system: Running) -> str:
    """Invite the demonstration's people: one account manager, one lead, one from operations."""
    asyncio.run(_address(system))
    people, lines = system.settings.console.people, []
    first = next((name for name, one in people.items() if one.job == "manager"), None)
    for name in (first, LEAD, OPERATOR):
        if name is not None and name in people:
            link = asyncio.run(invite(system.endpoints.redis_url, system.settings.console, name))
            lines.append(f"  {people[name].job} {name}: {link}")
    return "\n".join(["Console; each link lets somebody in once:", *lines])


def people_of(source: Source) -> dict[str, object]:
    """Give the people of a demonstration as settings: its account managers, and two more."""
    profiles = (event for event in source.profiles() if isinstance(event, ProfileUpdated))
    owners = dict.fromkeys(event.data.owner for event in profiles if event.data.owner)
    people: dict[str, object] = {
        owner: {"job": "manager", "owners": [owner], "team": TEAM} for owner in owners
    }
    people[LEAD] = {"job": "lead", "owners": ["retention-lead", "pool"], "team": TEAM}
    people[OPERATOR] = {"job": "operations"}
    return {"console.people": people, "console.note": "\n".join(source.notes)}


async def _address(system: Running) -> str:
    # A console that ran before may have left its address: this one's log says when it is open.
    process, began_s = system.roles["console"], time.monotonic()
    while "event=console_open" not in process.log.read_text(encoding="utf-8"):
        system.check()
        if time.monotonic() - began_s > OPEN_WITHIN_S:
            raise process.failure(f"did not open within {OPEN_WITHIN_S:.0f} s")
        await asyncio.sleep(ASK_S)
    doors = Doors.connect(system.endpoints.redis_url)
    try:
        return await doors.address() or ""
    finally:
        await doors.close()
