"""Where commands print: coloured on a terminal, plain and unwrapped when piped."""

import sys

from rich.console import Console

# Wide enough that a table is not folded for a pipe that has no width of its own.
_PIPE_COLUMNS = 200


def console(*, is_error: bool = False) -> Console:
    """Return a console on standard output (or error) that takes text as text: no markup, no emoji."""
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() else _PIPE_COLUMNS
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)
