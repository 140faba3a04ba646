"""Out to LimeSurvey and back: whole with our own table, and what is called kept without it."""

import re
from random import Random
from xml.etree import ElementTree

import pytest

import questionnaires
from questionnaires.conditions import evaluate, route
from questionnaires.document import document
from questionnaires.example import example
from questionnaires.expressions import parse
from questionnaires.trees import names
from survey.exchange.fidelity import DROPPED, KEPT
from survey.exchange.lss.read import read
from survey.exchange.lss.write import write
from survey.exchange.wishes import Wishes
from tests.exchange.lss.made import notes, question, survey
from tests.exchange.lss.test_read import clean
from tests.exchange.test_fidelity import FORMS

OWN_TABLE = re.compile(rb" <sipas>.*?</sipas>\n", re.DOTALL)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_comes_back_whole(name):
    form = questionnaires.load(name)
    data, _ = write(form, Wishes())
    again, report = read(data, "a.lss")
    assert questionnaires.canonical(clean(again)) == questionnaires.canonical(form)
    assert report.of(KEPT) == list(report.notes)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_called_kept_is_said_in_limesurveys_own_tables(name):
    form = questionnaires.load(name)
    data, report = write(form, Wishes())
    again = clean(read(OWN_TABLE.sub(b"", data), "a.lss")[0])
    before, after = parts(document(form)), parts(document(again))
    by_place = {place: (position, table) for position, (place, table) in before.items()}
    renamed = {old.id: new.id for old, new in zip(form.questions, again.questions, strict=True)}
    renamed |= {old.id: new.id for old, new in zip(form.items, again.items, strict=True)} if (
        len(form.items) == len(again.items)) else {}  # fmt: skip
    compared = 0
    for note in report.of(KEPT):
        key = note.feature.split(".")[1]
        position, table = by_place[note.place]
        if key in ("show_when", "holds"):
            alike(form, table[key], after[position][1].get(key, ""), renamed)
        elif key in ("text", "title", "introduction", "hint"):
            words = {one: piped(text, renamed) for one, text in table[key].items()}
            assert after[position][1].get(key) == words, note
        else:
            assert after[position][1].get(key) == table[key], note
        compared += 1
    assert compared > 5


def parts(form):
    """Where each table stands, counted, with its place as reports name it."""
    found = {(): (f"{form['form']}@{form['version']}", form)}
    for s, screen in enumerate(form["screens"]):
        found[s,] = (f"screen {screen['id']}", screen)
        for q, asked in enumerate(screen["questions"]):
            found[s, q] = (asked["id"], asked)
            options, of = asked.get("options", []), asked["id"]
            if "scale" in asked:
                options = form["scales"][asked["scale"]]["options"]
                of = f"scale {asked['scale']}"
            for n, one in enumerate(options):
                found[s, q, "option", n] = (f"{of}, option {one['code']}", one)
            for n, one in enumerate(asked.get("rows", [])):
                found[s, q, "row", n] = (f"{asked['id']}, row {one['number']}", one)
            for n, one in enumerate(asked.get("check", []), 1):
                found[s, q, "check", n] = (f"{asked['id']}, check {n}", one)
    return found


def piped(text, renamed):
    return re.sub(r"\{(\w+)\}", lambda match: f"{{{renamed.get(match[1], match[1])}}}", text)


def alike(form, before, after, renamed):
    """Both hold for the same answers, as far as everything is answered that a check waits for."""
    one = parse(before)
    other = parse(re.sub(r"[a-z][a-z0-9_]*", lambda match: renamed.get(match[0], match[0]), before))
    two = parse(after)
    for seed in range(40):
        values = dict(route(form, example(form, Random(seed), [19333])).values)
        if not set(names(one)) <= set(values) and seed % 2:
            continue
        new = {renamed.get(name, name): value for name, value in values.items()}
        assert evaluate(one, values) == evaluate(other, new)
        assert evaluate(two, new) == evaluate(one, values), (before, after, values)


DOCUMENTED = [
    question("Q01", "L", {"en": "Which?", "vi": "Cái nào?"},
             answers={"A2": {"en": "Two", "vi": "Hai"}, "A1": {"en": "One", "vi": "Một"}},
             other="Y", mandatory="Y",
             attributes={"other_replace_text": {"en": "Else", "vi": "Thứ khác"}}),
    question("Q02", "M", rows={"SQ001": "Seats", "SQ002": "Fans", "none": "Nothing"},
             relevance='Q01.NAOK == "A1"', attributes={"exclude_all_others": "none"}),
    question("Q03", "Y", relevance='(Q01.NAOK == "A1" and Q02_SQ001.NAOK == "Y")',
             help="Yes or no"),
    question("Q04", "N", attributes={"num_value_int_only": "1", "min_num_value_n": "1",
                                     "max_num_value_n": "9",
                                     "suffix": {"en": "days", "vi": "ngày"}}),
    question("Q05", "D", attributes={"date_min": "2026-01-01"}, relevance="!is_empty(Q04.NAOK)"),
    question("Q06", "T"), question("Q07", "X", "Read {Q01.shown} this"),
    question("Q08", "F", rows={"r1": "Fee", "r2": "Time"}, answers={"1": "Bad", "2": "Good"}),
    question("Q09", "A", rows={"a": "One", "b": "Two"}), question("Q10", "B", rows={"1": "One"}),
    question("Q11", "5", relevance='Q08_r1.NAOK == "2"'), question("Q12", "G"),
]  # fmt: skip


def facts(data):
    """What a file says of questions: codes, types, order, words, answers, conditions."""
    root = ElementTree.fromstring(data)
    rows = {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iter("row")]
        for table in root
    }
    said = {}
    for table, key in (("question_l10ns", "qid"), ("answer_l10ns", "aid")):
        for row in rows.get(table, []):
            words = {k: v for k, v in row.items() if k not in ("id", key, "language") and v}
            said.setdefault((key, row[key]), {})[row["language"]] = words
    codes = {row["qid"]: row["title"] for row in rows["questions"]}
    asked = [
        (codes.get(row["parent_qid"], ""), row["title"], row["type"], row["mandatory"] or "N",
         row["other"], row["relevance"], said["qid", row["qid"]])
        for row in rows["questions"] + rows["subquestions"]
    ]  # fmt: skip
    answers = [(codes[row["qid"]], row["code"], said["aid", row["aid"]]) for row in rows["answers"]]
    attributes = {(codes[row["qid"]], row["attribute"], row["language"], row["value"])
                  for row in rows["question_attributes"]}  # fmt: skip
    groups = [(row["group_name"], row["description"]) for row in rows["group_l10ns"]]
    return asked, answers, attributes, groups


def test_a_survey_of_the_documented_set_goes_out_as_it_came_in():
    data = survey(("First", *DOCUMENTED[:6]), ("Second", *DOCUMENTED[6:]))
    form = clean(read(data, "a.lss")[0])
    written, _ = write(form, Wishes())
    before, after = facts(data), facts(written)
    assert after[0] == before[0]
    assert after[1] == before[1]
    assert after[2] == before[2]
    assert after[3] == before[3]


def test_what_is_added_to_a_survey_is_told():
    data = survey(("First", *DOCUMENTED[:6]), ("Second", *DOCUMENTED[6:]))
    plain = notes(read(data, "a.lss")[1], DROPPED)
    more = survey(
        ("First", *DOCUMENTED[:6], question("Q99", "|")), ("Second", *DOCUMENTED[6:]),
        tables={"quota": [{"id": "1"}]}, settings={"ipaddr": "Y"},
    )  # fmt: skip
    told = notes(read(more, "a.lss")[1], DROPPED)
    assert set(told) - set(plain) == {
        "Q99", "Q99 type", "Q99 question (en)", "Q99 question (vi)", "quota 1", "survey ipaddr",
    }  # fmt: skip


def test_what_a_form_no_longer_says_leaves_the_report():
    form = questionnaires.load("one-stop-ward@1")
    told = {note.feature for note in write(form, Wishes())[1].notes}
    assert {"scale.satisfied", "factor.items", "form.remark"} <= told
    small = questionnaires.load(next(name for name in FORMS if name.endswith("text.toml")))
    assert "factor.items" not in {note.feature for note in write(small, Wishes())[1].notes}


def test_a_file_that_was_changed_is_read_from_its_own_tables():
    data, _ = write(questionnaires.load("one-stop-ward@1"), Wishes())
    changed = data.replace("Một cửa".encode(), b"X", 1).replace(b"<format><![CDATA[G", b"<format>"
                                                                b"<![CDATA[A")  # fmt: skip
    form, report = read(changed, "a.lss")
    assert form["paging"] == "one-page" and "factors" not in form
    [told] = [n for n in report.notes if n.feature == "sipas"]
    assert told.outcome == DROPPED and "changed since" in told.why
    for broken in (b"{", b"[]", b"[" * 90_000):
        assert clean(read(re.sub(rb"(<form><!\[CDATA\[).*?(\]\]>)", rb"\g<1>" + broken + rb"\2",
                                 data, count=1), "a.lss")[0])  # fmt: skip
