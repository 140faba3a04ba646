"""Roles and what each may do: the one table that guards, menus and tests read."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words
from survey.staff.tables import ROLES

OWN: Final = "desk.open"  # whoever is signed in, with or without a grant: one's own account
EVERY_ROLE: Final = frozenset(ROLES)

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    OWN: EVERY_ROLE,
    "unit.see": EVERY_ROLE,
    "unit.edit": frozenset({"administrator"}),
    "round.see": EVERY_ROLE,
    "round.edit": frozenset({"fieldwork", "administrator"}),
    "questionnaire.see": EVERY_ROLE,
    "questionnaire.edit": frozenset({"fieldwork", "administrator"}),
    "device.see": frozenset({"head", "supervisor", "fieldwork", "auditor", "administrator"}),
    "device.edit": frozenset({"fieldwork", "administrator"}),
    "served.edit": frozenset({"fieldwork", "administrator"}),
    "figure.see": frozenset({"officer", "head", "supervisor", "analyst", "auditor"}),
    "figure.download": frozenset({"head", "supervisor", "analyst", "auditor"}),
    "comment.see": frozenset({"officer", "head", "supervisor"}),  # never administrator
    "feedback.see": frozenset({"officer", "head", "supervisor"}),  # never administrator
    "feedback.work": frozenset({"officer", "head", "supervisor"}),
    "feedback.release": frozenset({"head", "supervisor"}),
    "feedback.assign": frozenset({"head", "supervisor"}),
    "feedback.receive": frozenset({"head", "supervisor"}),  # what is sealed about a unit below
    "feedback.unmask": frozenset({"supervisor"}),  # and never for one's own unit: feedback.access
    "feedback.privacy": frozenset({"supervisor"}),  # and never for cases about one's own unit
    "feedback.figure": frozenset({"officer", "head", "supervisor", "analyst", "auditor"}),
    "feedback.rule": frozenset({"head", "supervisor"}),
    "feedback.connect": frozenset({"administrator"}),  # what is told has no words of anybody
    "review.see": frozenset({"supervisor", "auditor"}),
    "review.edit": frozenset({"supervisor"}),
    "staff.edit": frozenset({"administrator"}),
    "audit.see": frozenset({"auditor", "administrator"}),
    "site.edit": frozenset({"administrator"}),
}

SECOND_FACTOR: Final = frozenset({"officer", "head", "supervisor"})  # they may see contact data

ROLE_NAMES: Final[dict[str, Words]] = {
    "officer": _l("Officer"),
    "head": _l("Head of a unit"),
    "supervisor": _l("Supervisor"),
    "analyst": _l("Analyst"),
    "fieldwork": _l("Fieldwork organiser"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

__all__ = ["EVERY_ROLE", "OWN", "PERMISSIONS", "ROLES", "ROLE_NAMES", "SECOND_FACTOR"]
