"""Printing on a person's terminal, or into a pipe."""

from rich.console import Console

PIPE_WIDTH = 160  # columns, where there is no terminal to ask


def console() -> Console:
    """Give the place that commands print to; ids and words stay as they are, without colours."""
    found = Console(highlight=False, markup=False, emoji=False)
    return (
        found
        if found.is_terminal
        else Console(highlight=False, markup=False, emoji=False, width=PIPE_WIDTH)
    )
