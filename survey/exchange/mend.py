"""What the linter would refuse in a form from elsewhere is mended before anybody sees it, and told.

A reader hands over the document that it made; where a wording, a condition or a question cannot
stay as it is, the least is changed, and `Mending` is told at which question and why.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from questionnaires.build import build
from questionnaires.expressions import parse
from questionnaires.features import PIPE, names_of
from questionnaires.lint.rule import ERROR, Fault
from questionnaires.lint.rules import BOOKS
from questionnaires.lint.source import LONGEST, Said, Source
from questionnaires.loader import check_whole
from questionnaires.problems import Faults, Lines, Path
from questionnaires.trees import counted, names, sets
from survey.exchange.fidelity import N_

Table = dict[str, Any]
ROUNDS = 6
ASKS_WHO = N_("It asks who the person is; answers on this platform point at nobody.")
SAME_WORDS = N_("Two have the same words: a number was added to the later one.")
NEVER = N_("Its condition can never hold here, and was left out: it is always shown.")
CHECK_NEVER = N_("Its check can never be fulfilled here, and was left out.")
LETTERS = N_("Letters that are not those of the language were written in Latin ones or left out.")
UNFINISHED = N_("Marks of an unfinished wording were left out.")
CUT = N_("The wording is longer than %(most)s letters and was cut.")
BANDS = N_("A band that ends before it begins is written with a slash.")
NOT_ASKED = N_("It speaks of a question that was left out; the condition was left out too.")
REPEATS = N_("It repeats the answer to a question that was left out; “…” stands for it.")
NO_OPINION = N_("All options excluded the others or meant no opinion; none does now.")
OTHER_FORM = N_("A form of this name measures indicators by other items: the name was changed.")


class Mending(Protocol):
    """Is told what was mended. question: its id, empty when it is about no single one."""

    def dropped(self, question: str, why: str, **values: str) -> None: ...

    def changed(self, question: str, what: str, why: str, **values: str) -> None: ...


def mend(document: Table, told: Mending) -> None:
    """Change the document so that the linter finds no error that can be mended."""
    for _ in range(ROUNDS):
        found = list(errors(document))
        if not found:
            return
        for rule, fault in sorted(found, key=lambda one: _order(one[1].path), reverse=True):
            MENDS[rule](document, fault, told)
        _forget(document, told)


def errors(document: Table) -> Iterator[tuple[str, Fault]]:
    """The errors of rules that can be mended, with the ids of the rules."""
    faults = Faults("", Lines())
    check_whole(document, faults)
    form = None if faults.problems else build(document)
    source = Source("", Lines(), document, form)
    for book in BOOKS:
        rules = [*book.of_table, *(book.of_form if form else ())]
        for rule, look in rules:
            if rule.severity == ERROR and rule.id in MENDS:
                yield from ((rule.id, fault) for fault in look(source))
        for rule, says in book.of_said:
            if rule.severity == ERROR and rule.id in MENDS:
                yield from _of_words(source, rule.id, says)


def _of_words(
    source: Source, rule: str, says: Callable[[Said], str]
) -> Iterator[tuple[str, Fault]]:
    for said in source.said:
        if what := says(said):
            path = (*said.wording.path, said.language)
            yield rule, Fault(path, said.wording.question, what)


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((one, "") if isinstance(one, int) else (-1, str(one)) for one in path)


def _at(document: Table, path: Path) -> Any:
    found: Any = document
    for key in path:
        found = found[key]
    return found


def _drop_question(document: Table, fault: Fault, told: Mending) -> None:
    questions = _at(document, fault.path[:3])
    place = int(fault.path[3])
    if place < len(questions) and questions[place]["id"] == fault.question:
        del questions[place]
        told.dropped(fault.question, ASKS_WHO)


def _number(document: Table, fault: Fault, told: Mending) -> None:
    words = _at(document, fault.path)
    place = fault.path[-2]
    for language, text in words.items():
        words[language] = f"{text} ({int(place) + 1})"
    told.changed(fault.question, "wording", SAME_WORDS)


def _drop_condition(document: Table, fault: Fault, told: Mending) -> None:
    """Leaves out a `show_when`, or a check whose `holds` is at fault."""
    if fault.path[-1] == "show_when":
        if _at(document, fault.path[:-1]).pop("show_when", None):
            told.changed(fault.question, "show_when", NEVER)
        return
    question = _at(document, fault.path[:4])
    checks = question.get("check", [])
    place = int(fault.path[5])
    if place < len(checks):
        del checks[place]
        told.changed(fault.question, "check", CHECK_NEVER)
    if not checks:
        question.pop("check", None)


def _words(change: Callable[[str], str], why: str, **values: str) -> Callable[..., None]:
    """Changes one wording in one language."""

    def mend_words(document: Table, fault: Fault, told: Mending) -> None:
        words = _at(document, fault.path[:-1])
        words[fault.path[-1]] = change(words[fault.path[-1]]) or "…"
        told.changed(fault.question, "wording", why, **values)

    return mend_words


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]")
_UNFINISHED = re.compile(
    r"\b(?:x{3,}|lorem ipsum|tbd|fixme)\b|\?{3,}|\[(?:en|vi|\.\.\.|…)\]", re.IGNORECASE
)
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "i",
    "є": "ie", "ґ": "g",
}  # fmt: skip


def latin(text: str) -> str:
    """Greek, Cyrillic and full-width letters in Latin ones."""
    return " ".join("".join(map(_latin, unicodedata.normalize("NFC", text))).split())


def _latin(letter: str) -> str:
    if "\uff01" <= letter <= "\uff5e":
        return unicodedata.normalize("NFKC", letter)
    if not ("\u0370" <= letter <= "\u03ff" or "\u0400" <= letter <= "\u052f"):
        return letter
    found = _CYRILLIC.get(letter.lower())
    if found is None:
        name = unicodedata.name(letter, "").split(" WITH ")[0].split()
        found = name[-1].lower() if name else ""
    return found.capitalize() if letter.isupper() else found


def _slash(document: Table, fault: Fault, told: Mending) -> None:
    words = _at(document, fault.path[:-1])
    for language, text in words.items():
        words[language] = re.sub(r"\s*(?:-|–|—|\bđến\b|\btới\b|\bto\b)\s*", " / ", text)
    told.changed(fault.question, "wording", BANDS)


def _opinions(document: Table, fault: Fault, told: Mending) -> None:
    """Lets options be chosen beside others, and mean something, where none could."""
    path = fault.path[:-1]
    while "options" not in (holder := _at(document, path)):
        path = path[:-1]
    holder.pop("missing", None)
    for option in holder["options"]:
        for key in ("exclusive", "not_applicable", "dont_know"):
            option.pop(key, None)
    told.changed(fault.question, "options", NO_OPINION)


def _rename(document: Table, fault: Fault, told: Mending) -> None:
    if not document["form"].endswith("-read"):
        document["form"] += "-read"
        told.changed("", "form", OTHER_FORM)


def _cut(text: str) -> str:
    return f"{text[: LONGEST - 1].rstrip()}…"


def _text_below(document: Table, fault: Fault, told: Mending) -> None:
    _words(_cut, CUT, most=str(LONGEST))(document, fault, told)


Mend = Callable[[Table, Fault, Mending], None]
MENDS: Mapping[str, Mend] = {
    "asks-who": _drop_question,
    "same-option": _number,
    "same-row": _number,
    "contradiction": _drop_condition,
    "unreachable": _drop_condition,
    "condition-off-scale": _drop_condition,
    "check-never": _drop_condition,
    "invisible-letter": _words(lambda text: _INVISIBLE.sub("", text).strip(), LETTERS),
    "eth-for-d": _words(
        lambda text: text.translate(str.maketrans("ÐðƉɖ", "ĐđĐđ")), LETTERS
    ),
    "foreign-letter": _words(latin, LETTERS),
    "unfinished": _words(lambda text: _UNFINISHED.sub("…", text), UNFINISHED),
    "enormous-text": _text_below,
    "band-backwards": _slash,
    "indicator-without-item": _rename,
    "all-exclusive": _opinions,
    "everything-missing": _opinions,
}  # fmt: skip


def _forget(document: Table, told: Mending) -> None:
    """Screens without questions go, and conditions and wordings that speak of what was dropped."""
    document["screens"] = [screen for screen in document["screens"] if screen["questions"]]
    known: set[str] = set()
    for screen in document["screens"]:
        for table in (screen, *screen["questions"]):
            about = table["id"] if "kind" in table else ""
            for holder in (table, *table.get("options", [])):
                if "show_when" in holder and _speaks_of(holder["show_when"]) - known:
                    del holder["show_when"]
                    told.changed(about, "show_when", NOT_ASKED)
            for key in ("text", "hint", "title", "introduction"):
                _unpiped(table.get(key, {}), about, known, told)
            if "kind" in table:
                known |= set(names_of(table))
                _checks(table, known, told)


def _checks(question: Table, known: set[str], told: Mending) -> None:
    checks = question.get("check", [])
    left = [one for one in checks if not _speaks_of(one["holds"]) - known]
    if len(left) < len(checks):
        told.changed(question["id"], "check", NOT_ASKED)
        question["check"] = left
        if not left:
            del question["check"]


def _speaks_of(condition: str) -> set[str]:
    tree = parse(condition)
    return {*names(tree), *counted(tree), *sets(tree)}


def _unpiped(words: Table, about: str, known: set[str], told: Mending) -> None:
    for language, text in words.items():
        left = PIPE.sub(lambda match: match[0] if match[1] in known else "…", text)
        if left != text:
            words[language] = left
            told.changed(about, "wording", REPEATS)
