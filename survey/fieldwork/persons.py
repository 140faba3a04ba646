"""The list of sampled persons as it comes: a CSV whose column `cell` names the cell of the sample.

What else it says of a person is carried through and never stored.
"""

import csv
from dataclasses import dataclass
from io import StringIO

from flask_babel import gettext as _

from survey.errors import InputFault

COLUMN = "cell"
MOST = 20_000  # lines


@dataclass(frozen=True)
class Persons:
    """Head, lines, and the cell of each line."""

    head: list[str]
    lines: list[list[str]]
    cells: list[int]


def read_persons(data: bytes, name: str) -> Persons:
    """The list in a file of that name. Raises InputFault with row and column."""
    try:
        rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError as error:
        raise InputFault([_("%(file)s is not text in UTF-8.", file=name)]) from error
    except csv.Error as error:
        raise InputFault([_("%(file)s is not a CSV file.", file=name)]) from error
    head, *lines = rows or [[]]
    if COLUMN not in head:
        raise InputFault([_("%(file)s has no column “%(column)s”.", file=name, column=COLUMN)])
    if not 0 < len(lines) <= MOST:
        raise InputFault([_("Write from 1 to %(n)d persons, one a line.", n=MOST)])
    at = head.index(COLUMN)
    faults = [
        _("Row %(n)d, column “%(column)s”: write the number of a cell.", n=n, column=COLUMN)
        for n, line in enumerate(lines, start=2)
        if len(line) != len(head) or not _is_number(line[at])
    ]
    if faults:
        raise InputFault(faults)
    return Persons(head, lines, [int(line[at]) for line in lines])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
