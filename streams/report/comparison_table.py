"""What happened, and what was raised, as a table for people."""

from collections.abc import Iterator

from rich.table import Table

from streams.report.comparison import Book, Clock, Cohort, Comparison, Outage

TITLE = "What happened, and what was raised"
Line = tuple[str, str, str, bool]  # what, in truth, as raised, whether it is as it has to be


def side_by_side(found: Comparison) -> Table:
    """Give a comparison as a table: a line for each thing that happened.

    The last column says whether what had to be raised was, and nothing else.
    """
    drawn = Table("", "happened", "raised", "", title=TITLE, title_justify="left")
    for what, happened, raised, holds in lines(found):
        drawn.add_row(what, happened, raised, "yes" if holds else "NO")
    return drawn


def lines(found: Comparison) -> Iterator[Line]:
    """Give the lines of the table."""
    yield from map(_clock, found.clocks)
    yield _reasons(found)
    yield from map(_outage, found.outages)
    yield from map(_cohort, found.changes)
    n_changes = len(found.changes)
    yield "cases", f"{n_changes} changes", f"{found.cases} cases", found.cases == n_changes
    yield from map(_book, found.books)
    if found.board_agrees is not None:
        agrees = found.board_agrees
        yield "board", "live tasks as told", "the same" if agrees else "others", agrees


def _clock(one: Clock) -> Line:
    level = f" (level {one.level})" if one.level else ""
    raised = f"{one.raised:,} ({one.missed} missed, {one.wrong} wrong)"
    if one.taken_back:
        raised += f", {one.taken_back:,} taken back"
    if one.level is not None and one.level > 1:
        raised += f", {one.alerts:,} alerts"
    holds = one.missed == one.wrong == 0
    return f"clocks broken: {one.clock}{level}", f"{one.broken:,}", raised, holds


def _reasons(found: Comparison) -> Line:
    n_seen, missing = len(found.reasons), found.reasons_missing
    said = f"{n_seen} in tasks"
    if missing:
        said += f", not {', '.join(missing)}"
    if found.idle_tasks:
        said += f"; {found.idle_tasks} about what nobody can help"
    happened = f"{n_seen + len(missing)} that a task may have"
    return "reasons of the tree", happened, said, not (missing or found.idle_tasks)


def _outage(one: Outage) -> Line:
    days = (one.ended - one.began).total_seconds() / 86_400
    name = f"outage of {one.source}, {one.began:%Y-%m-%d}, {days:.0f} days"
    happened = f"{one.customers:,} customers, {'announced' if one.declared else 'not announced'}"
    raised = f"{one.alerts} silence alerts (before: {one.before}), {one.tasks} tasks"
    return name, happened, raised, one.tasks == 0


def _cohort(one: Cohort) -> Line:
    raised = (
        f"{one.cases} case for {one.exposed:,}; merged: {one.alerts_merged:,} alerts of "
        f"{one.customers_merged:,}; own tasks: {one.own_tasks}"
    )
    return (
        f"{one.reason}, {one.at:%Y-%m-%d}",
        f"hits {one.customers:,} customers",
        raised,
        one.cases == 1,
    )


def _book(one: Book) -> Line:
    raised = (
        f"case for {one.exposed:,} with {one.heir}; {one.handed_over} open tasks handed over, "
        f"{one.since:,} since; left behind: {one.left_behind}"
    )
    holds = one.cases_of_heir == 1 and one.left_behind == 0
    return f"book of {one.owner}, {one.at:%Y-%m-%d}", f"{one.customers:,} customers", raised, holds
