"""Hostile and damaged files: refused with the reason or read with warnings, in little memory."""

import io
import zipfile

import pytest

from survey.exchange import apart
from survey.exchange.apart import FileRefused, read_apart
from survey.exchange.fidelity import APPROXIMATED, DROPPED
from tests.exchange.workbooks import (
    added,
    changed,
    form_of,
    refused,
    whys,
    workbook,
)  # fmt: skip
from tests.exchange.workbooks import (
    apart as read_in_a_process,
)
from tests.measured import sipas

HEAD = ("type", "name", "label")
PLAIN = workbook((HEAD, ("integer", "n", "How many?")), ())
MOST = 256 * 1024  # KiB
LONG = " ".join(map(str, range(1_500_000)))
BOMB = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
SHEET = "xl/worksheets/sheet1.xml"


def stored(*parts):
    """An archive of parts, given by name and content."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return kept.getvalue()


def with_cell(xml):
    """The plain form with one cell of its second row written by hand."""
    end = b"</row></sheetData>"
    return changed(PLAIN, SHEET, lambda part: part.replace(end, xml.encode() + end))


def zeros(size):
    end = b"</worksheet>"
    return changed(PLAIN, SHEET, lambda part: part.replace(end, b" " * size + end))


BAD = {
    "empty": b"",
    "cut": PLAIN[: len(PLAIN) // 2],
    "garbage": bytes(range(256)) * 40,
    "garbage-after-the-mark": b"PK\x03\x04" + bytes(range(256)) * 40,
    "garbage-in-old-excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40,
    "text": "type,name,label\ninteger,n,Bao nhiêu?".encode(),
    "utf-16": "type,name,label\ninteger,n,Bao nhiêu?".encode("utf-16"),
    "html": b"<html><table><tr><td>type</td></tr></table></html>",
    "archive": stored(("a.txt", "hello")),
    "archive-in-archive": stored(("xl/workbook.xml", stored(("a", "b" * 1000)))),
    "zip-bomb": zeros(60_000_000),
    "xxe": changed(PLAIN, SHEET, lambda part: b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                   + part.replace(b"?>", b"?> ", 1)),
    "entities": changed(PLAIN, "xl/workbook.xml", lambda part: BOMB + part.split(b"?>", 1)[1]),
    "sheet-in-utf-16": changed(PLAIN, SHEET, lambda part: part.decode().replace("UTF-8", "UTF-16")
                               .encode("utf-16")),
    "sheet-in-utf-7": changed(PLAIN, SHEET, lambda part: part.replace(b"UTF-8", b"UTF-7")),
    "sheet-broken": changed(PLAIN, SHEET, lambda part: part[:-30]),
    "no-relations": changed(PLAIN, "xl/_rels/workbook.xml.rels", lambda part: None),
    "no-sheet": changed(PLAIN, SHEET, lambda part: None),
    "string-that-is-not-there": with_cell('<c r="D2" t="s"><v>99999</v></c>'),
    "cell-without-a-place": with_cell('<c r="!!"><v>1</v></c>'),
    "far-cell": with_cell('<c r="XFD1048576"><v>1</v></c>'),
    "formula-without-a-value": with_cell('<c r="C2"><f>1+1</f></c>'),
    "label-of-10-mb": with_cell(f'<c r="C2" t="inlineStr"><is><t>{LONG}</t></is></c>'),
}  # fmt: skip
WHY = {
    "empty": "is empty", "cut": "damaged", "garbage": "no workbook",
    "garbage-after-the-mark": "damaged", "garbage-in-old-excel": "damaged", "text": "no workbook",
    "utf-16": "UTF-16", "html": "XML or HTML", "archive": "no workbook",
    "archive-in-archive": "damaged", "zip-bomb": "larger than", "xxe": "document type",
    "entities": "document type", "sheet-in-utf-16": "UTF-16", "sheet-in-utf-7": "utf-7",
    "sheet-broken": "damaged", "no-relations": "not there", "no-sheet": "not there",
    "string-that-is-not-there": "damaged", "cell-without-a-place": "damaged",
    "far-cell": "at most", "formula-without-a-value": "formula without a value",
    "label-of-10-mb": "letters",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_the_reason(name):
    assert WHY[name] in refused(BAD[name])


def converted(tmp_path, data, name="form.xlsx"):
    file, out = tmp_path / name, tmp_path / "out.toml"
    file.write_bytes(data)
    done = sipas("questionnaire", "convert", file, "--out", out)
    return done.code, done.said, done.complaints, done.kibibytes, out


@pytest.mark.parametrize("name", ["zip-bomb", "xxe", "label-of-10-mb", "cut", "utf-16"])
def test_the_command_refuses_it_without_a_traceback_and_in_little_memory(tmp_path, name):
    code, said, wrong, most, out = converted(tmp_path, BAD[name])
    assert (code, out.exists()) == (1, False)
    assert WHY[name] in wrong and "Traceback" not in said + wrong
    assert most <= MOST


def test_a_form_of_2000_questions_is_read(tmp_path):
    rows = [("select_one yes_no", f"q{i}", f"Question number {i}?",
             f"${{q{i - 1}}} = 'yes'" if i else None) for i in range(2000)]  # fmt: skip
    data = workbook(((*HEAD, "relevant"), *rows))
    code, said, wrong, most, out = converted(tmp_path, data)
    assert (code, wrong) == (0, "")
    assert "0 errors" in said and out.read_text(encoding="utf-8").count('kind = "yesno"') == 2000
    assert most <= MOST


def test_a_file_that_is_too_large_is_not_even_read():
    with pytest.raises(FileRefused) as why:
        read_apart("xlsform", b"PK" + bytes(apart.LARGEST), "a.xlsx")
    assert "larger than 10 MB" in why.value.faults[0]


def test_many_texts_stay_within_the_memory():
    """A small archive with more letters than fit is refused, by the counter or the limit."""
    rows = [("integer", f"n{i}", "ă" * 30_000) for i in range(400)]
    with pytest.raises(FileRefused) as why:
        read_in_a_process(workbook((HEAD, *rows), ()))
    assert "letters" in why.value.faults[0] or "memory" in why.value.faults[0]


def test_macros_are_told_and_never_run():
    data = added(PLAIN, "xl/vbaProject.bin", b"Sub Auto_Open()")
    form, report = form_of(data, "a.xlsm")
    assert [q.id for q in form.questions] == ["n"]
    assert "never run" in whys(report, DROPPED)["macros"]


def test_the_value_of_a_formula_is_taken_and_told():
    _, report = form_of(with_cell('<c r="D2"><f>1+1</f><v>2</v></c>'))
    assert report.of(APPROXIMATED)
    text = b'<c r="C2" t="s"><v>5</v></c>'
    formula = b'<c r="C2" t="str"><f>A1</f><v>How old?</v></c>'
    form, report = form_of(changed(PLAIN, SHEET, lambda part: part.replace(text, formula)))
    assert form.questions[0].text["en"] == "How old?"
    assert "formula" in whys(report, APPROXIMATED)["survey!C2"]


def test_whole_numbers_are_written_as_such():
    choices = (("list_name", "name", "label"), ("l", 1.0, "One"), ("l", 2.0, 2.5))
    form, _ = form_of(workbook((HEAD, ("select_one l", "a", "Which?")), choices))
    assert [(o.code, o.text["en"]) for o in form.questions[0].options] == [(1, "One"), (2, "2.5")]


SLEEPS = "import threading\nthreading.Event().wait()\n"
WORKS = """
import itertools, sys
from survey.exchange.reading import __main__ as reading
reading.READERS = {"xlsform": lambda data, name: sum(itertools.repeat(1))}
reading.SECONDS = 1
sys.exit(reading.main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("program", [SLEEPS, WORKS], ids=["waits", "works"])
def test_a_reader_that_never_ends_is_ended(monkeypatch, tmp_path, program):
    (tmp_path / "survey_reading.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(apart, "SECONDS", 1)
    monkeypatch.setattr(apart, "PATIENCE", 3)
    monkeypatch.setattr(apart, "MODULE", "survey_reading")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(FileRefused) as why:
        read_apart("xlsform", PLAIN, "a.xlsx")
    assert "1 seconds" in why.value.faults[0]


def test_a_reader_that_fails_says_so_and_shows_no_traceback(monkeypatch, tmp_path):
    (tmp_path / "survey_reading.py").write_text("raise KeyError('x')", encoding="utf-8")
    monkeypatch.setattr(apart, "MODULE", "survey_reading")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(FileRefused) as why:
        read_apart("xlsform", PLAIN, "a.xlsx")
    assert "failed at the file: KeyError: 'x'" in why.value.faults[0]
