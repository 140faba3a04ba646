"""Whether other tools would take a workbook: pyxform converts it, and says why not."""

from typing import Any

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import Book, Sheet
from survey.lazy import load

SHEETS = ("survey", "choices", "settings", "external_choices")


def check(book: Book, ledger: Ledger) -> None:
    """Tell what pyxform warns of. Raises Refusal with its reason when it takes no such form."""
    warnings: list[str] = []
    pyxform = load("survey.exchange.by_pyxform")
    try:
        pyxform.convert(_tables(book), warnings=warnings, form_name="data")
    except pyxform.PyXFormError as error:
        why = N_("pyxform, which checks XLSForms, refuses the file: %(what)s")
        raise Refusal(why, what=" ".join(str(error).split())[:600]) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        why = N_("pyxform, which checks XLSForms, failed at it: %(what)s")
        ledger.added("pyxform", "survey", why, what=f"{type(error).__name__} {error}"[:200])
    for warning in dict.fromkeys(warnings):
        why = N_("pyxform, which checks XLSForms, warns: %(what)s")
        ledger.added("pyxform", "survey", why, what=" ".join(warning.split())[:300])


def _tables(book: Book) -> dict[str, Any]:
    """The sheets as pyxform reads them, so that it opens no file itself."""
    tables: dict[str, Any] = {"sheet_names": [*book.sheets, *book.others]}
    for name in SHEETS:
        sheet = book.sheets.get(name, Sheet(name))
        if sheet.rows:
            header = sheet.rows[0][1]
            tables[f"{name}_header"] = [dict.fromkeys(header.values())]
            tables[name] = [
                {header[place]: text for place, text in row.items() if place in header}
                for _, row in sheet.rows[1:]
            ]
    return tables
