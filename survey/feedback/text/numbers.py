"""Numbers that lead to somebody: telephones, cards of identity, accounts, insurance cards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from survey.feedback.text.announced import Announced
from survey.feedback.text.marks import Mark
from survey.feedback.text.nobodys import without_nobodys
from survey.feedback.text.seen import Seen

GROUP: Final = re.compile(r"\d{1,40}")
LINK: Final = re.compile(r"(?:[ \n.,()_-]|\( ?\)){1,4}")
MOST: Final = 12  # groups of one number: digits written one by one
PROVINCES: Final = frozenset(f"{code:03}" for code in range(1, 97))
HEALTH_CARD: Final = re.compile(
    r"(?<![^\W_])[a-z]{2}[ .-]?\d[ .-]?\d{2}[ .-]?(?:\d[ .-]?){9}\d(?!\d)"
)
PASSPORT: Final = re.compile(r"(?<![^\W_])[a-z]{1,2} ?\d{6,7}(?![^\W_])")
TRAVEL: Final = re.compile(r"(?<![^\W_])[bcnep]\d{7}(?![^\W_])")


@dataclass(frozen=True)
class Run:
    """Groups of digits that may be one number."""

    spans: tuple[tuple[int, int], ...]
    digits: str

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


def numbers(seen: Seen) -> Iterator[Mark]:
    announced = Announced(seen)
    text = without_nobodys(announced)
    cards = [Mark(m.start(), m.end(), "account", True) for m in HEALTH_CARD.finditer(text)]
    yield from cards
    yield from _passports(text, announced)
    text = HEALTH_CARD.sub(lambda card: "\x00" * len(card.group()), text)
    groups = [m.span() for m in GROUP.finditer(text)]
    at, last = 0, None
    while at < len(groups):
        found = _at(text, groups, at, announced, last)
        if found is None:
            at += 1
            continue
        mark, used = found
        yield mark
        last, at = mark, at + used


def _passports(text: str, announced: Announced) -> Iterator[Mark]:
    for match in PASSPORT.finditer(text):
        said = announced.before(match.start())
        if said and said.what == "passport":
            yield Mark(match.start(), match.end(), "id_number", True)
        elif TRAVEL.fullmatch(match.group()) and said and said.what == "id":
            yield Mark(match.start(), match.end(), "id_number", False)


def _at(
    text: str, groups: list[tuple[int, int]], at: int, announced: Announced, last: Mark | None
) -> tuple[Mark, int] | None:
    """The number that begins with this group, and how many groups it takes."""
    start = groups[at][0]
    if not _begins(text, start, announced):
        return None
    said = announced.before(start)
    what = said.what if said else _same_as(last, start, text)
    runs = list(_runs(text, groups, at))
    if what == "code" and said and said.far <= 20:
        return None
    sure = what is not None
    if what == "account" and said and (said.words not in ("the", "tk", "acc") or said.far < 25):
        return _made(text, _account(runs), "account", sure)
    if what in ("id", "insurance", "passport"):
        kind = "account" if what == "insurance" else "id_number"
        lengths = (10, 12, 13, 15, 9) if what == "insurance" else (12, 9, 10, 13, 11)
        made = _made(text, _of_length(runs, lengths), kind, sure)
        if made:
            return made
    return (
        _made(text, next((run for run in runs if _is_phone(run, text)), None), "phone", True)
        or _made(text, next((run for run in runs if _is_citizen(run)), None), "id_number", True)
        or _unsure(text, runs, what, announced)
    )


def _unsure(
    text: str, runs: list[Run], what: str | None, announced: Announced
) -> tuple[Mark, int] | None:
    """What only the words around make a number of somebody."""
    if what == "phone":
        found = _of_length(runs, (9, 11, 10, 7, 8))
        return _made(text, found, "phone", False)
    run = _account(runs)
    if run is None:
        return None
    later = announced.after(run.end)
    if "bank" in (what, later) or later == "account":
        return _made(text, run, "account", True)
    if later == "id" and len(run.digits) in (9, 12):
        return _made(text, run, "id_number", False)
    if len(run.digits) == 11 and run.digits[0] == "0" and run.digits[1] in "35789":
        return _made(text, run, "phone", False)
    if 13 <= len(run.digits) <= 19:
        return _made(text, run, "account", False)
    return None


def _begins(text: str, start: int, announced: Announced) -> bool:
    """Not the tail of a code such as AB123: only words that announce a number touch it."""
    if start == 0:
        return True
    before = text[start - 1]
    if before == "o" and not text[max(0, start - 2) : start - 1].isalnum():
        return True
    if before.isalpha():
        index = announced.before(start)
        return index is not None and index.far == 0
    return not (before in "-./" and start > 1 and text[start - 2] == "\x00")


def _same_as(last: Mark | None, start: int, text: str) -> str | None:
    """`stk 123 hoặc 456`: what was said of the number before holds for this one."""
    if last is None or not 0 <= start - last.end <= 8 or "\n" in text[last.end : start]:
        return None
    return {"phone": "phone", "id_number": "id", "account": "bank"}[last.kind]


def _runs(text: str, groups: list[tuple[int, int]], at: int) -> Iterator[Run]:
    digits = ""
    for count in range(1, MOST + 1):
        if at + count > len(groups):
            return
        start, end = groups[at + count - 1]
        gap = text[groups[at + count - 2][1] : start] if count > 1 else ""
        if count > 1 and not LINK.fullmatch(gap):
            return
        digits += text[start:end]
        if count == 1 and start and text[start - 1] == "o" and text[start] != "0":
            digits = "0" + digits  # the letter o in place of a zero
        if len(digits) > 20:
            return
        yield Run(tuple(groups[at : at + count]), digits)


def _is_phone(run: Run, text: str) -> bool:
    digits, plus = run.digits, text[max(0, run.start - 2) : run.start].strip("( ") == "+"
    if digits.startswith("0084"):
        digits, plus = digits[2:], True
    if digits.startswith("84") and len(digits) in (11, 12) and (plus or len(digits) == 11):
        national = digits[2:].removeprefix("0")
        return len(national) == 9 and national[0] in "35789" or plus and national[0] == "2"
    if plus and not digits.startswith("84"):
        return 9 <= len(digits) <= 14 and len(run.spans) in (1, 2, 3, 4)
    if digits[:1] != "0":
        return False
    if digits[1:2] == "2":
        return len(digits) == 11 and len(run.spans) <= 5
    if digits[1:2] == "1":
        return len(digits) == 11 and digits[2] in "2689" and len(run.spans) <= 4
    return len(digits) == 10 and digits[1] in "35789"


def _is_citizen(run: Run) -> bool:
    return len(run.digits) == 12 and run.digits[:3] in PROVINCES and run.digits[3] in "0123"


def _of_length(runs: list[Run], lengths: tuple[int, ...]) -> Run | None:
    """The first length that some of the runs has; a lone group is taken before groups joined."""
    for length in lengths:
        for run in runs:
            if len(run.digits) == length:
                return run
    return None


def _account(runs: list[Run]) -> Run | None:
    """A long group alone, or short ones joined as on a card."""
    if not runs:
        return None
    first = runs[0].end - runs[0].start
    if first > 6:
        return runs[0] if first <= 20 else None
    best = runs[0] if first == 6 else None
    for run in runs[1:]:
        if run.spans[-1][1] - run.spans[-1][0] > 6 or run.spans[-1][0] - run.spans[-2][1] > 1:
            break
        if 6 <= len(run.digits) <= 19:
            best = run
    return best


def _made(text: str, run: Run | None, kind: str, certain: bool) -> tuple[Mark, int] | None:
    if run is None:
        return None
    start = run.start
    if start and text[start - 1] == "o" and run.digits[0] == "0" and text[start] != "0":
        start -= 1
    while start and text[start - 1] in "+(" and run.start - start < 3:
        start -= 1
    end = run.end
    if "(" in text[start:end] and ")" not in text[start:end] and text[end : end + 1] == ")":
        end += 1
    return Mark(start, end, kind, certain), len(run.spans)
