"""Customers' numbers within a partition: dense, given in order of first appearance."""

from streams.partitions import partition_of

NOBODY = -1  # the row of an event that is of no customer


class Numbers:
    """Customer id to number, for one partition; `new` are those not written down yet.

    A customer whose id hashes to another partition gets no number: two partitions would each
    see half of them. It happens when a producer does not use Kafka's own partitioner.
    """

    def __init__(self, partition: int, n_partitions: int, known: dict[str, int]) -> None:
        self.partition, self.n_partitions = partition, n_partitions
        self.known = known
        self.new: list[tuple[str, int]] = []
        self._next = max(known.values(), default=-1) + 1

    def number(self, customer: str) -> int | None:
        """Give the customer's number, a new one if they are new, None if they are not ours."""
        number = self.known.get(customer)
        if number is not None:
            return number
        if partition_of(customer.encode(), self.n_partitions) != self.partition:
            return None
        number, self._next = self._next, self._next + 1
        self.known[customer] = number
        self.new.append((customer, number))
        return number

    def take_new(self) -> list[tuple[str, int]]:
        """Give the numbers to write down, once."""
        new, self.new = self.new, []
        return new
