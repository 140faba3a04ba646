"""The tables of a file, before anything is known of what their rows mean."""

from typing import Any

from survey.exchange.fidelity import N_
from survey.exchange.lss.structure import Row, Tables
from survey.exchange.reading.refusal import Refusal

_NO_SURVEY = N_("%(file)s: this is no LimeSurvey survey: its root element is “%(root)s”.")
_OTHER_TYPE = N_(
    "%(file)s: this file holds a LimeSurvey %(type)s, not a survey. Export the whole survey (.lss)."
)
_NOTHING = N_("%(file)s: the file has no survey in it: the table “%(table)s” is missing or empty.")


def tables_of(root: Any, name: str) -> Tables:
    """The rows of every table. Raises Refusal when it is no survey."""
    if root.tag != "document":
        raise Refusal(_NO_SURVEY, file=name, root=str(root.tag)[:40])
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if kind != "Survey":
        raise Refusal(_OTHER_TYPE, file=name, type=kind[:40] or "?")
    tables: dict[str, list[Row]] = {}
    for table in root:
        rows = table.findall("rows/row")
        if table.tag in ("LimeSurveyDocType", "DBVersion"):
            continue
        if not rows and len(table):
            rows = [one for one in table if one.tag not in ("fields", "rows")]
        found = [{cell.tag: "".join(cell.itertext()) for cell in row} for row in rows]
        if table.tag == "languages":
            found = [{"language": one.text or ""} for one in table]
        tables.setdefault(table.tag, []).extend(found)
    for needed in ("surveys", "groups"):
        if not tables.get(needed):
            raise Refusal(_NOTHING, file=name, table=needed)
    return tables
