"""What is asked: a questionnaire as frozen data, the same for the web, the kiosk and the analyst.

A wording is a mapping from language to text, `{"vi": …, "en": …}`, complete in every language
of the form. Answers are integers, one an item: a code, a number, a day (20260731) or a commune's
code. Absent means that nothing was answered; 0 means the same, save for a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from questionnaires.trees import Condition

Words = Mapping[str, str]

KINDS = (
    "rating",
    "single",
    "multiple",
    "yesno",
    "grid",
    "number",
    "date",
    "place",
    "text",
    "note",
)
FIGURES = ("number", "date", "place")
GREATEST = 2**31 - 1
TODAY = "today"  # as a limit: the day of answering
GREATEST_COMMUNE = 99_999
DATA_CLASSES = ("none", "personal", "sensitive")
MARKS = ("copied", "shortened", "idea", "recalled")
PAGINGS = ("screens", "one-page")
STATUSES = ("draft", "compared")


def day_of(value: int) -> date | None:
    """The day of an integer such as 20260731; None when there is no such day."""
    try:
        return date(value // 10_000, value // 100 % 100, value % 100)
    except ValueError:
        return None


def as_integer(day: date) -> int:
    """20260731 of 31 July 2026."""
    return day.year * 10_000 + day.month * 100 + day.day


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen.

    exclusive: choosing it excludes every other option.
    other: it asks to say which in words, which go the way of a comment and not into the response.
    not_applicable, dont_know: it is no opinion; its code counts as missing.
    show_when: it is offered only then.
    alias: its name in the tools that forms are exchanged with; may be empty, as everywhere below.
    """

    code: int
    text: Words = field(hash=False)
    exclusive: bool = False
    other: bool = False
    not_applicable: bool = False
    dont_know: bool = False
    show_when: Condition | None = None
    alias: str = ""

    @property
    def no_opinion(self) -> bool:
        return self.not_applicable or self.dont_know


@dataclass(frozen=True)
class Scale:
    """Options in the order in which they are shown, which need not be the order of their codes.

    satisfied: codes that a share counts; empty when the scale does not rate anything.
    missing: codes that mean "no opinion" or "does not apply", beside 0 and absent.
    """

    id: str
    options: tuple[Option, ...]
    satisfied: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    alias: str = ""

    @cached_property
    def codes(self) -> tuple[int, ...]:
        return tuple(option.code for option in self.options)

    @property
    def top(self) -> int:
        """The highest code that is an opinion: what a mean score is divided by."""
        return max(code for code in self.codes if code not in self.missing)


YES_NO = Scale(
    "yes_no",
    (Option(1, {"vi": "Có", "en": "Yes"}), Option(2, {"vi": "Không", "en": "No"})),
)
CHOSEN = Scale(
    "chosen",
    (
        Option(1, {"vi": "Đã chọn", "en": "Chosen"}),
        Option(2, {"vi": "Không chọn", "en": "Not chosen"}),
    ),
)


@dataclass(frozen=True)
class Row:
    """One line of a grid. `number` is printed and makes the item's id, `c1_3` in grid `c1`."""

    number: int
    text: Words = field(hash=False)
    data_class: str = "none"
    mark: str = "copied"
    source: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Check:
    """What must hold once everything it names is answered; `message` is said where it does not."""

    holds: Condition
    message: Words = field(hash=False)


@dataclass(frozen=True)
class Item:
    """What is answered by one integer.

    kind: `codes`, or what its integer is: `number`, `date` (20260731) or `place`.
    factor: id of the innermost factor it belongs to, "" when it belongs to none.
    rated: its scale says which codes count as satisfied, so it takes part in shares and the index.
    mark, source: how far the Vietnamese wording follows its source, and which source that is.
    today: those of `min` and `max` that are the day of answering; `today.on` puts a day there.
    """

    id: str
    question_id: str
    label: Words = field(hash=False)
    scale: Scale
    required: bool
    factor: str
    data_class: str
    mark: str
    source: str
    kind: str = "codes"
    least: int = 1
    most: int = 127
    today: tuple[str, ...] = ()

    @property
    def rated(self) -> bool:
        return bool(self.scale.satisfied)

    @property
    def wide(self) -> bool:
        """Whether its integer is no code of a scale."""
        return self.kind != "codes"

    def takes(self, value: int) -> bool:
        """Whether the integer is an answer to it; whether a commune exists is not asked."""
        if not self.wide:
            return value in self.codes
        if self.kind == "date" and day_of(value) is None:
            return False
        return self.least <= value <= self.most

    @property
    def options(self) -> tuple[Option, ...]:
        return self.scale.options

    @property
    def codes(self) -> tuple[int, ...]:
        return self.scale.codes


@dataclass(frozen=True)
class Question:
    """One question as shown.

    scale: options shared by all its items; None for every kind without options, and `multiple`.
    choices: the options of a `multiple` question, each of which is an item of its own.
    rows: the lines of a `grid`.
    items: what its answers are stored under, in the order shown; none for a note or a text.
    unit: of a number, in words; may be empty.
    show_when: it is asked only then; None is always.
    checks: what its answers must fulfil, beside their own kind.
    legal_basis, retention_months: why its personal data may be asked, and how long they are kept.
    audio, picture: names of files; `picture_alt` says what the picture shows.
    """

    id: str
    kind: str
    text: Words = field(hash=False)
    hint: Words = field(hash=False)
    scale: Scale | None
    choices: tuple[Option, ...]
    rows: tuple[Row, ...]
    required: bool
    data_class: str
    mark: str
    source: str
    items: tuple[Item, ...]
    unit: Words = field(default_factory=dict, hash=False)
    show_when: Condition | None = None
    checks: tuple[Check, ...] = ()
    legal_basis: str = ""
    retention_months: int | None = None
    audio: Words = field(default_factory=dict, hash=False)
    picture: str = ""
    picture_alt: Words = field(default_factory=dict, hash=False)
    alias: str = ""

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be chosen, in the order shown; empty where nothing is."""
        return self.scale.options if self.scale else self.choices

    @cached_property
    def fleeting(self) -> tuple[Option, ...]:
        """The options that are offered after some answers only."""
        return tuple(option for option in self.options if option.show_when is not None)

    @property
    def other(self) -> Option | None:
        """The option that asks to say which in words."""
        return next((option for option in self.options if option.other), None)


@dataclass(frozen=True)
class Screen:
    """Questions shown together when the form is paged; `introduction` may be empty.

    show_when: it is shown only then; None is always.
    """

    id: str
    title: Words = field(hash=False)
    introduction: Words = field(hash=False)
    questions: tuple[Question, ...]
    show_when: Condition | None = None
    alias: str = ""


@dataclass(frozen=True)
class Factor:
    """Items measured together; either `items` (ids) or `children`, never both."""

    id: str
    label: Words = field(hash=False)
    items: tuple[str, ...] = ()
    children: tuple["Factor", ...] = ()

    @property
    def leaves(self) -> tuple["Factor", ...]:
        """The innermost factors, in file order; itself when it has no children."""
        if not self.children:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves)

    @property
    def all_items(self) -> tuple[str, ...]:
        """The ids of the items in it and in everything below it."""
        return tuple(item for leaf in self.leaves for item in leaf.items)

    def walk(self) -> Iterator["Factor"]:
        """Itself, then everything below it, in file order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Questionnaire:
    """One version of a form. Once published it is never edited.

    status: `compared` when its wording was compared with the decision that carries it.
    notice: version of the privacy notice that opens it.
    remark: what is known to be missing or uncertain in it, for staff; may be empty.
    """

    form: str
    version: int
    title: Words
    introduction: Words
    languages: tuple[str, ...]
    paging: str
    status: str
    source: str
    notice: str
    remark: Words
    scales: tuple[Scale, ...]
    screens: tuple[Screen, ...]
    factors: tuple[Factor, ...]

    def __hash__(self) -> int:
        return hash((self.form, self.version))

    @property
    def name(self) -> str:
        """`<form>@<version>`, as a round and a response name it."""
        return f"{self.form}@{self.version}"

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for screen in self.screens for question in screen.questions)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for question in self.questions for item in question.items)

    @cached_property
    def rated(self) -> tuple[Item, ...]:
        """The items that shares and the index are made of."""
        return tuple(item for item in self.items if item.rated)

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def is_plain(self) -> bool:
        """Whether each answer is right or wrong by itself: no conditions, no sets of options."""
        return not any(screen.show_when for screen in self.screens) and not any(
            one.show_when or one.fleeting or one.checks or one.kind == "multiple"
            for one in self.questions
        )

    @cached_property
    def by_question(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    @property
    def leaves(self) -> tuple[Factor, ...]:
        """The innermost factors, in file order."""
        return tuple(leaf for factor in self.factors for leaf in factor.leaves)

    @property
    def wording_compared(self) -> bool:
        """Whether every word was copied and then compared with the decision that carries it."""
        return self.status == "compared" and all(item.mark == "copied" for item in self.items)
