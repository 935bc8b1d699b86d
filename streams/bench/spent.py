"""What a process spent on some events."""

import msgspec


class Spent(msgspec.Struct, frozen=True):
    """Events, and the seconds they took: of a CPU (user and system), and of the wall clock."""

    n_events: int
    cpu_s: float
    wall_s: float

    @property
    def per_cpu_s(self) -> float:
        """Give events per CPU-second."""
        return self.n_events / self.cpu_s

    @property
    def per_wall_s(self) -> float:
        """Give events per second of the wall clock."""
        return self.n_events / self.wall_s


def one_after_the_other(first: Spent, second: Spent) -> Spent:
    """Put together what two processes spent on the same events, one after the other.

    Examples
    --------
    >>> one_after_the_other(Spent(600, 1.0, 2.0), Spent(600, 2.0, 2.0)).per_cpu_s
    200.0
    """
    if first.n_events != second.n_events:
        raise ValueError(f"not the same events: {first.n_events} and {second.n_events}")
    return Spent(first.n_events, first.cpu_s + second.cpu_s, first.wall_s + second.wall_s)
