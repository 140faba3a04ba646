"""Workbooks made for tests: sheets as lists of rows, and the parts of an archive as text."""

import io
import zipfile

import xlsxwriter

from survey.exchange.apart import read_apart
from survey.exchange.formats import built
from survey.exchange.reading.refusal import Refusal
from survey.exchange.xlsform.read import read

SETTINGS = (("form_title", "form_id", "version"), ("A form", "a-form", "1"))
YES_NO = (("list_name", "name", "label"), ("yes_no", "yes", "Yes"), ("yes_no", "no", "No"))


def workbook(survey, choices=YES_NO, settings=SETTINGS, **more):
    """The bytes of an XLSForm; every sheet is given by its rows, the first of which is the head."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheets = {"survey": survey, "choices": choices, "settings": settings, **more}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write(line, column, value)
    book.close()
    return kept.getvalue()


def form_of(data, name="a-form.xlsx"):
    """The form and the report of a workbook, read in this process."""
    document, report = read(data, name)
    return built(document, name), report


def refused(data, name="a-form.xlsx"):
    """Why a workbook is refused."""
    try:
        read(data, name)
    except Refusal as refusal:
        return refusal.why % refusal.values
    raise AssertionError("it was read")


def apart(data, name="a-form.xlsx"):
    """The same as `form_of`, in a process of its own."""
    incoming = read_apart("xlsform", data, name)
    return built(incoming.document, name), incoming.report


def whys(report, outcome):
    """What was told of each place."""
    return {note.place: note.said for note in report.of(outcome)}


def changed(data, part, change):
    """The archive with one part changed, or left out where `change` gives None."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(kept, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            content = change(content) if entry.filename == part else content
            if content is not None:
                after.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def added(data, part, content):
    """The archive with one more part."""
    kept = io.BytesIO(data)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return kept.getvalue()


def part_of(data, part):
    """One part of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part)
