"""Names, codes and wordings of other tools as this platform writes them."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from babel import Locale, UnknownLocaleError

from questionnaires.expressions import RESERVED
from questionnaires.lint.rules.structure import COLUMNS
from questionnaires.shapes import IDENTIFIER
from survey.exchange.fidelity import N_, Ledger
from survey.text import fold, normal

LONGEST_ID = 24
MOST_CODES = 127
NEEDED = ("vi", "en")
OWN_NAMES = (
    "am", "ar", "bn", "bg", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "ha", "he", "hi", "hr",
    "hu", "id", "it", "ja", "km", "ko", "lo", "mn", "ms", "my", "ne", "nl", "no", "pl", "ps", "pt",
    "ro", "ru", "rw", "sk", "so", "sr", "sv", "sw", "ta", "th", "tl", "tr", "uk", "ur", "uz", "vi",
    "yo", "zh", "zu",
)  # fmt: skip
NO_WORDING = N_("There is no wording in “%(language)s”: the one in “%(other)s” stands for it.")
_TAG = re.compile(r"<[^<>]*>")
_LOOSE = re.compile(r"<(?=\s*[A-Za-z/!?])")  # would be taken for HTML
_MARK = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")  # longer ones are no emphasis
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]")
_CODE = re.compile(r"[\w ]*\(([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\)\s*$")
_NOT_ID = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """The words alone: on one line, in NFC, without HTML, Markdown's emphasis or control marks."""
    bare = _MARK.sub(r"\2", html.unescape(_TAG.sub(" ", text)))
    bare = _LOOSE.sub("‹", _TAG.sub(" ", bare))
    words = _CONTROL.sub(" ", _UNSEEN.sub("", bare))
    return normal(" ".join(words.split()))


class Ids:
    """Ids of one kind in a form, each given once; the name of the other tool stays as alias."""

    def __init__(self, prefix: str, taken: Iterable[str] = ()) -> None:
        self._prefix = prefix
        self._taken = {*RESERVED, "index", *taken}

    def new(self, name: str, parts: Iterable[int] = ()) -> str:
        """A free id that is like the name: `Q1 Fee` becomes `q1_fee`.

        parts: the numbers of its items when it has several, `q1_fee_1`; their ids are free too.
        """
        base = _NOT_ID.sub("_", fold(name)).strip("_")
        if not base or not base[0].isalpha():
            base = f"{self._prefix}{base}"
        if base.startswith("w_"):
            base = f"{self._prefix}_{base}"
        base = base[:LONGEST_ID].rstrip("_")
        parts = list(parts)
        found, number = base, 2
        while found in COLUMNS or not self._take(found, parts):
            found = f"{base[: LONGEST_ID - 4].rstrip('_')}_{number}"
            number += 1
        return found

    def own(self, id: str, parts: Iterable[int] = ()) -> str:
        """The id itself where it is one and is free, else one that is like it."""
        parts = list(parts)
        if IDENTIFIER.fullmatch(id) and self._take(id, parts):
            return id
        return self.new(id, parts)

    def _take(self, id: str, parts: Iterable[int]) -> bool:
        """Whether the id and those of its items were free; they are taken then."""
        ids = {id, *(f"{id}_{part}" for part in parts)}
        if ids & self._taken:
            return False
        self._taken |= ids
        return True


def codes(names: Sequence[str]) -> list[int] | None:
    """A code for each option: its name where all are numbers from 1 to 127, else its place.

    None when there are more options than codes.
    """
    if len(names) > MOST_CODES:
        return None
    numbers = [int(name) for name in names if re.fullmatch(r"[0-9]{1,3}", name)]
    own = len(numbers) == len(names) == len(set(numbers))
    if own and all(1 <= number <= MOST_CODES for number in numbers):
        return numbers
    return list(range(1, len(names) + 1))


def language_code(label: str) -> str | None:
    """The ISO 639 code that a tool's label of a language means: `English (en)`, `Tiếng Việt`, `fr`.

    None when it cannot be told.
    """
    label = normal(label)
    if found := _CODE.search(label):
        return found[1].lower()
    if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)?", label):
        code = re.split(r"[-_]", label)[0].lower()
        if _known(code):
            return code
    return _by_name().get(fold(label))


def _known(code: str) -> bool:
    return code in Locale("en").languages


@cache
def _by_name() -> dict[str, str]:
    """Languages by their names in English and Vietnamese, and many by their own, folded."""
    names = {}
    for code, english in Locale("en").languages.items():
        if re.fullmatch(r"[a-z]{2,3}", code):
            names[fold(str(english))] = code
            names[fold(f"{Locale('vi').languages.get(code, english)}")] = code
    for code in OWN_NAMES:  # the others' data would fill the memory
        names[fold(_own_name(code) or code)] = code
    return names


def _own_name(code: str) -> str | None:
    try:
        return Locale(code).get_language_name(code)
    except (UnknownLocaleError, ValueError):
        return None


def in_every_language(
    words: Mapping[str, str], languages: Sequence[str], main: str, ledger: Ledger, place: str
) -> dict[str, str]:
    """The wording in all languages; where one is missing another stands for it, and it is told.

    main: the language that stands for others. `words` holds at least one text that is not empty.
    """
    said = {language: text for language, text in words.items() if text}
    other = main if main in said else next(iter(said))
    for language in languages:
        if language not in said:
            ledger.added("wording", place, NO_WORDING, language=language, other=other)
    return {language: said.get(language, said[other]) for language in languages}
