"""What feedback may be about: the fields of service, and what is asked besides the words."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.feedback.contacts import Consent
from survey.feedback.tables import KINDS
from survey.feedback.words import KIND_MEANT, KIND_WORDS
from survey.units.places import field_names

OTHER: Final = "other"  # the sender does not know, or it is about none of the fields


def names(session: Session, language: str) -> Mapping[str, str]:
    """Code and name of each service."""
    return {**field_names(session, language), OTHER: str(_("Another service, or not known"))}


def listed(session: Session, language: str) -> list[dict[str, Any]]:
    """The answer to GET services. A token comes back, for the id of a case opens nothing."""
    return [
        {
            "service_code": code,
            "service_name": name,
            "description": _("Feedback about: %(service)s", service=name),
            "metadata": True,
            "type": "batch",
            "keywords": "",
            "group": _("Administrative services"),
        }
        for code, name in names(session, language).items()
    ]


def definition(code: str, consent: Consent) -> dict[str, Any]:
    """The answer to GET service definition."""
    agreed = _("%(version)s when the sender has agreed to these words", version=consent.version)
    kinds = [{"key": kind, "name": f"{KIND_WORDS[kind]}: {KIND_MEANT[kind]}"} for kind in KINDS]
    return {
        "service_code": code,
        "attributes": [
            _attribute("kind", 1, "singlevaluelist", _("What is sent"), values=kinds),
            _attribute(
                "consent", 2, "string", consent.text, required=False,
                hint=agreed,
            ),
        ],
    }  # fmt: skip


def _attribute(
    code: str,
    order: int,
    datatype: str,
    description: str,
    *,
    required: bool = True,
    hint: str | None = None,
    values: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": required,
        "datatype_description": hint,
        "order": order,
        "description": description,
        "values": values or [],
    }
