"""An XForm is whole in itself, and asks after the same answers what this platform asks."""

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from lxml import etree

import questionnaires
from questionnaires.conditions import holds, offered, route
from questionnaires.document import document
from questionnaires.example import example
from survey.exchange.fidelity import APPROXIMATED, DROPPED
from survey.exchange.wishes import Wishes
from survey.exchange.xform import told, write
from survey.exchange.xlsform.naming import Naming, choices_of
from tests.exchange.test_every_format import WHOLE
from tests.exchange.test_fidelity import FORMS

NS = {"x": "http://www.w3.org/2002/xforms", "jr": "http://openrosa.org/javarosa"}
EVERY = [*FORMS, str(WHOLE)]
SEEDS = 12


@cache
def made(name):
    return etree.fromstring(write(questionnaires.load(name), Wishes())[0])


def functions():
    """The XForms functions in our conditions; days are numbers on both sides."""

    def text(value):
        if isinstance(value, list):
            value = value[0] if value else ""
        return value if isinstance(value, str) else value.text or ""

    found = {
        "selected": lambda _, asked, code: code in text(asked).split(),
        "count-selected": lambda _, asked: float(len(text(asked).split())),
        "date": lambda _, day: float(text(day).replace("-", "")),
        "if": lambda _, condition, one, other: one if condition else other,
    }
    return {(None, name): act for name, act in found.items()}


def paths(root):
    """Name of a node of the instance to its path."""
    [data] = root.xpath("//x:model/x:instance[1]/*", namespaces=NS)
    tree = data.getroottree()
    at = tree.getpath(data)
    nodes = [one for one in data.iter() if isinstance(one.tag, str) and one is not data]
    found = {etree.QName(one).localname: [] for one in nodes}
    for one in nodes:
        parts = [etree.QName(up).localname for up in (*reversed(list(one.iterancestors())), one)]
        found[parts[-1]].append("/" + "/".join(parts[parts.index("data") :]))
    assert at and all(len(there) == 1 for there in found.values()), "a name stands twice"
    return {name: there[0] for name, there in found.items()}


def filled(form, root, answers):
    """The instance with these answers, without namespaces, as its paths are read."""
    table = document(form)
    naming = Naming(table)
    asked = {q["id"]: q for screen in table["screens"] for q in screen["questions"]}
    values = {}
    for question in form.questions:
        names = choices_of(asked[question.id], table.get("scales", {}))
        given = {item.id: answers[item.id] for item in question.items if item.id in answers}
        if question.kind == "multiple":
            chosen = [o.code for o in question.choices if given.get(f"{question.id}_{o.code}") == 1]
            values[naming.questions[question.id]] = " ".join(names[code] for code in chosen)
        elif question.kind == "grid":
            for row in question.rows:
                code = given.get(f"{question.id}_{row.number}")
                values[naming.rows[question.id][row.number]] = names.get(code, "")
        elif given:
            [value] = given.values()
            values[naming.questions[question.id]] = str(names.get(value, value))
    top = etree.Element("data")
    for name, path in paths(root).items():
        node = top
        for part in path.split("/")[2:]:
            below = node.find(part)
            node = etree.SubElement(node, part) if below is None else below
        if not len(node):
            node.text = values.get(name, "")
    return top, naming


@pytest.mark.parametrize("name", EVERY, ids=lambda one: Path(one).stem)
def test_everything_that_is_asked_is_bound_and_said_in_every_language(name):
    form, root = questionnaires.load(name), made(name)
    known = set(paths(root).values())
    bound = {one.get("nodeset") for one in root.iterfind(".//x:bind", NS)}
    asked = {
        one.get("ref") for one in root.xpath("//x:input|//x:select|//x:select1", namespaces=NS)
    }
    assert asked <= bound <= known
    spoken = root.findall(".//x:itext/x:translation", NS)
    ids = [{text.get("id") for text in one.iterfind("x:text", NS)} for one in spoken]
    assert len(spoken) == len(form.languages) and all(one == ids[0] for one in ids)
    wanted = set(re.findall(r"jr:itext\('([^']+)'\)", etree.tostring(root, encoding="unicode")))
    wanted |= {one.text for one in root.iterfind(".//x:itextId", NS)}
    assert wanted <= ids[0]
    assert not root.xpath("//*[starts-with(local-name(), 'sipas_') and not(text())]")


@pytest.mark.parametrize("name", EVERY, ids=lambda one: Path(one).stem)
def test_after_the_same_answers_the_same_is_asked(name):
    form, root = questionnaires.load(name), made(name)
    relevant = {b.get("nodeset"): b.get("relevant") for b in root.iterfind(".//x:bind", NS)}
    where = paths(root)
    for seed in range(SEEDS):
        answers = example(form, Random(seed), (18880, 19363))
        data, naming = filled(form, root, answers)
        values = route(form, answers).values

        def asks(named, data=data):
            condition = relevant.get(where[named])
            return condition is None or bool(data.xpath(condition, extensions=functions()))

        for screen in form.screens:
            assert asks(naming.screens[screen.id]) == holds(screen.show_when, values), screen.id
            for question in screen.questions:
                shown = asks(naming.questions[question.id])
                assert shown == holds(question.show_when, values), question.id


@pytest.mark.parametrize("name", EVERY, ids=lambda one: Path(one).stem)
def test_the_same_options_are_offered_and_what_was_answered_is_allowed(name):
    form, root = questionnaires.load(name), made(name)
    where = paths(root)
    sets = {one.getparent().get("ref"): one for one in root.iterfind(".//x:itemset", NS)}
    constraint = {b.get("nodeset"): b.get("constraint") for b in root.iterfind(".//x:bind", NS)}
    for seed in range(SEEDS):
        answers = example(form, Random(seed), (18880, 19363))
        data, naming = filled(form, root, answers)
        values = route(form, answers).values
        for question in form.questions:
            path = where[naming.questions[question.id]]
            if question.kind in ("single", "multiple"):
                items = choices(root, data, sets[path].get("nodeset"))
                assert len(items) == len(offered(question, values)), question.id
            [node] = data.xpath(path)
            if constraint.get(path) and node.text and "today()" not in constraint[path]:
                assert node.xpath(constraint[path], extensions=functions()), question.id


ITEMS = re.compile(r"instance\('([^']+)'\)/root/item(?:\[(.*)\])?")


def choices(root, data, nodeset):
    """The items of an itemset that its predicate lets through."""
    name, predicate = ITEMS.fullmatch(nodeset).groups()
    items = root.xpath(f"//x:instance[@id='{name}']/x:root/x:item", namespaces=NS)
    return [one for one in items if predicate is None or lets_through(one, data, predicate)]


def lets_through(item, data, predicate):
    own = {etree.QName(one).localname: one.text for one in item}
    words = re.sub(r"\bsipas_\w+", lambda one: repr(own[one[0]]), predicate)
    return bool(data.xpath(words, extensions=functions()))


def test_some_answers_lead_each_way():
    """So that the tests above can fail."""
    told = set()
    form, root = questionnaires.load(WHOLE), made(str(WHOLE))
    [when] = root.xpath("//x:bind[@nodeset='/data/second']/@relevant", namespaces=NS)
    for seed in range(SEEDS):
        data, _ = filled(form, root, example(form, Random(seed), (18880,)))
        told.add(data.xpath(when, extensions=functions()))
    assert told == {True, False}


def test_what_an_xform_has_no_place_for_is_told():
    form = questionnaires.load(WHOLE)
    _, report = write(form, Wishes())
    assert report == told(form)
    notes = {(n.feature, n.place): n for n in report.notes}
    assert notes["factor.items", "factor money"].outcome == DROPPED
    assert notes["form.remark", "whole@1"].outcome == DROPPED
    assert notes["form.title", "whole@1"].outcome == APPROXIMATED
    assert "“Ông/Bà" not in notes["form.title", "whole@1"].why
    assert not any("sheet" in n.why or "column" in n.why for n in report.notes)


def test_the_title_is_in_the_language_asked_for_and_the_bytes_are_the_same_every_time():
    form = questionnaires.load(WHOLE)
    english = write(form, Wishes("en"))[0]
    assert b"<h:title>A questionnaire with everything</h:title>" in english
    assert english == write(form, Wishes("en"))[0]
