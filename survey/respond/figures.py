"""Answers that are typed rather than chosen: numbers, days, a commune, and words.

Numbers, days and communes are integers of the response. Words are not: they go the way of a
comment, and their fields have no answers.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from questionnaires.model import Item, day_of
from survey.i18n import day as official
from survey.respond.advice import PICK_SHOWN, Advised
from survey.respond.comments import LONGEST, plain

LONGEST_OTHER = 200
PARTS = ("d", "m", "y")
TYPE_NUMBER = (
    _l("Please write a number."),
    _l("Please write a number: %(question)s"),
)
WRITE_WHOLE = (
    _l("Please write a whole number from %(least)s to %(most)s, in digits."),
    _l("Please write a whole number from %(least)s to %(most)s, in digits: %(question)s"),
)
WRITE_DAY = (
    _l("Please write a day, a month and a year in digits, such as 31 7 2026."),
    _l("Please write a day, a month and a year in digits, such as 31 7 2026: %(question)s"),
)
WITHIN = (
    _l("Please write a day from %(least)s to %(most)s."),
    _l("Please write a day from %(least)s to %(most)s: %(question)s"),
)
SHORTEN = (
    _l("This is %(n)d letters too long. Please shorten it; nothing was lost."),
    _l("This is %(n)d letters too long. Please shorten it; nothing was lost: %(question)s"),
)


def digits(text: str | None) -> int | None:
    """The whole number that plain digits write; None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


class NumberField(Advised, StringField):
    """A whole number within the limits of its item."""

    of = "number"

    def __init__(self, label: str = "", *, item: Item, unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.item = item
        self.unit = unit

    def answers(self) -> dict[str, int]:
        found = digits(self.data)
        return {} if found is None or not self.item.takes(found) else {self.name: found}

    def pre_validate(self, form: object) -> None:
        if not (self.data or "").strip():
            self.refuse_empty()
        elif not self.answers():
            limits = {"least": self.item.least, "most": self.item.most}
            raise ValidationError(self.advise(WRITE_WHOLE, **limits))


class DayField(Advised, StringField):
    """A day in three boxes, `<name>-d`, `<name>-m`, `<name>-y`, within the limits of its item."""

    of = "date"

    def __init__(self, label: str = "", *, item: Item, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.item = item
        self.typed = ("", "", "")

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(None, *args, **kwargs)
        found = formdata or {}
        self.typed = tuple(found.get(f"{self.name}-{part}", "").strip() for part in PARTS)

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """The names of the three boxes with what is in them."""
        return [(f"{self.name}-{p}", text) for p, text in zip(PARTS, self.typed, strict=True)]

    @property
    def day(self) -> int | None:
        """The day written, whatever the limits; None when it is none."""
        day, month, year = (digits(text) for text in self.typed)
        if day is None or month is None or year is None or not 0 < year < 10_000:
            return None
        value = year * 10_000 + month * 100 + day
        return value if month < 100 and day < 100 and day_of(value) else None

    def answers(self) -> dict[str, int]:
        found = self.day
        return {} if found is None or not self.item.takes(found) else {self.name: found}

    def carried(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.boxes if text]

    def pre_validate(self, form: object) -> None:
        if not any(self.typed):
            self.refuse_empty()
        elif self.day is None:
            raise ValidationError(self.advise(WRITE_DAY))
        elif not self.answers():
            limits = [day_of(value) for value in (self.item.least, self.item.most)]
            least, most = (official(day) if day else "" for day in limits)
            raise ValidationError(self.advise(WITHIN, least=least, most=most))


class PlaceField(Advised, SelectField):
    """A commune, by its code. Its choices are set by who knows the communes."""

    of = "place"

    def offer(self, communes: Sequence[tuple[str, str]]) -> None:
        """communes: code, as a whole number, and name."""
        self.choices = [("", _l("Please choose")), *communes]

    def answers(self) -> dict[str, int]:
        known = {code for code, _ in self.choices or () if code}
        return {self.name: int(self.data)} if self.data in known else {}

    def pre_validate(self, form: object) -> None:
        if not self.data:
            self.refuse_empty()
        elif not self.answers():
            raise ValidationError(self.advise(PICK_SHOWN, given=self.data[:20]))


class WordsField(Advised, TextAreaField):
    """Words of one's own; kept apart from the answers."""

    of = "text"
    longest = LONGEST

    @property
    def words(self) -> str:
        return plain(self.data or "")

    def pre_validate(self, form: object) -> None:
        over = len(self.words) - self.longest
        if over > 0:
            raise ValidationError(self.advise(SHORTEN, n=over))


class OtherField(WordsField):
    """Which other thing is meant, in a few words; named `<question>-other`."""

    of = "other"
    longest = LONGEST_OTHER
