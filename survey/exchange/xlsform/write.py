"""A form as an XLSForm."""

import io
from collections.abc import Mapping
from datetime import datetime

import xlsxwriter
from flask_babel import gettext as _

from questionnaires import Questionnaire
from questionnaires.document import document
from survey.exchange.apart import FileRefused
from survey.exchange.fidelity import Report, account
from survey.exchange.wishes import Wishes
from survey.exchange.xlsform.columns import (
    FACTORS_SHEET,
    FORM_SHEET,
    OWN,
    OWN_CHOICE,
    OWN_ROW,
    OWN_WORDS,
    as_written,
    language_label,
)
from survey.exchange.xlsform.fates import fates
from survey.exchange.xlsform.survey import Row, Survey, factor_rows, form_rows

MADE = datetime(2026, 1, 1)  # the same form gives the same bytes
LONGEST = 32_767  # letters of a cell
FIRST = ("type", "name", "label", "hint", "required", "relevant", "constraint",
         "constraint_message", "appearance", "choice_filter", "media::image", "media::audio",
         *OWN_ROW, "sipas_required", *OWN_WORDS)  # fmt: skip
FIRST_CHOICE = ("list_name", "name", "label", *OWN_CHOICE, "sipas_scale_alias")
WIDTHS = {"type": 26, "name": 22, "label": 48, "hint": 30, "relevant": 36, "constraint": 36}


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The workbook, and what became of everything in the form.

    Raises FileRefused when a text is longer than a cell can hold.
    """
    table = document(form)
    labels = {code: language_label(code) for code in form.languages}
    survey = Survey(table, labels)
    rows = survey.write()
    settings: Row = {
        "form_title": form.title[wishes.language if wishes.language in labels else "vi"],
        "form_id": form.form,
        "version": str(form.version),
        "default_language": labels["vi"],
        "style": "pages" if form.paging == "screens" else "theme-grid",
    }
    texts = [f"text_{code}" for code in form.languages]
    sheets = {
        "survey": (_columns(rows, FIRST), rows),
        "choices": (_columns(survey.choices.rows(), FIRST_CHOICE), survey.choices.rows()),
        "settings": (list(settings), [settings]),
        FORM_SHEET: (["key", "content", *texts], form_rows(table)),
    }
    if "factors" in table:
        columns = ["id", "parent", *texts, "items"]
        sheets[FACTORS_SHEET] = (columns, factor_rows(table["factors"]))
    return _book(sheets), account(form, fates(survey))


def _columns(rows: list[Row], first: tuple[str, ...]) -> list[str]:
    """The columns that are filled, in the order of `first`, each with its languages in order."""
    filled = list(dict.fromkeys(key for row in rows for key, text in row.items() if text))
    order = {name: place for place, name in enumerate(first)}

    def place(key: str) -> int:
        found = [
            at
            for name, at in order.items()
            if key == name or key.startswith((f"{name}::", f"{name}_"))
        ]
        return max(found, default=len(order))

    return sorted(filled, key=place)


def _book(sheets: Mapping[str, tuple[list[str], list[Row]]]) -> bytes:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    book.set_properties({"created": MADE, "title": "XLSForm"})
    head, text = book.add_format({"bold": True, "bg_color": "#E8EEF4"}), book.add_format()
    text.set_num_format("@")
    text.set_text_wrap()
    for name, (columns, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS.get(column.split("::")[0], 16), text)
            sheet.write_string(0, place, column, head)
            for line, row in enumerate(rows, 1):
                if row.get(column):
                    said = as_written(row[column]) if _ours(column) else row[column]
                    sheet.write_string(line, place, _fitting(said, name), text)
    book.close()
    return kept.getvalue()


def _ours(column: str) -> bool:
    return column.startswith(OWN) or column == "form_title"


def _fitting(text: str, sheet: str) -> str:
    if len(text) > LONGEST:
        why = _("The sheet %(sheet)s needs a text of %(n)s letters; a cell holds %(most)s.",
                sheet=sheet, n=str(len(text)), most=str(LONGEST))  # fmt: skip
        raise FileRefused([why])
    return text
