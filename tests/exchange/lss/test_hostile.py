"""Files made to do harm, or broken by accident, end in an answer: never a traceback, never a flood.

The command runs as people run it, in a process of its own whose memory is measured.
"""

import os

import pytest

from questionnaires import load
from tests.exchange.lss.made import question, survey
from tests.measured import sipas

MOST = 256 * 1024  # KiB of memory, of the command and of the reader that it starts
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
LOL = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(12)
)
PLAIN = survey(("Part", question("Q1", "Y"), question("Q2", "T")))


def with_words(text, **more):
    return survey(("Part", question("Q1", "Y", {"en": text, "vi": text}, **more)))


def repeated(row, times):
    return PLAIN.replace(b"</rows>\n</questions>", row * times + b"</rows>\n</questions>")


REFUSED = {
    "an empty file": (b"", "is empty"),
    "broken XML": (PLAIN[:-40], "the XML is broken"),
    "no XML": (os.urandom(4000), "a.lss"),
    "JSON": (b'{"a": 1}', "the XML is broken"),
    "another document": (HEAD + b"<html/>", "no LimeSurvey survey"),
    "a group": (PLAIN.replace(b"Type>Survey<", b"Type>Group<"), "holds a LimeSurvey Group"),
    "no tables": (HEAD + b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
                  "“surveys” is missing"),
    "only an upload": (survey(("Part", question("Q1", "|"))), "nothing is left to ask"),
    "an external entity": (HEAD + b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                           b"<document>&x;</document>", "DOCTYPE"),
    "a billion laughs": (HEAD + b"<!DOCTYPE a [" + LOL + b"]><document>&l11;</document>",
                         "DOCTYPE"),
    "another encoding": (PLAIN.replace(b"Part", "Phần".encode("cp1258", "replace") + b"\xff"),
                         "not text in UTF-8"),
    "an unknown encoding": (PLAIN.replace(b"UTF-8", b"UTF-7"), "“utf-7” is not read"),
    "too large": (PLAIN + b" " * 11_000_000, "larger than 10 MB"),
    "deeply nested": (HEAD + b"<a>" * 90_000 + b"</a>" * 90_000, "Excessive depth"),
    "a million elements": (HEAD + b"<document>" + b"<a/>" * 1_000_001 + b"</document>",
                           "elements, far more"),
}  # fmt: skip
READ = {
    "a label of 10 MB": with_words("a " * 2_400_000),
    "scripts in labels": with_words("<script>alert(1)</script>Fee<img src=x onerror=alert(1)>"),
    "a script that never ends": with_words("Fee <script>" + "<" * 20_000),
    "markdown without end": with_words("**a __b " * 400_000),
    "braces without end": with_words("{" * 50_000 + "Q1"),
    "an expression without end": survey(
        ("Part", question("Q1", "Y"), question("Q2", "Y", relevance="(" * 90_000 + "Q1"))
    ),
    "strange codes": survey(("Part", question("'; DROP", "Y"), question("'; DROP", "Y", "Twice"),
                             question("", "Y", "No code"), question("đ" * 300, "Y"))),
    "UTF-16": PLAIN.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "2,000 questions": survey(*(
        (f"Part {g}", *(question(f"Q{g}x{n}", "L", answers={"A1": "One", "A2": "Two"},
                                 relevance=f'Q{g}x{n - 1}.NAOK == "A1"' if n else "1")
                        for n in range(20)))
        for g in range(100)
    )),
    "the same id a thousand times": repeated(
        b"<row><qid>1</qid><gid>1</gid><parent_qid>0</parent_qid><type>Y</type></row>", 1000),
    "answers of nobody": PLAIN.replace(b"</document>", b"<answers><rows>" + b"<row><qid>77</qid>"
                                       b"<code>A</code></row>" * 5000 + b"</rows></answers>"
                                       b"</document>"),
}  # fmt: skip


@pytest.fixture
def convert(tmp_path):
    """Runs the command on the bytes: its exit code, what it said, the file that it wrote."""

    def run(data):
        source, out = tmp_path / "a.lss", tmp_path / "a.toml"
        source.write_bytes(data)
        done = sipas("questionnaire", "convert", source, "--out", out)
        assert done.kibibytes <= MOST
        said = done.said + done.complaints
        assert "Traceback" not in said, said[-2000:]
        return done.code, said, out

    return run


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(convert, name):
    data, why = REFUSED[name]
    code, said, out = convert(data)
    assert code == 1 and why in said, said[-600:]
    assert not out.exists()


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_read_with_warnings(convert, name):
    code, said, out = convert(READ[name])
    assert code == 0, said[-600:]
    assert "0 errors" in said
    form = load(out)
    words = " ".join(text for q in form.questions for text in q.text.values())
    assert "<" not in words and "alert" not in words
