"""What questionnaires, their parts and states are called at the desk."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

STATE_NAMES: Final[dict[str, Words]] = {
    "draft": _l("Draft"),
    "published": _l("Published"),
    "shipped": _l("Comes with the platform"),
}
STATE_KINDS: Final = {"draft": "warn", "published": "good", "shipped": "quiet"}
KIND_NAMES: Final[dict[str, Words]] = {
    "rating": _l("Rating on a scale"),
    "single": _l("One choice"),
    "multiple": _l("Several choices"),
    "yesno": _l("Yes or no"),
    "grid": _l("Grid: several lines, one scale"),
    "number": _l("Number"),
    "date": _l("Day"),
    "place": _l("Commune"),
    "text": _l("Words"),
    "note": _l("Note, nothing is asked"),
}
DATA_CLASS_NAMES: Final[dict[str, Words]] = {
    "none": _l("Says nothing about a person"),
    "personal": _l("Personal data"),
    "sensitive": _l("Sensitive personal data"),
}
MARK_NAMES: Final[dict[str, Words]] = {
    "copied": _l("Copied word for word"),
    "shortened": _l("Shortened"),
    "idea": _l("The same thing in other words"),
    "recalled": _l("Written from memory"),
}
PAGING_NAMES: Final[dict[str, Words]] = {
    "screens": _l("Screen by screen"),
    "one-page": _l("Everything on one page"),
}
STATUS_NAMES: Final[dict[str, Words]] = {
    "draft": _l("Not compared yet"),
    "compared": _l("Compared with the decision"),
}
SEVERITY_NAMES: Final[dict[str, Words]] = {"error": _l("Error"), "warning": _l("Warning")}
LANGUAGE_NAMES: Final[dict[str, Words]] = {
    "vi": _l("Vietnamese"),
    "en": _l("English"),
    "km": _l("Khmer"),
    "lo": _l("Lao"),
    "zh": _l("Chinese"),
    "hmn": _l("Hmong"),
    "tyz": _l("Tày"),
    "nut": _l("Nùng"),
    "mtq": _l("Mường"),
    "cja": _l("Cham"),
    "jra": _l("Jarai"),
    "rad": _l("Ede"),
    "bru": _l("Bru-Vân Kiều"),
    "fr": _l("French"),
    "ja": _l("Japanese"),
    "ko": _l("Korean"),
    "ru": _l("Russian"),
}


def language_name(code: str) -> str:
    """The name of a language; the code of one that has none here."""
    return str(LANGUAGE_NAMES.get(code, code))
