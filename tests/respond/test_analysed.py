"""Before anybody is asked, staff read what will become of each answer, in the plan's numbers."""

import csv
import tomllib
from dataclasses import replace
from html import unescape
from io import StringIO
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

import questionnaires
from analysis import estimate, read_plan
from questionnaires.example import example
from questionnaires.methods import method, plan
from survey.calendar import clock
from survey.fieldwork.catalogue import method_ids, misfit
from survey.fieldwork.drafts import write_draft
from survey.respond.preview.analysed import Worked, toml_of
from survey.respond.preview.effort import effort
from survey.respond.preview.explained import tally, weights
from survey.respond.preview.numbers import figures
from tests.fieldwork.places import settle
from tests.staff.conftest import Desk, person

FOLDER = Path(__file__).parents[1] / "questionnaires" / "feature_forms"
SHIPPED = sorted(questionnaires.shipped())
PAIRS = [
    (name, id)
    for name in SHIPPED
    for id in method_ids()
    if not misfit(questionnaires.load(questionnaires.shipped()[name]), id)
]


@pytest.fixture
def analyst(app):
    database = app.extensions["sipas.database"]
    with database.write() as session:
        settle(session)
        staff = person(session, "phan.tich", ("analyst", None), now=clock())
    return Desk(app, database).enter(staff).client


def load(name: str) -> questionnaires.Questionnaire:
    return questionnaires.load(questionnaires.shipped()[name])


def drafted(app, name: str, text: str | None = None) -> str:
    """A feature form as a draft; its address."""
    text = text or (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    form = tomllib.loads(text)
    full = f"{form['form']}@{form['version']}"
    write_draft(app.extensions["sipas.database"].settings.data, full, text, expected=None)
    return f"/desk/questionnaires/{full}/analysis"


def read(client, path: str, language: str = "en") -> str:
    """The words of a page that is there."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("scoring", ["share", "mean"])
@pytest.mark.parametrize("index", ["pooled-items", "mean-of-factors"])
@pytest.mark.parametrize(("name", "id"), PAIRS)
def test_the_worked_index_is_what_anybody_counts_by_hand(name, id, scoring, index):
    form = load(name)
    by = replace(method(id), scoring=scoring, index=index)
    top = form.rated[0].scale.top

    def score(one):
        return one.satisfied if scoring == "share" else one.points / top

    for seed in range(3):
        answers = example(form, Random(seed))
        tallies = [tally(leaf.all_items, form, answers) for leaf in form.leaves]
        tallies = [one for one in tallies if one.answered]
        if index == "pooled-items":
            expected = sum(map(score, tallies)) / sum(one.answered for one in tallies)
        else:
            expected = sum(score(one) / one.answered for one in tallies) / len(tallies)
        assert figures(plan(form, by), answers)["index"] == pytest.approx(expected, abs=1e-12)


def index_of(made, answers: list[dict[str, int]]) -> list[float]:
    """The index of each of some people, by a plan."""
    index = {**made["estimate"][-1], "by": ["who"]}
    items = [item for group in index["groups"] for item in group["of"]]
    columns = {item: pa.array([one[item] for one in answers], pa.int8()) for item in items}
    table = pa.table({**columns, "who": pa.array(range(len(answers)), pa.int32())})
    found = {row.by["who"]: row.value for row in estimate({"estimate": [index]}, table)}
    return [found[who] for who in range(len(answers))]


@pytest.mark.parametrize("scoring", ["share", "mean"])
@pytest.mark.parametrize("index", ["pooled-items", "mean-of-factors"])
@pytest.mark.parametrize(("name", "id"), PAIRS)
def test_the_weight_of_an_item_is_what_it_adds_to_the_index(name, id, scoring, index):
    form = load(name)
    made = plan(form, replace(method(id), scoring=scoring, index=index))
    told = weights(form, index)
    assert sum(told.values()) == pytest.approx(1)
    none, every = dict.fromkeys(told, 1), dict.fromkeys(told, 5)
    people = [none, every, *({**none, item: 5} for item in told)]
    least, most, *each = index_of(made, people)
    for item, value in zip(told, each, strict=True):
        assert (value - least) / (most - least) == pytest.approx(told[item])


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("name", "id"), PAIRS)
def test_the_page_of_a_shipped_form_names_each_item_with_what_it_counts_for(
    analyst, name, id, language
):
    form = load(name)
    page = read(analyst, f"/desk/questionnaires/{name}/analysis?method={id}", language)
    for item in form.rated:
        assert item.label[language] in page
    assert method(id).note[language] in page or method(id).known
    assert form.factors[0].label[language] in page
    for indicator in questionnaires.indicators():
        if indicator.in_form(name):
            assert indicator.id in page
    if method(id).index == "pooled-items":
        answers = example(form, Random(1))
        rated = tally([item.id for item in form.rated], form, answers)
        assert f"{rated.satisfied} ÷ {rated.answered} = " in page


def test_seven_satisfied_answers_of_nine_make_an_index_of_77_78_percent(app):
    form, by = load("one-stop-ward@1"), method("counter-form")
    answers = {f"q{n}": 5 if n < 8 else 2 for n in range(1, 10)}
    with app.test_request_context("/?lang=en"):
        assert Worked(form, by, answers).sentence == (
            "7 of 9 answers are satisfied: 7 ÷ 9 = 77.78%."
        )
    with app.test_request_context("/?lang=en"):
        assert "no index" in Worked(form, by, {}).sentence


@pytest.mark.parametrize(("name", "id"), PAIRS)
def test_the_plan_downloaded_makes_the_figures_of_the_page(analyst, tmp_path, name, id):
    form = load(name)
    answer = analyst.get(f"/desk/questionnaires/{name}/analysis/plan.toml?method={id}&lang=en")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (
        text.startswith("# How ")
        and tomllib.loads(text)["estimate"][:3] == (plan(form, method(id))["estimate"])
    )
    answers = example(form, Random(1))
    written = StringIO()
    table = csv.writer(written)
    codes = [item.id for item in form.items if not item.wide]
    table.writerow(codes)
    table.writerow([answers.get(item, 0) for item in codes])
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    (tmp_path / "data.csv").write_text(written.getvalue(), encoding="utf-8")
    rows = list(estimate(read_plan(tmp_path / "plan.toml"), tmp_path / "data.csv"))
    [index] = [row.value for row in rows if row.of == "index"]
    assert index == figures(plan(form, method(id)), answers)["index"]
    told = {row.of for row in rows if row.estimate > 2}
    assert told <= {item.id for item in form.items if not item.rated}


def test_a_plan_has_a_distribution_for_each_way_of_not_answering(app):
    form = questionnaires.load(FOLDER / "no_opinion.toml")
    with app.test_request_context("/"):
        made = tomllib.loads(toml_of(form, method("counter-form")))["estimate"]
    for block in made[3:]:
        assert block["kind"] == "distribution"
        for item in block["of"]:
            assert block["missing"] == [0, *form.by_id[item].scale.missing]


def test_a_form_that_rates_nothing_has_distributions_and_no_plan(app, analyst):
    path = drafted(app, "number")
    page = read(analyst, path)
    assert "it rates nothing" in page and "for an analysis of one's own" in page
    assert "int32" in page and "Download the analysis plan" not in page
    assert analyst.get(f"{path}/plan.toml").status_code == 404


def test_words_are_in_no_column_and_are_named_as_kept_apart(app, analyst):
    page = read(analyst, drafted(app, "other"))
    apart = page[page.index("Kept apart from the answers") :]
    assert apart.count("What is written beside") == 2
    columns = page[page.index("The columns of a snapshot") : page.index("Kept apart from")]
    assert "need_1" in columns and "-other" not in columns


def test_what_is_personal_is_told_with_its_reason_and_its_end(app, analyst):
    page = read(analyst, drafted(app, "private"))
    private = page[page.index("Questions about the person") :]
    assert "Luật 91/2025/QH15, Điều 9" in private and "24 months" in private
    assert private.count("not said") == 2  # of the question about a disability
    assert "Did you wait in this room?" not in private


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_feature_form_is_explained_in_both_languages(app, analyst, path):
    address = drafted(app, path.stem)
    form = questionnaires.load(path)
    for language in ("vi", "en"):
        page = read(analyst, f"{address}?seed=5", language)
        assert form.title[language] in page
        for item in form.items:
            assert f">{item.id}<" in page


def test_a_reading_is_counted_word_by_word():
    form = questionnaires.load(FOLDER / "piping.toml")
    made = effort(form, "en", form.by_question)
    # titles 2 + 2, introduction 6, questions 5 + 3 + 7 + 6 + 3, a hint of 5, a unit of 1,
    # options 3 + 3 and 2 + 2, yes and no; an answer that is repeated counts as one word
    assert (made.answers, made.screens) == (5, 2)
    assert made.words == 2 + 2 + 6 + 5 + 3 + 7 + 6 + 3 + 5 + 1 + 6 + 4 + 2
    assert made.minutes == pytest.approx(made.words / 180 + 5 * 3 / 60)
    assert effort(form, "en", ["service"]).screens == 1
    whole = load("sipas-2022@1")
    least = effort(whole, "vi", whole.by_question)
    assert least.answers == sum(len(q.rows) or q.kind != "note" for q in whole.questions)


def test_a_form_of_two_thousand_ratings_is_explained_without_an_example(app, analyst):
    head, scale = (FOLDER / "grid.toml").read_text(encoding="utf-8").split("[[screens]]")[0], "s"
    options = "".join(
        f'[[scales.{scale}.options]]\ncode = {code}\ntext.vi = "M{code}"\ntext.en = "L{code}"\n'
        for code in (1, 2)
    )
    asked = "".join(
        f'[[screens.questions]]\nid = "q{n}"\nkind = "rating"\nscale = "s"\n'
        f'text.vi = "Câu {n}"\ntext.en = "Question {n}"\n'
        for n in range(2000)
    )
    items = ", ".join(f'"q{n}"' for n in range(2000))
    text = (
        f"{head}\n[scales.{scale}]\nsatisfied = [2]\n{options}"
        f'[[screens]]\nid = "s"\ntitle.vi = "Trang"\ntitle.en = "Page"\n{asked}'
        f'[[factors]]\nid = "all"\nlabel.vi = "Cả"\nlabel.en = "All"\nitems = [{items}]\n'
    )
    page = read(analyst, drafted(app, "grid", text))
    assert "The form rates 2000 items" in page and "0.05%" in page


def test_a_broken_draft_is_told_instead(app, analyst):
    text = (FOLDER / "text.toml").read_text(encoding="utf-8").replace('"text"', '"essay"')
    answer = analyst.get(drafted(app, "text", text) + "?lang=en")
    assert answer.status_code == 422
    assert "essay" in answer.get_data(as_text=True)
