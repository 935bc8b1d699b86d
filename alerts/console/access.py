"""Who may see and do what. Whoever may not is told what is told of what does not exist."""

from dataclasses import dataclass

from alerts.console.people import Page, Person
from alerts.handling import Kind
from alerts.holdout import NEVER_TIER, held_out
from alerts.settings import HoldOutSettings
from alerts.task import Task


@dataclass(frozen=True)
class Seer:
    """Somebody who is logged in, with the account managers whose customers are theirs."""

    name: str
    person: Person
    owners: frozenset[str]

    def opens(self, page: Page) -> bool:
        """Say whether a page is there for them at all."""
        return page in self.person.pages


def sees_task(seer: Seer, task: Task, account_owner: str | None) -> bool:
    """Say whether somebody may see a task: theirs, or about a customer of theirs.

    `account_owner` is whose customer it is, where that is known. A case has no customer: whoever
    may see cases may see it, and its owner.
    """
    if task.kind is Kind.CASE:
        return seer.opens(Page.CASES) or acts_on(seer, task)
    return acts_on(seer, task) or (seer.opens(Page.TASKS) and account_owner in seer.owners)


def acts_on(seer: Seer, task: Task) -> bool:
    """Say whether somebody may act on a task: it is theirs, or of their team."""
    return seer.opens(Page.TASKS) and task.owner in seer.owners


def sees_customer(seer: Seer, account_owner: str | None, tasks: tuple[Task, ...]) -> bool:
    """Say whether somebody may see a customer: theirs, or one of whom they have a live task."""
    if not seer.opens(Page.CUSTOMERS):
        return False
    return account_owner in seer.owners or any(
        task.state.live and task.owner in seer.owners for task in tasks
    )


def shows_risk(
    customer: str, tier: str, tasks: tuple[Task, ...], hold_out: HoldOutSettings
) -> bool:
    """Say whether a customer's risk may be shown to whoever looks after them.

    Not of the control group: who is shown that a customer is leaving does something about it,
    and lift could no longer be measured. A task, live or over, has told it already.
    """
    if tasks or tier == NEVER_TIER:
        return True
    return not held_out(customer, share=hold_out.share, salt=hold_out.salt)
