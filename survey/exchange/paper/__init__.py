"""A form on paper: A4, with boxes to cross, and on every page the code that tells what it is."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires import Notice, Questionnaire, notice, sha256
from survey.errors import InputFault
from survey.exchange.fidelity import Report, account
from survey.exchange.paper.fates import fates
from survey.exchange.paper.sheet import Sheet, words_of
from survey.exchange.wishes import Wishes
from survey.fieldwork.poster import FONTS

TEMPLATE = Path(__file__).parent / "paper.typ"
MADE = datetime(2000, 1, 1, tzinfo=UTC)  # no date is kept: the same form is the same file
STRANGE = re.compile(r"[^\u0000-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u206f\u20ab]")
LONG = 4000  # letters of a notice that may be cut between two pages
MOST_QUESTIONS = 500
HASH = 8  # digits of the form's hash that are printed


class PaperTooLong(InputFault):
    """A form with more questions than anybody answers on paper, and than memory is there for."""

    title = _l("This questionnaire is too long for paper")
    remedy = _l("Please divide it into shorter ones.")

    def __init__(self, form: Questionnaire) -> None:
        values = {"n": str(len(form.questions)), "most": str(MOST_QUESTIONS)}
        told = _("It has %(n)s questions; a paper form has at most %(most)s.", **values)
        super().__init__([str(told)])


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """A tagged PDF (PDF/UA-1) in one language, and what of the form stands on it.

    Raises PaperTooLong.
    """
    if len(form.questions) > MOST_QUESTIONS:
        raise PaperTooLong(form)
    data = json.dumps(sheet(form, wishes), ensure_ascii=False)
    made = _compiler(data).compile(
        format="pdf", sys_inputs={"data": data}, pdf_standards="ua-1", timestamp=MADE
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made, told(form)


def told(form: Questionnaire) -> Report:
    """What of the form stands on its paper."""
    return account(form, fates())


def png(form: Questionnaire, wishes: Wishes, *, ppi: int = 72) -> list[bytes]:
    """Its pages as pictures."""
    data = json.dumps(sheet(form, wishes), ensure_ascii=False)
    made = _compiler(data).compile(format="png", sys_inputs={"data": data}, ppi=ppi)
    return made if isinstance(made, list) else [made] if isinstance(made, bytes) else []


def mark(form: Questionnaire, wishes: Wishes) -> str:
    """What the small QR code says: the form, the head of its hash, the round; parted by `;`."""
    parts = ("SIPAS1", form.name, sha256(form)[:HASH], wishes.round_code)
    return ";".join(parts)


def sheet(form: Questionnaire, wishes: Wishes) -> dict[str, Any]:
    """All that the template sets, as plain data."""
    language, made = wishes.language, Sheet(form, wishes.language)
    words = words_of(language)
    known = notice(form.notice).filled(
        organiser=wishes.organiser or words["blank"], contact=wishes.contact or words["blank"]
    )
    spoken = language if language in known.title else "vi"
    return {
        "language": language,
        "words": words,
        "title": form.title[language],
        "introduction": form.introduction.get(language, ""),
        "organiser": wishes.organiser,
        "round": wishes.round_title,
        "code": wishes.round_code,
        "name": form.name,
        "hash": sha256(form)[:HASH],
        "mark": mark(form, wishes),
        "qr": _qr(mark(form, wishes)),
        "source": form.source,
        "compared": form.wording_compared,
        "simulated": wishes.simulated,
        "how": _how(form, words),
        "notice": {
            "title": known.title[spoken],
            "summary": known.summary[spoken],
            "columns": _columns(known, spoken),
            "long": sum(len(one.text[spoken]) for one in known.sections) > LONG,
        },
        "parts": made.parts(),
    }


def _how(form: Questionnaire, words: Mapping[str, Any]) -> list[str]:
    """How it is filled in: only what this form needs."""
    several = any(question.kind == "multiple" for question in form.questions)
    stars = any(question.required for question in form.questions)
    keys = ["how_one", *["how_several"] * several, "how_wrong", *["how_star"] * stars, "how_name"]
    return [words[key] for key in keys]


def _columns(known: Notice, language: str) -> list[list[dict[str, str]]]:
    """The sections of a notice in two columns of about the same length."""
    told = [{"heading": s.heading[language], "text": s.text[language]} for s in known.sections]
    whole = sum(len(one["text"]) for one in told)
    first: list[dict[str, str]] = []
    while told and 2 * sum(len(one["text"]) for one in first) + len(told[0]["text"]) <= whole:
        first.append(told.pop(0))
    return [first, told]


def _qr(text: str) -> str:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def _compiler(data: str) -> typst.Compiler:
    """Fonts of the machine are looked at only for letters that ours does not have."""
    ours = not STRANGE.search(data)
    return typst.Compiler(
        input=TEMPLATE, root=TEMPLATE.parent, font_paths=[FONTS], ignore_system_fonts=ours
    )
