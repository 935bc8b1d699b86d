"""Who may look into the console: names, what they do, and whose customers are theirs."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

Job = Literal["manager", "lead", "operations", "analyst"]


class Page(StrEnum):
    """What there is to see; a metric label too."""

    TASKS = "tasks"  # queues and single tasks
    CUSTOMERS = "customers"  # one customer, and the list of those to watch
    CASES = "cases"  # company changes, in numbers
    OPERATIONS = "operations"  # counts, no customer


# What a job needs and no more. Who analyses has the logs without names, and no page.
PAGES: Mapping[Job, frozenset[Page]] = {
    "manager": frozenset({Page.TASKS, Page.CUSTOMERS}),
    "lead": frozenset({Page.TASKS, Page.CUSTOMERS, Page.CASES}),
    "operations": frozenset({Page.OPERATIONS}),
    "analyst": frozenset(),
}


class Person(BaseModel):
    """Somebody who may log in.

    `owners` are the account managers' names, as in the profiles, whose customers and tasks are
    this person's; a lead has those of the whole team too. `also` gives pages of numbers beyond
    those of the job; pages with customers are not to be had that way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Job
    owners: tuple[str, ...] = ()
    team: str = ""
    also: tuple[Literal["cases", "operations"], ...] = ()
    language: Literal["en", "zh"] | None = None  # None: what the browser asks for

    @property
    def pages(self) -> frozenset[Page]:
        """The pages that this person may open."""
        return PAGES[self.job] | {Page(one) for one in self.also}


class People:
    """All who may log in, by name.

    Examples
    --------
    >>> people = People(
    ...     {
    ...         "Ada": Person(job="manager", owners=("ada",), team="north"),
    ...         "Lin": Person(job="lead", owners=("pool",), team="north"),
    ...     }
    ... )
    >>> sorted(people.owners("Lin")), sorted(people.owners("Ada")), sorted(people.owners("Bo"))
    (['ada', 'pool'], ['ada'], [])
    """

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._people = people

    def get(self, name: str) -> Person | None:
        """Give a person; None for whoever is not, or no longer, among them."""
        return self._people.get(name)

    def owners(self, name: str) -> frozenset[str]:
        """Give the account managers whose customers and tasks a person may see."""
        person = self._people.get(name)
        if person is None:
            return frozenset()
        if person.job != "lead" or not person.team:
            return frozenset(person.owners)
        return frozenset(person.owners).union(*(one.owners for one in self._team(person)))

    def heirs(self, name: str) -> list[str]:
        """Give the account managers to whom a person may hand a task: those of the team."""
        person = self._people.get(name)
        if person is None:
            return []
        team = [person, *(self._team(person) if person.team else ())]
        return sorted({owner for one in team for owner in one.owners})

    def _team(self, person: Person) -> list[Person]:
        return [one for one in self._people.values() if one.team == person.team]
