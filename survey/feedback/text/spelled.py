"""Numbers in words, addresses of e-mail and number plates."""

import re
from collections.abc import Iterator
from typing import Final

from survey.feedback.text.announced import Announced
from survey.feedback.text.marks import Mark
from survey.feedback.text.seen import Seen

DIGIT: Final = (
    "(?:khong|khg|ko|zero|mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin|muoi|linh|le|tram|\\d)"
)
SPELLED: Final = re.compile(f"(?<![^\\W_]){DIGIT}(?:[\\s,.-]{{1,3}}{DIGIT}){{6,22}}(?![^\\W_])")
LETTERS: Final = re.compile("[^\\W\\d_]{1,20}")
NONE: Final = ("khong", "khg", "ko", "zero", "0")
WHO: Final = "(?<![\\w.+%-])[\\w.+%-]{1,64}"
HOSTS: Final = "(?:gmail|yahoo|ymail|outlook|hotmail|icloud|live|msn|vnn|fpt|zoho|protonmail)"
TOP: Final = "(?:com|vn|net|org|me|edu|gov)(?![^\\W_])"
DOT: Final = "(?:\\.|\\[\\.\\]|\\(\\.\\)|\\(dot\\)|\\[dot\\])"
TIGHT: Final = re.compile(
    f"{WHO}(?:@|\\(at\\)|\\[at\\]|\\(a\\))[\\w-]{{1,63}}(?:{DOT}[\\w-]{{1,63}}){{1,4}}"
)
LOOSE: Final = re.compile(
    f"{WHO} ?(?:@|\\(at\\)|\\[at\\]| at | a cong | a moc )\\s?{HOSTS}"
    f"(?: ?(?:{DOT}|dot|cham) ?{TOP}){{0,3}}"
)
ALOUD: Final = re.compile(
    f"{WHO} (?:a cong|a moc|at) [\\w-]{{1,63}}(?:(?: (?:cham|dot) |\\.)[\\w-]{{1,63}}){{0,3}}"
    f"(?: (?:cham|dot) |\\.){TOP}"
)
SPACED: Final = re.compile(f"{WHO} @ ?[\\w-]{{1,63}}(?:\\.[a-z-]{{2,20}}){{1,4}}(?![^\\W_])")
SERIES: Final = "(?:md\\d?|ld|da|nn|ng|qt|hc|[a-hk-npstuvx-z][a-z\\d]?)"
PLATE: Final = re.compile(
    f"(?<![^\\W_])(?<!\\d[.,/-])[1-9]\\d[ .-]?{SERIES}[\\s.-]{{0,3}}"
    "(?:\\d{3}[. ]?\\d{2}|\\d{4})(?![^\\W_]|[./-]\\d)"
)
YEAR: Final = re.compile("(?:19|20)\\d\\d$")


def spelled(seen: Seen) -> Iterator[Mark]:
    """`không chín một hai …`: a telephone read aloud."""
    matches = list(SPELLED.finditer(seen.folded))
    announced = Announced(seen) if matches else None
    for match in matches:
        said = match.group()
        words = LETTERS.findall(said)
        begins = said.startswith(NONE)
        told = announced.before(match.start()) if announced else None
        if len(words) >= 4 and (begins or (told and told.what in ("phone", "id", "account"))):
            yield Mark(match.start(), match.end(), "phone", begins)


def emails(seen: Seen) -> Iterator[Mark]:
    for pattern in (TIGHT, LOOSE, ALOUD, SPACED):
        for match in pattern.finditer(seen.folded):
            yield Mark(match.start(), match.end(), "email", pattern is TIGHT)


def plates(seen: Seen) -> Iterator[Mark]:
    matches = list(PLATE.finditer(seen.folded))
    announced = Announced(seen) if matches else None
    for match in matches:
        said = announced.before(match.start()) if announced else None
        told = said is not None and said.what == "plate" and said.far <= 20
        as_written = seen.clean[match.start() : match.end()]
        capital = any(c.isupper() for c in as_written)
        joined = "-" in as_written or " " not in as_written
        year = YEAR.search(as_written) and len(re.sub(r"\D", "", as_written)) < 8
        if told or (capital and not year) or (joined and not year and len(as_written) > 7):
            yield Mark(match.start(), match.end(), "plate", told or capital)
