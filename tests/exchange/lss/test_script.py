"""Expressions of LimeSurvey say here what they say there, or it is told why they cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.exchange.lss.logic import Logic
from survey.exchange.lss.script import ScriptFault, parse
from survey.exchange.lss.variables import (
    CODES,
    DATE,
    NUMBER,
    OPTION,
    SEVERAL,
    WORDS,
    Named,
    Variables,
)  # fmt: skip


@pytest.fixture
def logic():
    known = Variables()
    known.add(["Q1", "7X1X3"], Named(CODES, "q1", {"A1": 1, "A2": 2, "A3": 3, "-oth-": 4}))
    known.add(["S"], Named(CODES, "s", {"1": 1, "2": 2, "3": 3}))
    known.add(["YN"], Named(CODES, "yn", {"Y": 1, "N": 2}))
    known.add(["age"], Named(NUMBER, "age"))
    known.add(["trips"], Named(NUMBER, "trips"))
    known.add(["day"], Named(DATE, "day_2"))
    known.add(["M", "7X1X8"], Named(SEVERAL, "m", {"a": 1, "b": 2}))
    known.add(["M_a", "7X1X8a"], Named(OPTION, "m", code=1))
    known.add(["M_b", "7X1X8b"], Named(OPTION, "m", code=2))
    known.add(["words"], Named(WORDS, ""))
    known.expect(["later"])
    return Logic(known, "age")


@pytest.mark.parametrize(
    ("script", "condition"),
    [
        ('((Q1.NAOK == "A1"))', "q1 == 1"),
        ("Q1 == 'A2'", "q1 == 2"),
        ('Q1.NAOK = "-oth-"', "q1 == 4"),
        ('Q1.NAOK != "A1"', "not q1 == 1"),
        ('(7X1X3.NAOK == "A1" or 7X1X3.NAOK == "A3")', "q1 in [1, 3]"),
        ('Q1 == ""', "not answered(q1)"),
        ('Q1.NAOK != ""', "answered(q1)"),
        ('Q1 > "A1"', "q1 in [2, 3]"),
        ("S <= 2", "s <= 2"),
        ('YN.NAOK == "Y" and !is_empty(age)', "yn == 1 and answered(age)"),
        ("! is_empty(age) && age lt 18 || age ge 60", "age < 18 or age >= 60"),
        ("age > 17.5", "age >= 18"),
        ("18 <= age", "age >= 18"),
        ("age > -1", "answered(age)"),
        ("age != 3", "not age == 3"),
        ("age", "answered(age)"),
        ('day > "2026-07-01"', "day_2 > 20260701"),
        ('substr(day.NAOK, 0, 10) == "2026-07-01"', "day_2 == 20260701"),
        ('M_a.NAOK == "Y"', "1 in m"),
        ('7X1X8b.NAOK != "Y"', "not 2 in m"),
        ("!is_empty(M_b)", "2 in m"),
        ('M_a == "" and M_b == ""', "not 1 in m and not 2 in m"),
        ("count(M_a, M_b) >= 2", "count(m) >= 2"),
        ("count(that.M.NAOK) > 0", "count(m) > 0"),
        ("count(age, trips) == 2", "count(age, trips) == 2"),
        ("age + trips - 2 > 3", "age + trips - 2 > 3"),
        ("sum(age, trips) > 3", "age + trips > 3"),
        ("trips <= this", "trips <= age"),
        ("age - trips != 3", "not age - trips == 3"),
        ('!(Q1 == "A1" and YN == "N")', "not (q1 == 1 and yn == 2)"),
        ('Q1 == "A1" and (age > 3 or age < 1)', "q1 == 1 and (age > 3 or age < 1)"),
        ("1 and age > 3", "age > 3"),
    ],
)
def test_what_holds_there_holds_here(logic, script, condition):
    assert str(logic.read(script)) == condition


@pytest.mark.parametrize(("script", "always"), [("1", True), ("0", False), ("1 == 2", False),
                                                ('"a" != "b"', True), ("0 || age > -1 && 0", False),
                                                ("age == 2.5", False)])  # fmt: skip
def test_what_always_or_never_holds_is_known(logic, script, always):
    assert logic.read(script) is always


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('words == "x"', "words of “words”"),
        ("later > 2", "“later”, which is asked later"),
        ("gone > 2", "“gone”, which no question"),
        ("regexMatch('/a/', Q1)", "function “regexMatch”"),
        ("strlen(age) > 2", "function “strlen”"),
        ("substr(age, 0, 10) > 2", "function “substr”"),
        ('Q1 == "A9"', "“A9”, which is no answer"),
        ('M_a > "Y"', "no answer to it"),
        ("M > 2", "as of one answer"),
        ("count(M_a, age) > 0", "cannot: “count(M_a, age) > 0”"),
        ("age * 2 > 3", "“age * 2 > 3”"),
        ('day > "soon"', "“soon”, which is no answer"),
        ("(age > 3", "“)” is missing"),
        ("age > > 3", "cannot be read: “>”"),
        ("age §", "cannot be read: “§”"),
        ("", "it ends too early"),
        ("(" * 100 + "age" + ")" * 100, "nested deeper"),
        (" or ".join(f"age > {n}" for n in range(100)), "longer than 400"),
        ("a" * 5000, "longer than 4000"),
    ],
)
def test_what_cannot_be_said_here_is_told(logic, script, why):
    with pytest.raises(ScriptFault) as fault:
        logic.read(script)
    assert why in fault.value.why % fault.value.values


@given(st.text(st.sampled_from("Q1 age()!&|=<>\"'.,+-*Y09x\\{}"), max_size=60))
def test_no_text_is_more_than_a_fault(text):
    try:
        parse(text)
    except ScriptFault as fault:
        assert fault.why % fault.values
