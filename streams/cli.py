"""The command line: `ebbwatch COMMAND`. Each command only puts parts together and prints."""

import sys

from cyclopts import App

from detectors.errors import EbbwatchError
from streams import logs
from streams.commands import (
    bench,
    console,
    data,
    deliveries,
    desk,
    history,
    merging,
    run,
    settings_command,
    topics_command,
)

app = App(
    name="ebbwatch",
    help="Tells in time which customers are about to leave, why, and who does what about it.",
    version_flags=["--version"],
)
for module in (
    run,
    data,
    desk,
    console,
    deliveries,
    history,
    merging,
    bench,
    settings_command,
    topics_command,
):
    module.add_to(app)


def main() -> None:
    """Run a command; an error we know is one line for a person, and exit code 1."""
    logs.configure()
    try:
        code = app()
    except EbbwatchError as error:
        print(f"ebbwatch: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
