"""LimeSurvey's codes of questions, rows and answers, and the ids that give them."""

import re
from collections.abc import Collection

from survey.exchange.incoming import plain
from survey.exchange.lss.structure import (
    LONGEST_ANSWER_CODE,
    LONGEST_CODE,
    RESERVED,
    ROW_RESERVED,
)

_QUESTION = re.compile(rf"[A-Za-z][A-Za-z0-9]{{0,{LONGEST_CODE - 1}}}")
_ROW = re.compile(rf"[A-Za-z0-9]{{1,{LONGEST_CODE}}}")
_ANSWER = re.compile(rf"[A-Za-z0-9]{{1,{LONGEST_ANSWER_CODE}}}")
_NO_CODE = re.compile(r"[^A-Za-z0-9]")


def question_code(id: str) -> str:
    """The code that an id makes: `home_town` makes `hometown`."""
    return _NO_CODE.sub("", id)[:LONGEST_CODE]


def as_question(alias: str, id: str, taken: Collection[str]) -> str:
    """The alias when it can be the code of a question, else one made of the id."""
    if _QUESTION.fullmatch(alias) and alias not in RESERVED and alias not in taken:
        return alias
    return _free(question_code(id), {*taken, *RESERVED}, LONGEST_CODE)


def as_row(alias: str, number: int, taken: Collection[str]) -> str:
    """The alias when it can be the code of a row, which differs from others by more than case."""
    folded = {one.casefold() for one in taken}
    if _ROW.fullmatch(alias) and alias.casefold() not in {*folded, *ROW_RESERVED}:
        return alias
    return _free(str(number), taken, LONGEST_CODE)


def as_answer(alias: str, code: int, taken: Collection[str]) -> str:
    """The alias when it can be the code of an answer, else the code."""
    if _ANSWER.fullmatch(alias) and alias not in taken:
        return alias
    return _free(str(code), taken, LONGEST_ANSWER_CODE)


def _free(base: str, taken: Collection[str], longest: int) -> str:
    found, number = base, 2
    while found in taken:
        found = f"{base[: longest - 4]}x{number}"
        number += 1
    return found


def alias_of(code: str, made: str) -> dict[str, str]:
    """An alias for a code that would not be made again."""
    alias = plain(code)
    return {} if alias in ("", made) else {"alias": alias}
