"""A form tried out by staff: the citizen's own pages, behind no round. Nothing of it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from questionnaires.conditions import CHOSEN, route
from questionnaires.example import example
from questionnaires.model import PAGINGS, Question, Questionnaire, Words
from questionnaires.today import on
from survey.calendar import local_day
from survey.fieldwork.catalogue import notice_versions
from survey.fieldwork.tables import Round
from survey.i18n import LANGUAGES
from survey.respond.doorway import AT_ADDRESS, Doorway, communes_within
from survey.respond.figures import PARTS
from survey.respond.journey import NOTICE, PREFIX, Journey
from survey.respond.media import Shown
from survey.respond.stamp import new_stamp
from survey.units.areas import areas_on, descendants, province_of
from survey.units.tables import Centre

DEVICES = ("kiosk", "phone", "desktop", "plain")
SEEDS_TRIED = 200  # examples looked at for one that leads to a page
MOST_SEEDS = 10**6
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Trial:
    """How a form is tried out.

    language: of the form. device: what the page is shown on; `plain` is without JavaScript.
    paging: `screens` or `one-page`, whatever the form itself says. seed: of the example that is
    filled in; None leaves the form empty. step: the page to begin at, the last being the thanks.
    """

    language: str
    device: str
    paging: str
    seed: int | None = None
    step: int = NOTICE

    @classmethod
    def read(cls, form: Questionnaire, given: Mapping[str, str]) -> "Trial":
        """What an address or a page asks for; what it does not say, or says wrongly, is usual."""

        def among(name: str, allowed: tuple[str, ...], usual: str) -> str:
            return given.get(name, "") if given.get(name) in allowed else usual

        seed, step = _whole(given.get("seed")), _whole(given.get("step"))
        return cls(
            among("language", form.languages, form.languages[0]),
            among("device", DEVICES, "phone"),
            among("paging", PAGINGS, form.paging),
            None if seed is None else seed % MOST_SEEDS,
            NOTICE if step is None else step,
        )

    @property
    def choices(self) -> dict[str, Any]:
        """What stands in an address of the page."""
        found: dict[str, Any] = {"language": self.language, "device": self.device}
        found["paging"] = self.paging
        if self.seed is not None:
            found["seed"] = str(self.seed)
        return found | ({"step": str(self.step)} if self.step else {})

    @property
    def kept(self) -> Pairs:
        """What the page itself carries on."""
        return tuple(
            (f"{PREFIX}-{name}", getattr(self, name)) for name in ("language", "device", "paging")
        )


def kept_choices(typed: Mapping[str, str]) -> dict[str, str]:
    """The choices that a page carried (see `Trial.kept`)."""
    return {
        name.removeprefix(f"{PREFIX}-"): value
        for name, value in typed.items()
        if name.startswith(f"{PREFIX}-")
    } | {"seed": "", "step": ""}


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass
class TrialJourney(Journey):
    """A way through the form that carries on how it is tried out. extra: names and values."""

    extra: Pairs = ()

    def carried(self, step: int) -> Iterator[tuple[str, str]]:
        yield from super().carried(step)
        yield from self.extra

    def opened_at(self, step: int) -> int:
        """The page that is shown to whoever begins at `step`: one that asks something."""
        return step if step in (NOTICE, self.last) else self.after(step - 1)


def doorway_of(
    session: Session,
    form: Questionnaire,
    trial: Trial,
    media: Mapping[str, Shown],
    *,
    now: datetime,
) -> Doorway:
    """Where the form is tried out: a round that is nowhere stored, at no counter."""
    versions = notice_versions()
    round_ = Round(
        code="",
        title=_heard(form.title, trial.language),
        questionnaire=form.name,
        notice=form.notice if form.notice in versions else versions[-1],
        sample="probability",
        simulated=False,
    )
    communes = _communes(session, form, now)
    introduction = _heard(form.introduction, trial.language)
    asked = on(replace(form, paging=trial.paging, introduction=introduction), local_day(now))
    return Doorway(round_, asked, AT_ADDRESS[0], None, None, (), communes, media)


def _heard(words: Words, language: str) -> Words:
    """The words as the notice shows them, in the language of the page: where the pages do not
    have the form's language, the form's own stand in every one."""
    if language in LANGUAGES or not words:
        return dict(words)
    return dict.fromkeys(LANGUAGES, words[language])


def _communes(session: Session, form: Questionnaire, now: datetime) -> Pairs:
    """The communes of one province: where the first centre is, else the first that there is."""
    if not any(item.kind == "place" for item in form.items):
        return ()
    day = local_day(now)
    served = session.scalar(select(Centre.area_id).order_by(Centre.id).limit(1))
    provinces = areas_on(session, day, level="province")
    home = None if served is None else province_of(session, served)
    first = home or next(iter(provinces), None)
    return communes_within(session, descendants(session, first.id), day) if first else ()


def journey_of(
    doorway: Doorway, trial: Trial, typed: MultiDict[str, str], extra: Pairs, *, now: datetime
) -> TrialJourney:
    """The way through the form with what was typed."""
    stamp = new_stamp("", None, doorway.mode, now=now)
    return TrialJourney(doorway, stamp, trial.language, typed, (*trial.kept, *extra))


def seed_leading_to(doorway: Doorway, seed: int, step: int) -> int | None:
    """The first seed, from `seed` on, whose example leads to the page of a step; None if none of
    SEEDS_TRIED does."""
    screens = doorway.questionnaire.screens
    shown = screens if doorway.questionnaire.paging == "one-page" else screens[step - 1 : step]
    wanted = {question.id for screen in shown for question in screen.questions}
    if not wanted:
        return seed
    for tried in range(seed, seed + SEEDS_TRIED):
        if wanted & route(doorway.questionnaire, answers_of(doorway, tried)).questions:
            return tried
    return None


def answers_of(doorway: Doorway, seed: int) -> dict[str, int]:
    """The answers of the example of a seed."""
    communes = [int(code) for code, _ in doorway.communes]
    return example(doorway.questionnaire, Random(seed), communes)


def typed_of(form: Questionnaire, answers: Mapping[str, int], words: str) -> MultiDict[str, str]:
    """What a browser sends for these answers; `words` is written where words are asked for."""
    typed: MultiDict[str, str] = MultiDict()
    for question in form.questions:
        for name, value in _fields(question, answers, words):
            typed.add(name, value)
    return typed


def _fields(
    question: Question, answers: Mapping[str, int], words: str
) -> Iterator[tuple[str, str]]:
    chosen = [o.code for o in question.choices if answers.get(f"{question.id}_{o.code}") == CHOSEN]
    yield from ((question.id, str(code)) for code in chosen)
    if question.kind == "text":
        yield question.id, words
    for item in question.items if not question.choices else ():
        value = answers.get(item.id)
        if value is not None and item.kind == "date":
            parts = (value % 100, value // 100 % 100, value // 10_000)
            yield from ((f"{item.id}-{p}", str(n)) for p, n in zip(PARTS, parts, strict=True))
        elif value is not None:
            chosen.append(value)
            yield item.id, str(value)
    if question.other and question.other.code in chosen:
        yield f"{question.id}-other", words
