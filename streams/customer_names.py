"""Names of customers by number: looked up where a scorer's findings leave it, never before.

The log holds numbers only, so that destroying an entry of `churn.customers` makes it
anonymous. An entry is written before the log names the number, so what is missing is there to
be read.
"""

from array import array

import msgspec

from detectors.errors import FormatError
from streams.log_reader import LogReader
from streams.topics import CUSTOMERS


class CustomerNames:
    """The names of one partition's customers, read on as they are asked for.

    They lie end to end, 12 bytes beside each: as objects they took 70.
    """

    def __init__(self, reader: LogReader, partition: int) -> None:
        self._reader, self._partition = reader, partition
        self._text = bytearray()
        self._starts, self._sizes = array("q"), array("i")  # by number; size 0: is not there
        self._position = 0

    async def read(self) -> None:
        """Read what was written since the last time."""
        async for record in self._reader.read(CUSTOMERS, self._partition, self._position):
            self._position = record.offset + 1
            if record.key is not None and record.value is not None:
                self._put(msgspec.json.decode(record.value)["number"], record.key)

    async def know(self, numbers: list[int]) -> None:
        """See to it that these customers' names are here."""
        if not all(map(self._has, numbers)):
            await self.read()

    def number(self, customer: str) -> int | None:
        """Give a customer's number, None for one nobody has heard of."""
        name = customer.encode()
        those = (number for number in range(len(self._sizes)) if self._name(number) == name)
        return next(those, None) if name else None

    def name(self, number: int) -> str:
        """Give a customer's name.

        Raises
        ------
        FormatError
            If the map has no such customer.
        """
        if not self._has(number):
            place = f"{CUSTOMERS}[{self._partition}]"
            raise FormatError(f"{place}: no customer has number {number}")
        return self._name(number).decode()

    def _put(self, number: int, name: bytes) -> None:
        more = [0] * (number + 1 - len(self._sizes))
        self._starts.extend(more)
        self._sizes.extend(more)
        self._starts[number], self._sizes[number] = len(self._text), len(name)
        self._text += name

    def _has(self, number: int) -> bool:
        return number < len(self._sizes) and self._sizes[number] > 0

    def _name(self, number: int) -> bytearray:
        start = self._starts[number]
        return self._text[start : start + self._sizes[number]]
