"""What decides there when something is shown decides it here, page by page."""

from survey.exchange.lss.read import read
from tests.exchange.lss.made import notes, one, question, survey
from tests.exchange.lss.test_read import YES, clean


def test_conditions_old_and_new_decide_when_a_question_is_shown():
    old = [{"cqid": "1", "cfieldname": "7X1X1", "method": "==", "value": value, "scenario": "1"}
           for value in ("A1", "A2")]  # fmt: skip
    old.append({"cqid": "4", "cfieldname": "+7X1X5a", "method": "==", "value": "Y",
                "scenario": "1"})  # fmt: skip
    document, report = one(
        question("Q1", "L", answers={"A1": "a", "A2": "b", "A3": "c"}),
        question("Q2", "Y", relevance='((Q1.NAOK == "A1"))'),
        question("Q3", "Y", relevance="strlen(Q1) > 2"),
        question("Q4", "M", rows={"a": "Seats", "b": "Fans"}),
        question("Q5", "Y", conditions=old[:2] + [old[2] | {"cfieldname": "+7X1X4a"}]),
        question("Q6", "Y", relevance="0"),
        question("Q7", "Y", attributes={"hidden": "1"}),
    )
    form = clean(document)
    assert {q.id: str(q.show_when or "") for q in form.questions} == {
        "q1": "", "q2": "q1 == 1", "q3": "", "q4": "", "q5": "q1 in [1, 2] and 1 in q4",
    }  # fmt: skip
    told = notes(report)
    assert told["Q2 relevance"][0] == "kept"
    assert told["Q3 relevance"][0] == "dropped" and "strlen" in told["Q3 relevance"][2]
    assert told["Q6"][0] == told["Q7 hidden"][0] == "dropped"


def test_groups_are_pages_with_their_conditions_and_repeated_answers():
    document, report = read(
        survey(
            (("First", {"description": "<p>Please <b>answer</b></p>"}),
             question("Q1", "L", answers=YES), question("Q2", "N")),
            (("Second", {"grelevance": 'Q1.NAOK == "A2"'}),
             question("Q3", "Y", "You said {Q1.shown}, {INSERTANS:7X1X2} times, {if(1,2,3)}."),
             question("Q4", "Y", "{Q3.shown}?")),
        ), "a.lss",
    )  # fmt: skip
    form = clean(document)
    assert [s.title["en"] for s in form.screens] == ["First", "Second"]
    assert form.screens[0].introduction["en"] == "Please answer"
    assert str(form.screens[1].show_when) == "q1 == 2"
    assert form.by_question["q3"].text["en"] == "You said {q1}, {q2} times, …."
    assert form.by_question["q4"].text["en"] == "…?"
    told = notes(report)
    assert told["group 2 grelevance"][0] == "kept"
    assert "“{if(1,2,3)}” cannot be repeated" in told["Q3 question (en)"][2]
    assert "HTML was taken out" in told["group 1 description (en)"][2]


def test_an_option_waits_for_earlier_pages_only():
    waiting = {"a": "Seats", "b": ("Fans", 'Q1.NAOK == "A1"'), "c": ("Water", 'Q3.NAOK == "Y"')}
    document, report = read(
        survey(
            ("First", question("Q1", "L", answers=YES), question("Q2", "M", rows=waiting)),
            ("Second", question("Q3", "Y"), question("Q4", "M", rows=waiting)),
        ), "a.lss",
    )  # fmt: skip
    form = clean(document)
    offered = {q.id: [str(o.show_when or "") for o in q.options] for q in form.questions}
    assert offered["q4"] == ["", "q1 == 1", ""] and offered["q2"] == ["", "", ""]
    told = notes(report)
    assert told["Q4/b relevance"][0] == "kept"
    assert "same page" in told["Q2/b relevance"][2] and "same page" in told["Q4/c relevance"][2]
    assert "asked later" in told["Q2/c relevance"][2]
