"""Only answers of the form are ever stored, whatever is sent."""

from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from questionnaires import load, shipped
from survey.respond.form import answer_form
from survey.respond.submission import (
    Place,
    Submission,
    SubmissionFault,
    canonical,
    check_answers,
    parse,
    read_json,
)

FORMS = {name: load(name) for name in shipped()}
CODES = st.integers(-1, 130)


def full(form):
    """An answer to every item, the first of each scale."""
    answers = {item.id: item.codes[0] for item in form.items}
    for question in form.questions:
        if question.kind == "multiple":
            answers |= {item.id: 2 for item in question.items[1:]}
    return answers


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_shipped_form_takes_a_full_and_a_shortest_answer(name):
    form = FORMS[name]
    check_answers(form, full(form))
    check_answers(form, {i.id: i.codes[-1] for i in form.items if i.required})


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_a_page_stores_is_what_a_device_would_send(app, name):
    form = FORMS[name]
    typed = MultiDict()
    for question in form.questions:
        if question.kind == "multiple":
            typed.add(question.id, str(question.options[0].code))
        else:
            typed.update({item.id: str(item.codes[0]) for item in question.items})
    with app.test_request_context():
        made = answer_form(form.questions, "vi")(typed)
        assert made.check(form.questions)
        assert made.answers() == full(form)


@given(st.data())
def test_a_random_answer_is_taken_only_when_every_code_is_on_its_scale(data):
    form = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]
    ids = st.sampled_from([item.id for item in form.items] + ["q99", "c2_77"])
    changes = data.draw(st.dictionaries(ids, CODES, max_size=5))
    answers = {**full(form), **changes}
    try:
        check_answers(form, answers)
    except SubmissionFault as fault:
        assert str(fault).startswith("answers.")
        return
    for item, code in answers.items():
        assert code == 0 or code in form.by_id[item].codes


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_random_page_never_crashes_and_gives_only_codes_of_the_form(app, data):
    form = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]
    names = st.sampled_from([q.id for q in form.questions] + [i.id for i in form.items] + ["data"])
    values = st.sampled_from(["0", "1", "5", "9", "-1", "٣", "1.0", "", " 1"]) | st.text(max_size=9)
    typed = MultiDict(data.draw(st.lists(st.tuples(names, values), max_size=40)))
    with app.test_request_context():
        made = answer_form(form.questions, data.draw(st.sampled_from(["vi", "en"])))(typed)
        made.check(form.questions)
        for item, code in made.answers().items():
            assert code in form.by_id[item].codes
        carried = MultiDict(made.typed())
        assert answer_form(form.questions, "vi")(carried).answers() == made.answers()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ["id", "round", "version", "place", "field", "mode", "assisted", "language", "answers",
        "seconds", "device", "seq", "outcome", "last_item"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON))
def test_no_json_object_crashes_the_reader(table):
    with pytest.raises(SubmissionFault):
        parse(table)


@given(st.binary(max_size=40))
def test_no_bytes_crash_the_reader(body):
    with suppress(SubmissionFault):
        read_json(body)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"expect_1": 1}, "expect_2: say 1 or 2 for every option"),
        ({"expect_1": 2, "expect_2": 2, "expect_3": 2, "expect_4": 2}, "expect: leave it out"),
    ],
)
def test_options_are_told_all_or_none(answers, words):
    form = FORMS["sipas-2640@1"]
    with pytest.raises(SubmissionFault, match=words):
        check_answers(
            form,
            {
                **full(form),
                **dict.fromkeys(["expect_1", "expect_2", "expect_3", "expect_4"], 0),
                **answers,
            },
        )


def test_the_bytes_of_a_page_do_not_depend_on_when_it_is_sent():
    def made(**changes):
        values = {
            "id": key,
            "round": "r",
            "version": "f@1",
            "mode": "web",
            "assisted": False,
            "language": "vi",
            "answers": {"q2": 1, "q1": 2},
            "place": Place(counter="a-1"),
        }
        return canonical(Submission(**{**values, **changes}))

    key = uuid4()
    assert made() == made(answers={"q1": 2, "q2": 1}, seconds=12.5)
    assert made() != made(answers={"q1": 2, "q2": 2})
    assert parse(read_json(made())) == parse(read_json(made(seconds=3.0)))
