"""What is written is what LimeSurvey's documentation says a survey file is, element by element.

The program itself was not to be had: these tests stand in its place.
"""

import re
from xml.etree import ElementTree

import pytest

import questionnaires
from questionnaires.checks import SHAPES
from survey.exchange.lss import codes
from survey.exchange.lss.fates import fates
from survey.exchange.lss.script import Call, Variable, parse
from survey.exchange.lss.scripting import codes_of
from survey.exchange.lss.write import write
from survey.exchange.wishes import Wishes
from tests.exchange.lss import documented
from tests.exchange.test_fidelity import FORMS


@pytest.fixture(scope="module", params=FORMS)
def written(request):
    form = questionnaires.load(request.param)
    data, report = write(form, Wishes())
    return form, data, report


@pytest.fixture
def tables(written):
    root = ElementTree.fromstring(written[1])
    return {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iter("row")]
        for table in root if table.find("rows") is not None
    }  # fmt: skip


def test_the_file_begins_as_the_import_asks(written):
    form, data, _ = written
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<document>')
    root = ElementTree.fromstring(data)
    assert root.findtext("LimeSurveyDocType") == "Survey"
    assert int(root.findtext("DBVersion")) >= 400, "words stand in tables of their own"
    assert {one.text for one in root.findall("languages/language")} == set(form.languages)


def test_every_table_and_field_is_a_documented_one_with_a_value_it_may_have(written, tables):
    root = ElementTree.fromstring(written[1])
    for name, rows in tables.items():
        if name == documented.OWN:
            continue
        fields = documented.TABLES[name]
        named = [one.text for one in root.findall(f"{name}/fields/fieldname")]
        assert set(named) == set(fields), name
        for row in rows:
            assert list(row) == named, "each row has the fields, in their order"
            for field, value in row.items():
                assert value == "" or fields[field].fullmatch(value), (name, field, value)
            for field in documented.NEEDED[name]:
                assert row[field], (name, field)


def test_every_row_belongs_to_something_that_is_there(written, tables):
    form, _, _ = written
    [survey] = tables["surveys"]
    gids = {row["gid"] for row in tables["groups"]}
    mains = {row["qid"]: row for row in tables["questions"]}
    subs = tables.get("subquestions", [])
    aids = {row["aid"]: row for row in tables.get("answers", [])}
    assert {row["sid"] for row in [*tables["groups"], *mains.values(), *subs]} == {survey["sid"]}
    assert {row["gid"] for row in mains.values()} <= gids
    assert all(row["parent_qid"] == "0" for row in mains.values())
    assert all(mains[row["parent_qid"]]["gid"] == row["gid"] for row in subs)
    assert all(row["qid"] in mains for row in [*aids.values(), *tables["question_attributes"]]
               ) if "question_attributes" in tables else True  # fmt: skip
    asked = [*mains, *(row["qid"] for row in subs)]
    assert len(asked) == len(set(asked))
    for table, key, keys in (("group_l10ns", "gid", gids), ("question_l10ns", "qid", set(asked)),
                             ("answer_l10ns", "aid", set(aids))):  # fmt: skip
        found = [(row[key], row["language"]) for row in tables.get(table, [])]
        assert sorted(found) == sorted((id, one) for id in keys for one in form.languages), table


def test_codes_are_unique_where_they_must_be(tables):
    titles = [row["title"] for row in tables["questions"]]
    assert len(titles) == len(set(titles)) and not set(titles) & documented.NOT_TITLES
    rows = [(row["parent_qid"], row["title"].casefold()) for row in tables.get("subquestions", [])]
    assert len(rows) == len(set(rows)) and not {title for _, title in rows} & {"other", "time"}
    answers = [(row["qid"], row["code"]) for row in tables.get("answers", [])]
    assert len(answers) == len(set(answers))


def test_each_type_has_the_rows_answers_and_attributes_that_belong_to_it(tables):
    mains = {row["qid"]: row for row in tables["questions"]}
    for row in tables.get("subquestions", []):
        assert mains[row["parent_qid"]]["type"] in documented.ROWS_IN
    with_answers = {row["qid"] for row in tables.get("answers", [])}
    for qid, row in mains.items():
        assert (qid in with_answers) == (row["type"] in documented.ANSWERS_IN), row["title"]
        assert row["other"] == "N" or row["type"] in documented.OTHER_IN
    for row in tables.get("question_attributes", []):
        types, value, worded = documented.ATTRIBUTES[row["attribute"]]
        assert mains[row["qid"]]["type"] in types, row
        assert value.fullmatch(row["value"]), row
        assert bool(row["language"]) == worded, row


def test_expressions_name_variables_and_functions_that_are_there(tables):
    mains = {row["qid"]: row for row in tables["questions"]}
    known = {row["title"] for row in mains.values()}
    known |= {f"{row['title']}_other" for row in mains.values() if row["other"] == "Y"}
    known |= {f"{mains[row['parent_qid']]['title']}_{row['title']}"
              for row in tables.get("subquestions", [])}  # fmt: skip
    texts = [row[key] for table, key in (("groups", "grelevance"), ("questions", "relevance"),
                                         ("subquestions", "relevance"))
             for row in tables.get(table, [])]  # fmt: skip
    texts += [row["value"] for row in tables.get("question_attributes", [])
              if row["attribute"] == "em_validation_q"]  # fmt: skip
    texts += [one for row in tables["question_l10ns"] + tables["group_l10ns"]
              for text in row.values() for one in re.findall(r"\{([^{}]+)\}", text)]  # fmt: skip
    for text in texts:
        for node in inside(parse(text)):
            if isinstance(node, Variable):
                assert node.name in known, text
            if isinstance(node, Call):
                assert node.name in documented.FUNCTIONS, text


def inside(tree):
    yield tree
    for part in vars(tree).values():
        for one in part if isinstance(part, tuple) else [part]:
            if hasattr(one, "__dataclass_fields__"):
                yield from inside(one)


def test_nothing_of_the_person_is_switched_on(tables):
    [survey] = tables["surveys"]
    assert survey["anonymized"] == "Y"
    for field in ("ipaddr", "refurl", "datestamp", "savetimings", "usetokens", "publicstatistics"):
        assert survey[field] == "N", field


def test_every_key_of_the_format_has_a_fate():
    form = questionnaires.load("one-stop-ward@1")
    inner = {"form.scales", "form.screens", "form.factors", "scale.options", "screen.questions",
             "question.options", "question.rows", "question.check", "factor.children"}  # fmt: skip
    every = {f"{shape}.{key}" for shape, keys in SHAPES.items() for key in keys} - inner
    assert every <= set(fates(form, codes_of(form)))


def test_codes_follow_the_rules_of_limesurvey():
    assert codes.as_question("Q01", "fee", ()) == "Q01"
    assert codes.as_question("1Q", "home_town", ()) == "hometown"
    assert codes.as_question("", "home_town", {"hometown"}) == "hometownx2"
    assert codes.as_question("this", "that", ()) == "thatx2"
    assert codes.as_question("", "a" * 30, {"a" * 20}) == "a" * 16 + "x2"
    assert codes.as_row("SQ001", 3, ()) == "SQ001"
    assert codes.as_row("other", 3, ()) == codes.as_row("a b", 3, ()) == "3"
    assert codes.as_row("sq001", 3, {"SQ001"}) == "3"
    assert codes.as_answer("A1", 5, ()) == "A1"
    assert codes.as_answer("toolong", 5, {"5"}) == "5x2"
