"""No noise of a library after the last line of a command."""

import atexit
import os


def end_quietly() -> None:
    """Sends what is written to stderr after the end of the program to nowhere.

    DuckDB 2.0's binding reports objects of its own as leaked when the interpreter ends
    (https://nanobind.readthedocs.io/en/latest/refleaks.html), which says nothing to a person.
    """
    atexit.register(_silence)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
