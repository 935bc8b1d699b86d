"""Get ready what the servers need: `python -m streams.embedded`. Set-up calls it."""

import sys

from detectors.errors import EmbeddedError
from streams.embedded.environment import cache_folder
from streams.embedded.jars import classpath
from streams.embedded.training import train


def main() -> int:
    """Fetch the jars, and let Java remember a first start; gives the exit code."""
    try:
        classpath(cache_folder())
        train()
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
