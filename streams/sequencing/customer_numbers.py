"""Customers' numbers within a partition: dense, given in order of first appearance."""

from typing import NamedTuple

import numpy as np

from detectors.compiled import array_kernel, inlined
from streams.sequencing.murmur import partition_of
from streams.sequencing.names import UNKNOWN, Names, Table, add, number_of
from streams.sequencing.texts import Text, Texts, Whole, tag_of, texts_of

NOBODY = -1  # the row of an event that is of no customer
ELSEWHERE = -2  # instead of a number: the customer belongs to another partition
NO_CUSTOMER = -3  # ... they are none, and what came of them makes them none


class Customers(NamedTuple):
    """What compiled code sees of `Numbers`; good until the next `reserve` of its names."""

    names: Table
    partition: int
    n_partitions: int


class Numbers:
    """Customer id to number, for one partition, over the `names` known so far.

    A customer whose id hashes to another partition gets no number: two partitions would each
    see half of them. It happens when a producer does not use Kafka's own partitioner.
    """

    def __init__(self, partition: int, n_partitions: int, names: Names) -> None:
        self.partition, self.n_partitions = partition, n_partitions
        self.names = names
        self._told, self._told_end = names.next, names.end

    @property
    def customers(self) -> Customers:
        """What compiled code works on."""
        return Customers(self.names.table, self.partition, self.n_partitions)

    def number(self, customer: str) -> int | None:
        """Give the customer's number, a new one if they are new, None if they are not ours.

        Examples
        --------
        >>> numbers = Numbers(0, 1, Names())
        >>> [numbers.number(customer) for customer in ("bo", "ada", "bo")], numbers.take_new()
        ([0, 1, 0], [('bo', 0), ('ada', 1)])
        """
        name = customer.encode()
        self.names.reserve(1, len(name))
        number = int(_numbered(self.customers, texts_of([name])))
        return None if number == ELSEWHERE else number

    def take_new(self) -> list[tuple[str, int]]:
        """Give the numbers to write down, once."""
        names = self.names.since(self._told_end)
        new = [(name.decode(), number) for number, name in enumerate(names, self._told)]
        self._told, self._told_end = self.names.next, self.names.end
        return new


@inlined
def numbered(customers: Customers, name: Text, or_new: bool) -> Whole:
    """Give a customer's number, a new one if they are new and may be, or `ELSEWHERE`."""
    tag = tag_of(name)
    number = number_of(customers.names, name, tag)
    if number == UNKNOWN:
        if partition_of(name, customers.n_partitions) != customers.partition:
            return ELSEWHERE
        if not or_new:
            return NO_CUSTOMER
        number = customers.names.counts[0].next
        add(customers.names, name, tag, number)
    return number


@array_kernel
def _numbered(customers: Customers, names: Texts) -> Whole:
    name = Text(names.buffer, names.starts[0], np.int64(names.lengths[0]))
    return numbered(customers, name, or_new=True)
