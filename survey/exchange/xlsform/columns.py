"""The columns of an XLSForm by all their names, and those that only this platform reads."""

import re
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

OWN = "sipas_"  # every column and sheet of ours begins so; other tools pass over them
FORM_SHEET, FACTORS_SHEET = "sipas_form", "sipas_factors"
SHEETS = ("survey", "choices", "settings", "external_choices", FORM_SHEET, FACTORS_SHEET)
OWN_ROW = ("sipas_id", "sipas_alias", "sipas_kind", "sipas_row", "sipas_show_when",
           "sipas_constraint", "sipas_data_class", "sipas_mark", "sipas_source",
           "sipas_legal_basis", "sipas_retention_months")  # fmt: skip
OWN_WORDS = ("sipas_unit", "sipas_picture_alt")  # with `_vi` and so on behind
OWN_CHOICE = ("sipas_scale", "sipas_code", "sipas_alias", "sipas_exclusive", "sipas_other",
              "sipas_no_opinion", "sipas_satisfied", "sipas_missing", "sipas_show_when",
              "sipas_when")  # fmt: skip
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "image",
              "big-image", "audio", "video")  # fmt: skip
_NAMES: Mapping[str, str] = {
    "command": "type", "tag": "name", "value": "name", "caption": "label", "relevance": "relevant",
    "calculate": "calculation", "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message", "constraint-msg": "constraint_message",
    "constraintmsg": "constraint_message", "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message", "readonly": "read_only", "jr:count": "repeat_count",
    "count": "repeat_count", "list name": "list_name", "list-name": "list_name",
    "listname": "list_name", "set_form_title": "form_title", "set form title": "form_title",
    "title": "form_title", "set_form_id": "form_id", "set form id": "form_id",
    "id_string": "form_id", "jr:noapperrorstring": "no_app_error_string", "big image": "big-image",
    "guidance hint": "guidance_hint", "repeat count": "repeat_count", "read only": "read_only",
    "choice filter": "choice_filter", "constraint message": "constraint_message",
    "required message": "required_message", "default language": "default_language",
    "form title": "form_title", "form id": "form_id",
}  # fmt: skip
NO_ALIAS = "(none)"  # a name that was made, of something without an alias
_AROUND = ("bind", "control", "body", "media")


def as_written(text: str) -> str:
    """A text for a column of ours, where other tools would look for the name of a question."""
    return text.replace("${", "$\\{")


def as_read(text: str) -> str:
    """What `as_written` was given."""
    return text.replace("$\\{", "${")


def column(header: str) -> tuple[str, str]:
    """What a header says, and in which language, as written; `media::image::English (en)` is
    image in English (en). The language may be empty."""
    header = " ".join(header.split())
    parts = [part.strip() for part in _cut(header)]
    while len(parts) > 1 and parts[0].lower() in _AROUND:
        parts = parts[1:]
    key = parts[0].lower()
    key = _NAMES.get(key, key)
    if key in TRANSLATED:
        return key, "::".join(parts[1:])
    return "::".join([key, *parts[1:]]), ""


def _cut(header: str) -> list[str]:
    if "::" in header:
        return header.split("::")
    return re.split(r":(?!constraint|required|count|noApp)", header, flags=re.IGNORECASE)


def language_label(code: str) -> str:
    """`Tiếng Việt (vi)`, as XLSForms name languages."""
    try:
        name = Locale.parse(code, sep="-").get_language_name(code) or code
    except (UnknownLocaleError, ValueError):
        name = code
    return f"{name[:1].upper()}{name[1:]} ({code})"
