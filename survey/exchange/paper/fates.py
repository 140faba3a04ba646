"""What of a form stands on its paper."""

from questionnaires.features import PIPE
from survey.exchange.fidelity import APPROXIMATED, AS_IS, DROPPED, N_, Fate, Fates, Used

STAFF = Fate(DROPPED, N_("It is for staff, and is not printed for citizens."))
COUNTED = Fate(DROPPED, N_("The paper form says what is asked, not what the answers count for."))
NAMES = Fate(DROPPED, N_("The paper form carries the names of this platform alone."))
PAGES = Fate(APPROXIMATED, N_("Paper has pages of its own: a screen becomes a part."))
WHEN = Fate(APPROXIMATED, N_("The condition is printed in words; nothing but the reader keeps it."))
OFFERED = Fate(
    APPROXIMATED, N_("The condition is printed in words; the option is there for everybody.")
)
CHECKED = Fate(DROPPED, N_("Paper checks nothing: it is checked when the answers are typed in."))
STAR = Fate(APPROXIMATED, N_("A star asks for an answer; paper cannot demand one."))
ALONE = Fate(
    APPROXIMATED, N_("Words beside the box ask to choose no other; paper cannot enforce it.")
)
LIMIT = Fate(APPROXIMATED, N_("The limits are printed; paper cannot enforce them."))
EARLIER = Fate(
    APPROXIMATED, N_("The paper form names the question whose answer a page would repeat.")
)
SOUND = Fate(DROPPED, N_("Paper plays no sound."))
SEEN = Fate(APPROXIMATED, N_("The words that say what the picture shows are printed in its place."))
BY_HAND = Fate(APPROXIMATED, N_("The name is written by hand; the office adds the code."))

NAMES_OF_PARTS = Fate(APPROXIMATED, N_("Parts carry letters, A, B, C."))


def _piped(used: Used) -> Fate:
    pipes = any(PIPE.search(text) for text in used.value.values())
    return EARLIER if pipes else AS_IS


def _kind(used: Used) -> Fate:
    return BY_HAND if used.value == "place" else AS_IS


_QUESTION: Fates = {
    "question.id": AS_IS,
    "question.kind": _kind,
    "question.text": _piped,
    "question.data_class": AS_IS,
    "question.mark": STAFF,
    "question.source": STAFF,
    "question.hint": _piped,
    "question.scale": AS_IS,
    "question.required": STAR,
    "question.min": LIMIT,
    "question.max": LIMIT,
    "question.unit": AS_IS,
    "question.show_when": WHEN,
    "question.legal_basis": AS_IS,
    "question.retention_months": AS_IS,
    "question.audio": SOUND,
    "question.picture": SEEN,
    "question.picture_alt": AS_IS,
    "question.alias": NAMES,
}


def fates() -> Fates:
    """What becomes of each key of the format on paper."""
    return {
        "form.form": AS_IS,
        "form.version": AS_IS,
        "form.title": AS_IS,
        "form.introduction": AS_IS,
        "form.languages": Fate(APPROXIMATED, N_("A paper form is in one language.")),
        "form.paging": PAGES,
        "form.status": AS_IS,
        "form.source": AS_IS,
        "form.notice": AS_IS,
        "form.mark": STAFF,
        "form.remark": STAFF,
        "scale.satisfied": COUNTED,
        "scale.missing": COUNTED,
        "scale.alias": NAMES,
        "option.code": AS_IS,
        "option.text": AS_IS,
        "option.exclusive": ALONE,
        "option.other": AS_IS,
        "option.not_applicable": COUNTED,
        "option.dont_know": COUNTED,
        "option.show_when": OFFERED,
        "option.alias": NAMES,
        "screen.id": NAMES_OF_PARTS,
        "screen.title": _piped,
        "screen.introduction": _piped,
        "screen.show_when": WHEN,
        "screen.alias": NAMES,
        **_QUESTION,
        "check.holds": CHECKED,
        "check.message": CHECKED,
        "row.number": AS_IS,
        "row.text": AS_IS,
        "row.data_class": AS_IS,
        "row.mark": STAFF,
        "row.source": STAFF,
        "row.alias": NAMES,
        "factor.id": COUNTED,
        "factor.label": COUNTED,
        "factor.items": COUNTED,
    }
