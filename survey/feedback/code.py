"""The code that a sender follows a case with: made, printed, and read as people type it.

Five letters find the case, eleven prove that one holds its code, the last tells slips of the hand.
"""

import hmac
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from uuid import UUID

from flask_babel import lazy_gettext as _l

from survey.crypto import ALPHABET
from survey.errors import SurveyError, Words
from survey.feedback.slips import check_letter, holds

SELECTOR = 5
VERIFIER = 11  # letters, 54 bits: to be guessed beside the selector
LENGTH = SELECTOR + VERIFIER + 1
GROUPS = ((0, 5), (5, 11), (11, 17))
MINUS = "\N{MINUS SIGN}"
LEFT_OUT = "01OILU"
LONGEST = 200  # characters that are looked at: an address with the code at its end


class CodeMistyped(SurveyError):
    """What was typed is no code; `detail` says what is wrong with it."""

    status = 422
    title = _l("The code is mistyped")
    remedy = _l("Please compare it with your slip, letter by letter, and type it again.")


@dataclass(frozen=True)
class Code:
    """`selector` is stored as it is, of `verifier` a salted hash alone."""

    selector: str
    verifier: str = field(repr=False)

    @property
    def text(self) -> str:
        """As it is shown and printed: three groups, the check letter last."""
        letters = self.selector + self.verifier
        letters += check_letter(letters)
        return "-".join(letters[start:end] for start, end in GROUPS)


def codes_of(key: bytes, form_id: UUID) -> Iterator[Code]:
    """The codes of a form that was opened, the first of which nobody else has is its own.

    The same form gives the same codes, so that a form sent twice shows one, and no code need be
    kept. Two forms may share a selector (one in 24 million), hence more than one.
    """
    for turn in count():
        drawn = hmac.new(key, form_id.bytes + turn.to_bytes(4), sha256).digest()
        number, letters = int.from_bytes(drawn), ""
        for _ in range(SELECTOR + VERIFIER):
            number, rest = divmod(number, len(ALPHABET))
            letters += ALPHABET[rest]
        yield Code(letters[:SELECTOR], letters[SELECTOR:])


def code_of(key: bytes, form_id: UUID) -> Code:
    return next(codes_of(key, form_id))


def read(text: str) -> Code:
    """The code in what somebody typed or scanned: any case, width, spaces and dashes.

    Raises CodeMistyped, which says what is wrong.
    """
    letters = _letters(text)
    for place, letter in enumerate(letters, 1):
        if letter not in ALPHABET:
            raise CodeMistyped(_strange(letter, place))
    if not letters:
        raise CodeMistyped(_l("Please type the code of your slip."))
    if len(letters) != LENGTH:
        raise CodeMistyped(
            _l("A code has %(all)d letters and digits; here are %(n)d.", all=LENGTH, n=len(letters))
        )
    if not holds(letters):
        raise CodeMistyped(_l("One letter is mistyped, or two have changed places."))
    return Code(letters[:SELECTOR], letters[SELECTOR:-1])


def _letters(text: str) -> str:
    """The signs of a code, or of the end of its address; spaces, dashes and dots are nothing."""
    typed = unicodedata.normalize("NFKC", text[-LONGEST:].rpartition("#")[2]).upper()
    return "".join(letter for letter in typed if not _between(letter))


def _between(sign: str) -> bool:
    return sign == MINUS or unicodedata.category(sign)[0] in "ZPC"


def _strange(letter: str, place: int) -> Words:
    """Why a sign is in no code."""
    if letter in LEFT_OUT:
        return _l(
            "“%(letter)s” at place %(place)d is in no code: 0, O, 1, I, L and U are left out, "
            "for they are mistaken for others.",
            letter=letter,
            place=place,
        )
    if letter == "Đ" or unicodedata.decomposition(letter):
        return _l(
            "“%(letter)s” at place %(place)d is in no code. Please switch Vietnamese typing off, "
            "and type the code again.",
            letter=letter,
            place=place,
        )
    return _l("“%(letter)s” at place %(place)d is in no code.", letter=letter, place=place)
