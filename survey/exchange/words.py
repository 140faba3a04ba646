"""What formats and the things of a form are called on the pages of exchange."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words
from survey.exchange.fidelity import APPROXIMATED, DROPPED, KEPT

OUTCOME_NAMES: Final[dict[str, Words]] = {
    DROPPED: _l("Dropped"),
    APPROXIMATED: _l("Approximated"),
    KEPT: _l("Kept"),
}
OUTCOME_KINDS: Final = {DROPPED: "bad", APPROXIMATED: "warn", KEPT: "good"}
ABOUT: Final[dict[str, Words]] = {
    "toml": _l(
        "The questionnaire as its authors edit it: for other installations of this platform."
    ),
    "canonical": _l("The text that is stored and hashed when the questionnaire is published."),
    "schema": _l("For programs and devices: what an answer sent to this platform must look like."),
    "xlsform": _l("For KoboToolbox, ODK, SurveyCTO and others that read XLSForm."),
    "xform": _l("For ODK Collect and others that read OpenRosa XForms."),
    "lss": _l("For LimeSurvey."),
    "paper": _l("To print: boxes to cross, with codes for typing the answers in."),
}
SHAPE_NAMES: Final[dict[str, Words]] = {
    "form": _l("Questionnaire"),
    "scale": _l("Scale"),
    "option": _l("Option"),
    "screen": _l("Screen"),
    "question": _l("Question"),
    "check": _l("Check"),
    "row": _l("Row of a grid"),
    "factor": _l("Factor"),
}
KEY_NAMES: Final[dict[str, Words]] = {
    "form": _l("name"),
    "version": _l("version"),
    "title": _l("title"),
    "introduction": _l("introduction"),
    "languages": _l("languages"),
    "paging": _l("division into pages"),
    "status": _l("whether it was compared with the decision"),
    "source": _l("source"),
    "mark": _l("how the wording follows its source"),
    "notice": _l("privacy notice"),
    "remark": _l("remark for staff"),
    "satisfied": _l("codes that count as satisfied"),
    "missing": _l("codes that count as missing"),
    "alias": _l("name in other tools"),
    "code": _l("code"),
    "text": _l("wording"),
    "exclusive": _l("excludes the others"),
    "other": _l("asks to say which"),
    "not_applicable": _l("does not apply"),
    "dont_know": _l("does not know"),
    "show_when": _l("condition under which it is shown"),
    "id": _l("id"),
    "kind": _l("kind"),
    "data_class": _l("class of data"),
    "hint": _l("hint"),
    "scale": _l("scale"),
    "required": _l("compulsory"),
    "min": _l("least allowed"),
    "max": _l("greatest allowed"),
    "unit": _l("unit"),
    "legal_basis": _l("legal basis"),
    "retention_months": _l("how long it is kept"),
    "audio": _l("sound"),
    "picture": _l("picture"),
    "picture_alt": _l("words for the picture"),
    "holds": _l("condition that must hold"),
    "message": _l("message"),
    "number": _l("number"),
    "label": _l("label"),
    "items": _l("items"),
}


def feature_name(feature: str) -> str:
    """`question.show_when` in words; the name that a file gives to a part of it stays."""
    shape, _dot, key = feature.partition(".")
    if shape in SHAPE_NAMES and key in KEY_NAMES:
        return f"{SHAPE_NAMES[shape]}: {KEY_NAMES[key]}"
    return feature


def place_name(place: str) -> str:
    """`scale rooms, option 2` in words; cells of a file and ids stay."""
    told = []
    for part in place.split(", "):
        first, _space, rest = part.partition(" ")
        named = rest and first in SHAPE_NAMES
        told.append(f"{str(SHAPE_NAMES[first]).lower()} {rest}" if named else part)
    return ", ".join(told)
