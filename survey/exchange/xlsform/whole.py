"""What the settings and our own sheets say of a form as a whole."""

import json
import re
from pathlib import PurePath
from typing import Any

from questionnaires.loader import FOLDER
from questionnaires.model import PAGINGS, STATUSES
from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import plain
from survey.exchange.xlsform.columns import as_read
from survey.exchange.xlsform.languages import Wording
from survey.exchange.xlsform.rows import Line
from survey.text import fold

Table = dict[str, Any]
FORM_NAME = N_("The name of a form has small letters, digits and -: it is %(name)s here.")
VERSION = N_("A version is a whole number from 1 to 127 here: it is 1.")
SENDING = N_("How answers are sent and kept is not said by a form here.")
ONE_LANGUAGE = N_("It decides which language stands for others that are missing.")
KEYS = ("form_title", "form_id", "version", "default_language", "style")


def head_of(
    settings: list[Line], own: dict[str, Line], wording: Wording, name: str, ledger: Ledger
) -> Table:
    """The keys that stand above the screens. own: lines of our own sheet by their keys."""
    line = settings[0] if settings else Line("settings", 2, ledger)
    for more in settings[1:]:
        more.drop_all(N_("Only the first row of the settings is read."))
    for key in line.cells:
        if key not in KEYS:
            line.drop(key, SENDING)
    stem = PurePath(name).stem
    said = as_read(line.get("form_title")) or line.get("form_id") or stem
    kept = _own(own, wording, said)
    if "title" not in kept:
        main = wording.languages.main
        kept["title"] = wording.every({main: plain(said) or "…"}, "settings form_title")
    line.keep("form_title")
    if own:
        line.keep("default_language", "style")
    else:
        line.near("default_language", ONE_LANGUAGE)
        line.near("style", N_("How a form looks is decided by the page."))
    head = {
        "form": _form(line, stem),
        "version": _version(line),
        "languages": wording.languages.codes,
        "paging": "screens",
        "status": "draft",
        "source": plain(f"XLSForm {PurePath(name).name}"),
        "notice": _notices()[-1],
    }
    return head | kept


def _form(line: Line, stem: str) -> str:
    said = line.get("form_id") or stem
    name = re.sub(r"[^a-z0-9]+", "-", fold(said)).strip("-")[:60].strip("-")
    name = name if name[:1].isalpha() else f"form-{name}".strip("-")
    if name == said:
        line.keep("form_id")
    else:
        line.near("form_id", FORM_NAME, name=name)
    return name


def _version(line: Line) -> int:
    said = line.get("version")
    if said.isdigit() and 1 <= int(said[:4]) <= 127:
        line.keep("version")
        return int(said)
    line.near("version", VERSION)
    return 1


def _notices() -> list[str]:
    return [path.stem for path in sorted((FOLDER / "notices").glob("*.toml"))]


def _own(own: dict[str, Line], wording: Wording, title: str) -> Table:
    """What our own sheet says, where it is sound."""
    found: Table = {}
    for line in own.values():
        line.keep(*line.cells)
    among = {"paging": PAGINGS, "status": STATUSES, "notice": tuple(_notices())}
    for key, values in among.items():
        if key in own and own[key].get("content") in values:
            found[key] = own[key].get("content")
    if "source" in own and own["source"].get("content"):
        found["source"] = own["source"].get("content")
    for key in ("title", "remark"):
        words = _words(own, key, wording)
        if words:
            found[key] = words
    if "title" in found and title not in found["title"].values():
        del found["title"]  # the title was changed in the settings
    if "languages" in own:
        order = own["languages"].get("content").split()
        if sorted(order) == sorted(wording.languages.codes):
            found["languages"] = order
    return found


def _words(own: dict[str, Line], key: str, wording: Wording) -> dict[str, str]:
    codes = wording.languages.codes
    said = {c: plain(own[key].get(f"text_{c}")) for c in codes} if key in own else {}
    return wording.every(said, key) if any(said.values()) else {}


def factors_of(lines: list[Line], wording: Wording) -> list[Table]:
    """The factors that our own sheet says, each inside its parent."""
    made: dict[str, Table] = {}
    top: list[Table] = []
    for line in lines:
        line.keep(*line.cells)
        codes = wording.languages.codes
        texts = {code: plain(line.get(f"text_{code}")) for code in codes}
        label = texts if any(texts.values()) else {"vi": line.get("id") or "…"}
        factor: Table = {"id": line.get("id"), "label": wording.every(label, line.place)}
        try:
            items = json.loads(line.get("items") or "[]")
        except json.JSONDecodeError:
            items = []
        if items:
            factor["items"] = items
        parent = made.get(line.get("parent"))
        (parent.setdefault("children", []) if parent else top).append(factor)
        made[factor["id"]] = factor
    return top
