"""Figures of a role that runs on this machine, as it shows them to Prometheus."""

import re
from urllib.request import urlopen

from detectors.errors import EmbeddedError
from streams.embedded.process import Process

PATIENCE_S = 10.0
_FIGURE = re.compile(r"^(\w+) (\S+)$", re.MULTILINE)
_PORT = re.compile(r"event=worker_starting .*health_port=(\d+)")


def port_of(log: str) -> int:
    """Find where a role serves its metrics, by its log.

    Examples
    --------
    >>> port_of("level=info event=worker_starting role=churn-intake health_port=38343")
    38343
    """
    found = _PORT.search(log)
    if found is None:
        raise EmbeddedError("the role's log names no port of its metrics", remedy="Look into it.")
    return int(found[1])


def counts(text: str) -> dict[str, float]:
    """Read the figures without labels out of a page of metrics, by name.

    Examples
    --------
    >>> counts(chr(10).join(["# TYPE told counter", "told_total 3.0", ""]))
    {'told_total': 3.0}
    """
    return {name: float(value) for name, value in _FIGURE.findall(text)}


def scraped(role: Process) -> dict[str, float]:
    """Ask a role for its figures."""
    port = port_of(role.log.read_text(encoding="utf-8"))
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as page:
        return counts(page.read().decode())
