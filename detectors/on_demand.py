"""A mapping whose entries are made when they are first asked for, and then kept."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class OnDemand(dict[str, Value]):
    """Give `make(name)` for every name asked for. Looked through, it holds only those.

    Examples
    --------
    >>> lengths = OnDemand(len)
    >>> lengths["seven"], dict(lengths)
    (5, {'seven': 5})
    """

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Value:
        value = self[name] = self._make(name)
        return value
