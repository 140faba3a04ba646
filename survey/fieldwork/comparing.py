"""Two versions of a questionnaire, of whatever state, laid side by side; and the words for it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires import Change, Comparison, Indicator, Questionnaire, compare, shipped
from questionnaires.indicators import matched
from survey.errors import Words
from survey.fieldwork import catalogue, drafts
from survey.fieldwork.editor import words as editor_words
from survey.fieldwork.publishing import published

STATES: Final = ("draft", "published", "shipped")

GRADE_NAMES: Final[Mapping[str, Words]] = {
    "same": _l("Comparable"),
    "reworded": _l("Compare with care"),
    "different": _l("Not comparable"),
    "": _l("New: its series begins"),
}
GRADE_SENTENCES: Final[Mapping[str, Words]] = {
    "same": _l("Nothing changed that touches a figure: every series goes on."),
    "reworded": _l("No series breaks; figures of what was reworded are compared with care."),
    "different": _l("Comparability breaks: some figures cannot be compared with those of before."),
}
GRADE_KINDS: Final = {"same": "good", "reworded": "warn", "different": "bad", "": "info"}
EFFECT_NAMES: Final[Mapping[str, Words]] = {
    "breaks": _l("Breaks the series"),
    "reworded": _l("Reworded"),
    "care": _l("To be read with care"),
    "order": _l("Order only"),
    "translation": _l("Translation only"),
    "harmless": _l("Touches no figure"),
}
EFFECT_KINDS: Final = {"breaks": "bad", "reworded": "warn", "care": "warn"}
PARTS: Final[Mapping[str, Words]] = {
    "kind": _l("Kind of question"),
    "codes": _l("Codes of the answers"),
    "satisfied": _l("Codes that count as satisfied"),
    "missing": _l("Codes that mean no opinion"),
    "show_when": _l("Who is asked"),
    "unit": _l("Unit"),
    "text": _l("Wording"),
    "stem": _l("Wording above the lines or options"),
    "hint": _l("Hint"),
    "options": _l("Options"),
    "option_text": _l("Wording of option %(code)d"),
    "option_exclusive": _l("Option %(code)d excludes the others"),
    "option_other": _l("Option %(code)d asks to say which"),
    "option_no_opinion": _l("Option %(code)d is no opinion"),
    "option_show_when": _l("When option %(code)d is offered"),
    "option_order": _l("Order of the options"),
    "option_alias": _l("Name of option %(code)d in other tools"),
    "limits": _l("Least and most"),
    "required": _l("Compulsory"),
    "checks": _l("Check of the answer"),
    "check_message": _l("What check %(code)d says"),
    "picture": _l("Picture"),
    "picture_alt": _l("What the picture shows"),
    "audio": _l("Sound"),
    "title": _l("Title"),
    "introduction": _l("Introduction"),
    "remark": _l("Remark"),
    "screen": _l("Screen it stands on"),
    "screen_title": _l("Title of the screen"),
    "screen_introduction": _l("Introduction of the screen"),
    "paging": _l("Paging"),
    "status": _l("Compared with the decision or not"),
    "source": _l("Source"),
    "stem_source": _l("Source"),
    "mark": _l("How the wording follows its source"),
    "stem_mark": _l("How the wording follows its source"),
    "notice": _l("Privacy notice"),
    "scales": _l("Scales"),
    "scale": _l("Name of the scale"),
    "languages": _l("Languages"),
    "data_class": _l("Data class"),
    "legal_basis": _l("Legal basis"),
    "retention_months": _l("Months that answers are kept"),
    "alias": _l("Name in other tools"),
    "row_alias": _l("Name of the line in other tools"),
    "scale_alias": _l("Name of the scale in other tools"),
    "item_added": _l("New item"),
    "item_removed": _l("Item that is gone"),
    "question_added": _l("New question without figures"),
    "question_removed": _l("Question without figures that is gone"),
    "id": _l("Id"),
    "order": _l("Place among the items"),
    "graded": _l("Graded as another question"),
    "factor_label": _l("Label of the factor"),
    "factor_added": _l("New factor"),
    "factor_removed": _l("Factor that is gone"),
    "factor_items": _l("Items that the factor is made of"),
    "factor_order": _l("Order or nesting of the factor"),
}


def part(change: Change) -> str:
    """What a change is about, in words."""
    words = str(PARTS[change.what])
    return words % {"code": change.code} if "%(" in words else words


VALUES: Final[Mapping[str, Mapping[str, Words]]] = {
    "kind": editor_words.KIND_NAMES,
    "data_class": editor_words.DATA_CLASS_NAMES,
    "mark": editor_words.MARK_NAMES,
    "stem_mark": editor_words.MARK_NAMES,
    "paging": editor_words.PAGING_NAMES,
    "status": editor_words.STATUS_NAMES,
    "graded": GRADE_NAMES,
    **dict.fromkeys(
        ("required", "option_exclusive", "option_other"), {"yes": _l("yes"), "no": _l("no")}
    ),
    "option_no_opinion": {
        "not_applicable": _l("does not apply"),
        "dont_know": _l("does not know"),
    },
}


def said(what: str, text: str) -> str:
    """What a change says of before or after, in the page's words where it is one of ours."""
    return str(VALUES.get(what, {}).get(text, text))


def form_named(session: Session, data: Path, name: str) -> Questionnaire:
    """A questionnaire of any state. `draft:`, `published:` or `shipped:` before the name says
    which is meant; else it is the one of record, then the shipped one, then the draft.

    Raises FormNotPublished, DraftUnknown, FormFaulty.
    """
    state, colon, rest = name.partition(":")
    if not colon or state not in STATES:
        if name in catalogue.form_names(session) or name not in drafts.draft_names(data):
            return catalogue.form(session, name)
        state, rest = "draft", name
    if state == "draft":
        return drafts.sound(drafts.read_draft(data, rest).text, rest)
    if state == "shipped" and rest in shipped():
        return catalogue.shipped_form(rest)
    return published(session, rest)


def comparison(
    known: Iterable[Indicator], before: Questionnaire, after: Questionnaire
) -> Comparison:
    """What changed between two forms; forms of other names are paired by what they measure."""
    pairs = () if before.name == after.name else matched(known, before.name, after.name)
    return compare(before, after, pairs)


def sentence(found: Comparison) -> str:
    """What the comparison comes to, as a whole."""
    return str(GRADE_SENTENCES[found.grade] if found.changes else _("Nothing changed."))
