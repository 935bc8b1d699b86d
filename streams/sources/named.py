"""The sources that come along, by the names under which commands know them."""

from typing import Literal

from streams.sources.source import Source

SourceName = Literal["retail", "simulated"]


def named(name: SourceName) -> Source:
    """Give a source that comes along.

    Examples
    --------
    >>> named("simulated").name
    'simulated'
    """
    # Tables take long to import, and whoever wants the one does not want the other.
    if name == "retail":
        from streams.sources.retail import Retail

        return Retail()
    from streams.sources.simulate.source import Simulated

    return Simulated()
