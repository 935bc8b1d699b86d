"""Playbooks: what to do about an alert, by reason, stage and tier.

The rows are data (`playbooks.toml`); a new one needs no code. Looked up from the particular
to the general: the reason id, its group with stage and tier, its group with stage, any. A row
that nobody has approved is passed over: what it says reaches no customer.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Annotated, Any, Literal

import msgspec

from alerts.contract import Contract, Words
from alerts.reasons import group
from alerts.value import UNKNOWN
from detectors.errors import SettingsError

ANY = "any"
GROUPS = frozenset(
    "service complaint product competition need technology change relation payment network"
    f" decline {UNKNOWN}".split()
)

Stage = Literal["any", "none", "awareness", "consideration", "decision"]
Tier = Literal["any", "top", "middle", "base", "cohort"]
Channel = Literal[
    "preferred", "call", "visit", "written", "workshop", "on site", "auto", "as complained"
]
# What a contact is worth to the customer, in the words of the public events.
ValueItem = Literal["training", "certificate", "finding", "terms", "fix_news"]
Some = msgspec.Meta(min_length=1)

BY_CLOCK, BEFORE_EFFECT = "clock", "effect"
DUE = rf"^([1-9][0-9]*[hd]|{BY_CLOCK}|{BEFORE_EFFECT})$"


class Step(Words, frozen=True):
    """A line of what to do; `auto` steps are done by a machine, all others by a person."""

    auto: bool = False


class Playbook(Contract, frozen=True, kw_only=True):
    """One row: for whom it is, what to do, by when, and what ends it.

    `due` is a time from opening, "clock" for the complaint's own or "effect" for before the
    change takes effect. Every contact carries a `value_item`: one without any is for us alone.
    `message` is the text that may be sent instead of a call, for the tiers in `auto`.
    """

    key: str
    reasons: Annotated[tuple[str, ...], Some]
    stages: Annotated[tuple[Stage, ...], Some]
    tiers: Annotated[tuple[Tier, ...], Some]
    title: Words
    steps: Annotated[tuple[Step, ...], Some]
    due: Annotated[str, msgspec.Meta(pattern=DUE)]
    channels: Annotated[tuple[Channel, ...], Some]
    offer: Words
    closes_when: Words
    value_item: ValueItem
    approval: Literal["draft", "approved"]
    auto: tuple[Tier, ...] = ()
    message: Words | None = None

    @property
    def approved(self) -> bool:
        """Whether its text may reach a customer."""
        return self.approval == "approved"

    @property
    def low_saveability(self) -> bool:
        """Whether it is only for customers who are going: acting has a limited effect."""
        return set(self.stages) == {"decision"}

    @property
    def within(self) -> timedelta | None:
        """How long after opening the task is due, None where something else says it."""
        return _time_of(self.due)

    def fits(self, reason: str, stage: str, tier: str) -> bool:
        """Say whether the row may be used for a reason id at a stage and tier."""
        return (
            any(name in (reason, group(reason), ANY) for name in self.reasons)
            and any(name in (stage, ANY) for name in self.stages)
            and any(name in (tier, ANY) for name in self.tiers)
        )

    def sends(self, tier: str) -> bool:
        """Say whether a message may stand for a call to a customer of a tier."""
        return self.message is not None and any(name in (tier, ANY) for name in self.auto)

    def rank(self, reason: str) -> tuple[int, bool, bool]:
        """Give how particular the row is about a reason it fits; the highest is taken."""
        level = 2 if reason in self.reasons else 1 if group(reason) in self.reasons else 0
        return level, ANY not in self.stages, ANY not in self.tiers


@dataclass(frozen=True)
class Playbooks:
    """All rows, checked: each situation has one row, and there is an approved one for any."""

    rows: tuple[Playbook, ...]
    _found: dict[tuple[str, str, str], Playbook] = field(
        default_factory=dict, repr=False, compare=False
    )

    def find(self, reason: str | None, stage: str | None, tier: str) -> Playbook:
        """Find what to do about a reason id at a stage and tier; there is always something."""
        named, at = reason or UNKNOWN, stage or "none"
        asked = named, at, tier
        found = self._found.get(asked)  # the same few are asked for again and again
        if found is None:
            found = self._found[asked] = max(
                (row for row in self.rows if row.approved and row.fits(named, at, tier)),
                key=lambda row: row.rank(named),
            )
        return found


@lru_cache(256)
def _time_of(due: str) -> timedelta | None:
    if due in (BY_CLOCK, BEFORE_EFFECT):
        return None
    amount, unit = int(due[:-1]), due[-1]
    return timedelta(hours=amount) if unit == "h" else timedelta(days=amount)


def shipped() -> Playbooks:
    """Give the rows that come with the code; `playbooks.toml` is a part of it."""
    name = "playbooks.toml"
    return parse(files("alerts").joinpath(name).read_text("utf-8"), name)


def parse(text: str, file: str) -> Playbooks:
    """Read rows from TOML.

    Raises
    ------
    SettingsError
        If it is no TOML, a row is malformed, two rows are for the same situation, or none that
        is approved is for any. Names the file, the row and the key.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}") from error
    found = tables.pop("playbook", [])
    if tables:
        raise SettingsError(f"{file}: unknown key {next(iter(tables))!r}")
    rows = [_row(table, f"{file}: row {n}") for n, table in enumerate(found, start=1)]
    _check_apart(rows, file)
    if not any(row.approved and row.fits(ANY, ANY, ANY) for row in rows):
        raise SettingsError(f"{file}: no approved row has reasons, stages and tiers 'any'")
    return Playbooks(tuple(rows))


def _row(table: dict[str, Any], place: str) -> Playbook:
    named = f"{place} ({table.get('key', 'no key')})"
    try:
        row = msgspec.convert(table, Playbook)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{named}: {_plain(str(error))}") from error
    for reason in row.reasons:
        if reason != ANY and group(reason) not in GROUPS:
            raise SettingsError(f"{named}: reasons: {reason!r} is in no group of reasons")
    for name, words in _words(row):
        if not words.en.strip() or not words.zh.strip():
            raise SettingsError(f"{named}: {name}: a language is empty")
    if row.auto and row.message is None:
        raise SettingsError(f"{named}: message: a row with 'auto' needs the text to send")
    if row.message is not None and not row.auto:
        raise SettingsError(f"{named}: auto: a row with a message says for which tiers it is")
    return row


def _plain(error: str) -> str:
    # "Expected `str`, got `int` - at `$.title.zh`" becomes "title.zh: Expected `str`, ...".
    told = re.fullmatch(r"(?P<what>.*) - at `\$\.(?P<key>.*)`", error)
    return f"{told['key']}: {told['what']}" if told else error


def _words(row: Playbook) -> list[tuple[str, Words]]:
    found: list[tuple[str, Words]] = [(f"steps[{n}]", words) for n, words in enumerate(row.steps)]
    found += [("title", row.title), ("offer", row.offer), ("closes_when", row.closes_when)]
    return found if row.message is None else [*found, ("message", row.message)]


def _check_apart(rows: Sequence[Playbook], file: str) -> None:
    for one, other in combinations(rows, 2):
        if one.key == other.key:
            raise SettingsError(f"{file}: two rows have the key {one.key!r}")
        both = set(one.reasons) & set(other.reasons)
        # Where only one of them names a stage or tier, it is the more particular and wins.
        if both and _meet(one.stages, other.stages) and _meet(one.tiers, other.tiers):
            raise SettingsError(
                f"{file}: rows {one.key!r} and {other.key!r} are for the same situation:"
                f" reasons {sorted(both)}"
            )


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    if (ANY in some) != (ANY in others):
        return False
    return bool(set(some) & set(others))
