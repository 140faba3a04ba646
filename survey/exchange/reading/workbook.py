"""A spreadsheet of either kind, told by how it begins and not by its name."""

from collections.abc import Container

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import Book
from survey.exchange.reading.xls import read_xls
from survey.exchange.reading.xlsx import read_xlsx

ARCHIVE, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EMPTY_ARCHIVE = b"PK\x05\x06"
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"%PDF": "PDF", b"<": "XML or HTML"}


def read_book(data: bytes, wanted: Container[str]) -> Book:
    """The sheets whose names, in small letters, are wanted. Raises Refusal with the reason."""
    if data.startswith((ARCHIVE, EMPTY_ARCHIVE)):
        return read_xlsx(data, wanted)
    if data.startswith(COMPOUND):
        return read_xls(data, wanted)
    if not data:
        raise Refusal(N_("The file is empty."))
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, kind in _MARKS.items():
        if start.startswith(mark):
            why = N_("This is no workbook of Excel but %(kind)s. Save it as .xlsx.")
            raise Refusal(why, kind=kind)
    raise Refusal(N_("This is no workbook of Excel, whatever its name says. Save it as .xlsx."))
