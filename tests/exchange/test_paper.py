"""A paper form says everything that it has to say, safely, and tells on each page what it is."""

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

import questionnaires
from questionnaires.features import PIPE
from survey.exchange.fidelity import APPROXIMATED, DROPPED
from survey.exchange.paper import PaperTooLong, mark, png, sheet, write
from survey.exchange.paper.numbers import labels, letters
from survey.exchange.wishes import Wishes
from tests.exchange.test_every_format import WHOLE
from tests.exchange.test_fidelity import FORMS
from tests.exchange.test_schema import KINDS

NAMES = [*FORMS, str(WHOLE)]


@cache
def printed(name, language):
    wishes = Wishes(language, "qt-2026-q3", "Quý III", "Sở Nội vụ", "điện thoại 0233 385 200")
    return read(write(questionnaires.load(name), wishes)[0])


def read(pdf):
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def pieces(words, language):
    """A wording as it can be found on paper: without what stands for an earlier answer."""
    return [re.sub(r"\s+", "", part) for part in PIPE.split(words.get(language, ""))[::2]]


def wordings(form):
    yield from (form.title, form.introduction)
    for screen in form.screens:
        yield from (screen.title, screen.introduction)
        for question in screen.questions:
            yield from (question.text, question.hint, question.unit, question.picture_alt)
            yield from (one.text for one in (*question.options, *question.rows))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES, ids=lambda one: Path(one).stem)
def test_every_wording_stands_on_the_paper(name, language):
    form = questionnaires.load(name)
    whole = "".join(printed(name, language))
    missing = [p for w in wordings(form) for p in pieces(w, language) if p not in whole]
    assert missing == []
    for item in form.items:
        shown = item.question_id if form.by_question[item.question_id].choices else item.id
        assert shown in whole
    for section in questionnaires.notice(form.notice).sections:
        assert pieces(section.heading, language)[0] in whole


@pytest.mark.parametrize("name", NAMES, ids=lambda one: Path(one).stem)
def test_each_page_says_what_it_is(name):
    form = questionnaires.load(name)
    pages = printed(name, "vi")
    for number, page in enumerate(pages, 1):
        assert f"{form.name}·{questionnaires.sha256(form)[:8]}·Mãđợt:qt-2026-q3" in page
        assert f"Trang{number}/{len(pages)}" in page


def test_a_question_stands_whole_on_one_page():
    """Wording and the last option, of every question with at most a dozen options."""
    for name in questionnaires.shipped():
        form = questionnaires.load(name)
        pages = printed(name, "vi")
        for question in form.questions:
            if question.kind == "single" and len(question.options) <= 12:
                parts = [pieces(question.text, "vi")[0], pieces(question.options[-1].text, "vi")[0]]
                assert any(all(part in page for part in parts) for page in pages), question.id


def test_it_is_a4_tagged_and_the_same_every_time():
    form = questionnaires.load("one-stop-ward@1")
    pdf, _ = write(form, Wishes())
    assert pdf == write(form, Wishes())[0]
    reader = PdfReader(BytesIO(pdf))
    assert {tuple(round(float(n)) for n in page.mediabox[2:]) for page in reader.pages} == {
        (595, 842)
    }
    assert reader.metadata.title == form.title["vi"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/Lang"] == "vi"


def test_words_are_never_read_as_typst():
    nasty = '#panic("a") *b* _c_ $d$ \\e @f <g> = h // i ]'
    text = KINDS.replace('"Một"', json.dumps(nasty.replace("<g>", ""))).replace(
        '"Mọi loại câu hỏi"', json.dumps("#eval(1) [x")
    )
    form = questionnaires.parse(text, "nasty.toml")
    wishes = Wishes("vi", '#"c"', "*r*", "#organiser", "`raw`")
    whole = "".join(read(write(form, wishes)[0]))
    for one in (nasty.replace("<g>", ""), "#eval(1) [x", '#"c"', "*r*", "#organiser", "`raw`"):
        assert re.sub(r"\s+", "", one) in whole


def test_options_that_are_no_columns_stand_under_each_row():
    options = ", ".join(
        f'{{code = {n}, text = {{vi = "Mức {n} trên thang điểm", en = "Point {n} of the scale"}}}}'
        for n in range(1, 12)
    )
    text = re.sub(r"options = \[\n  \{code = 1, text.*?\n\]", f"options = [{options}]", KINDS,
                  count=1, flags=re.S)  # fmt: skip
    form = questionnaires.parse(text, "long.toml")
    [block] = [b for b in sheet(form, Wishes())["parts"][0]["blocks"] if b["kind"] == "rows"]
    assert [row["item"] for row in block["rows"]] == ["c1_1", "c1_2"]
    assert len(block["options"]) == 11
    assert "".join(read(write(form, Wishes())[0])).count("Mức11trênthangđiểm") == 2


def test_a_blank_line_stands_where_no_organiser_is_known():
    form = questionnaires.load("one-stop-ward@1")
    assert sheet(form, Wishes())["notice"]["summary"].startswith("......")
    assert "thử" not in "".join(read(write(form, Wishes())[0])[0])
    assert "Bảndùngthử" in read(write(form, Wishes(simulated=True))[0])[0]


def test_the_small_code_holds_form_hash_and_round():
    form = questionnaires.load("one-stop-ward@1")
    digest = questionnaires.sha256(form)[:8]
    assert mark(form, Wishes(round_code="qt-2026")) == f"SIPAS1;one-stop-ward@1;{digest};qt-2026"


def test_questions_are_numbered_through_or_by_part():
    through = labels(questionnaires.load("one-stop-ward@1"))
    assert list(through.values()) == [str(n) for n in range(1, 13)]
    by_part = labels(questionnaires.load("sipas-2022@1"))
    assert by_part["sex"] == "A1" and by_part["c1"] == "B1"
    assert [letters(n) for n in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]


def test_what_paper_cannot_do_is_told():
    _, report = write(questionnaires.load(WHOLE), Wishes())
    told = {(n.feature, n.place): n.outcome for n in report.notes}
    assert told["check.holds", "trips, check 1"] == DROPPED
    assert told["question.show_when", "trips"] == APPROXIMATED
    assert told["question.text", "result"] == APPROXIMATED
    assert told["question.audio", "fee"] == DROPPED


def test_pages_can_be_looked_at():
    [first, *_rest] = png(questionnaires.load("one-stop-ward@1"), Wishes())
    assert first.startswith(b"\x89PNG")


def test_a_form_that_nobody_could_answer_on_paper_is_refused():
    head, question = (
        KINDS.split("questions = [")[0],
        '[[screens.questions]]\nid = "q%d"\n'
        + ('kind = "yesno"\ntext = {vi = "Một", en = "One"}\n'),
    )
    text = head + "".join(question % number for number in range(501))
    with pytest.raises(PaperTooLong, match="501 questions; a paper form has at most 500"):
        write(questionnaires.parse(text, "long.toml"), Wishes())
