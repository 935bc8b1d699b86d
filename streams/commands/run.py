"""`ebbwatch run`, `up`, `demo`: a role, a whole system, a whole system with a year of data."""

import time
from typing import Annotated, Literal

from cyclopts import App, Parameter

from streams import demo as demonstration
from streams.commands.common import AsJson, Sets, SettingsFile
from streams.commands.feeding import times
from streams.commands.printing import console
from streams.console_people import invitations, opened, people_of
from streams.embedded import endpoints
from streams.report.comparison_table import side_by_side
from streams.runtime import begin_demo, running
from streams.settings import accounted, load
from streams.sources.named import SourceName, named

Role = Literal["intake", "scorer", "trainer", "desk", "courier", "console"]


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(run)
    app.command(up)
    app.command(demo)


def run(role: Role, *, set_: Sets = (), settings: SettingsFile = None) -> int:
    """Run one role against your Kafka and Redis, until a signal."""
    from streams.roles import run_role  # River and Faust take a second that others need not wait

    return run_role(role, accounted(load(set_, settings)), endpoints())


def up(*, set_: Sets = (), settings: SettingsFile = None) -> None:
    """Run everything on this machine and wait for your own events."""
    with running(accounted(load(set_, settings))) as system:
        print(f"Kafka {system.endpoints.bootstrap_servers}, store {system.endpoints.redis_url}")
        print("Waiting for events; Ctrl-C stops. `ebbwatch tasks` shows the queue.")
        print(opened(system), flush=True)
        while True:
            system.check()
            time.sleep(0.5)


def demo(
    *,
    source: Annotated[SourceName, Parameter(help="Which history is fed")] = "simulated",
    speed: Annotated[str | None, Parameter(help="Event time to wall time, as in 86400x")] = None,
    once: Annotated[bool, Parameter(negative="", help="End when all is done")] = False,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> int:
    """Feed a year of history through the whole system, then go on running."""
    history, factor = named(source), times(speed)
    preset = demonstration.PRESET | history.preset | people_of(history)
    begin_demo(history.notes)
    with running(load(set_, settings, preset)) as system:
        if not once:
            print(invitations(system), flush=True)
        report = demonstration.show(system, history, factor)
        if json:
            print(report.as_json(), flush=True)
        else:
            print(report.told(), flush=True)
            if report.compared is not None:
                console().print(side_by_side(report.compared))
        if once:
            return 0 if report.complete else 1
        print(demonstration.told_next(history), flush=True)
        print(invitations(system), flush=True)
        while True:
            system.check()
            time.sleep(0.5)
