"""The page of a whole draft: its screens and questions in order, moved, copied, deleted, undone."""

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.lint import ERROR, Finding
from survey.errors import NotFound
from survey.fieldwork import drafts
from survey.fieldwork.drafts import Draft
from survey.fieldwork.editor import acts, words
from survey.fieldwork.editor.door import bp, counted, data, findings, links_to
from survey.fieldwork.editor.layout import Block, Layout
from survey.fieldwork.editor.parts import (
    Part,
    languages_in,
    part,
    parts,
    tables_in,
    text_in,
    texts_in,
    words_in,
)
from survey.fieldwork.editor.saving import (
    can_be_parted,
    change,
    draft_of,
    layout_in,
    note,
)
from survey.i18n import label
from survey.staff.guard import allowed, anywhere

SIZE = 100  # lines of the outline on a page
SHOWN = 50  # findings on a page


@dataclass(frozen=True)
class Row:
    """A line of the outline: a screen, or a question on it (`kind` is then its kind).

    last: the last line of its screen on this page.
    """

    part: Part
    text: str
    kind: str
    screen: str
    errors: int
    warnings: int
    when: str = ""
    last: bool = False


@bp.route("/<name>/edit")
@allowed("questionnaire.edit", scope=anywhere)
def edit(name: str) -> ResponseReturnValue:
    """The draft in its parts; one that cannot be read into parts says why and leads to its text."""
    draft = draft_of(name)
    trouble = can_be_parted(draft)
    layout = None if trouble else layout_in(draft)
    rows = rows_of(layout, findings(draft.text, name)) if layout else []
    page, pages = _page(rows)
    found = findings(draft.text, name)
    return render_template(
        "questionnaires/edit.html",
        name=name,
        draft=draft,
        title=_title(layout) or name,
        trouble=trouble,
        spoken=[code for code in languages_in(layout.table) if code != "vi"] if layout else [],
        rows=_ended(rows[(page - 1) * SIZE : page * SIZE]),
        page=page,
        pages=pages,
        scales=_scales(layout) if layout else [],
        factors=_factors(layout) if layout else [],
        total=sum(bool(row.kind) for row in rows),
        findings=found[:SHOWN],
        counts=counted(found),
        places=_places(layout, found[:SHOWN]) if layout else {},
        steps=drafts.steps(data(), name),
        links=links_to(name, preview__show=_("Preview"), preview__analysis=_("Analysis")),
        kind_names=words.KIND_NAMES,
        language_name=words.language_name,
        severity_names=words.SEVERITY_NAMES,
    )


def _title(layout: Layout | None) -> str:
    return label(words_in(layout.table, "title")) if layout else ""


def _page(rows: list[Row]) -> tuple[int, int]:
    """The page that the address asks for, by its number or by a question that stands on it."""
    pages = max(1, -(-len(rows) // SIZE))
    at = request.args.get("at", "")
    for index, row in enumerate(rows):
        if at and row.kind and row.part.place == at:
            return index // SIZE + 1, pages
    return min(max(request.args.get("page", 1, type=int), 1), pages), pages


def rows_of(layout: Layout, found: tuple[Finding, ...]) -> list[Row]:
    """Every screen and question in order, with the number of findings in each."""
    lines = _lines(layout)
    told: dict[int, list[int]] = {}
    for finding in found:
        block = lines[finding.line - 1] if finding.line <= len(lines) else None
        if block is not None:
            told.setdefault(id(block), [0, 0])[finding.severity != ERROR] += 1
    screens = {id(one.block): one for one in parts(layout, "screen")}
    questions = {id(one.block): one for one in parts(layout, "question")}
    rows = []
    for screen in layout.screens:
        above = screens[id(screen)]
        rows.append(_row(above, "title", "", above.place, told))
        rows += [
            _row(questions[id(b)], "text", "?", above.place, told) for b in screen.of("questions")
        ]
    return rows


def _row(one: Part, key: str, kind: str, screen: str, told: dict[int, list[int]]) -> Row:
    errors, warnings = told.get(id(one.block), [0, 0])
    text = label(words_in(one.table, key))
    return Row(
        one,
        text,
        kind and (text_in(one.table, "kind") or kind),
        screen,
        errors,
        warnings,
        text_in(one.table, "show_when"),
    )


def _ended(rows: list[Row]) -> list[Row]:
    """The rows, the last of each screen marked."""
    ends = [place + 1 == len(rows) or not rows[place + 1].kind for place in range(len(rows))]
    return [replace(row, last=end) for row, end in zip(rows, ends, strict=True)]


def _lines(layout: Layout) -> list[Block | None]:
    """For each line of the text the screen, question, scale or factor in which it stands."""
    found: list[Block | None] = [None] * layout.head.count("\n")

    def below(blocks: list[Block], above: Block | None) -> None:
        for block in blocks:
            small = block.path[-1] in ("options", "rows", "check")
            owner = above if small else block
            found.extend([owner] * block.own.count("\n"))
            below(block.inside, owner)

    below(layout.blocks, None)
    return found


def told_of(name: str, layout: Layout, one: Part) -> list[Finding]:
    """What the linter says of one part of a draft as it was read."""
    lines = _lines(layout)
    here = {n for n, block in enumerate(lines, 1) if block is one.block}
    return [finding for finding in findings(layout.text, name) if finding.line in here]


def _places(layout: Layout, found: tuple[Finding, ...]) -> dict[int, str]:
    """By line of a finding, the address of the page that mends it."""
    lines = _lines(layout)
    name = str((request.view_args or {})["name"])
    pages = {}
    for kind, shelf in SHELVES.items():
        for one in parts(layout, kind):
            pages[id(one.block)] = url_for(".edit_part", name=name, shelf=shelf, place=one.place)
    settings = url_for(".edit_head", name=name)
    return {
        finding.line: pages.get(id(lines[finding.line - 1]), settings)
        for finding in found
        if finding.line <= len(lines)
    }


SHELVES = {"question": "questions", "screen": "screens", "scale": "scales", "factor": "factors"}


def _scales(layout: Layout) -> list[tuple[Part, list[str]]]:
    """Every scale with the words of its options."""
    return [
        (one, [label(words_in(option, "text")) for option in tables_in(one.table, "options")])
        for one in parts(layout, "scale")
    ]


def _factors(layout: Layout) -> list[tuple[int, Part, str, list[str]]]:
    """Every factor with how deep it stands, its name and its items."""
    return [
        (
            len(one.block.path) - 1,
            one,
            label(words_in(one.table, "label")),
            texts_in(one.table, "items"),
        )
        for one in parts(layout, "factor")
    ]


@bp.route("/<name>/edit/act", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def act(name: str) -> ResponseReturnValue:
    """Move, copy or delete one part, as the pressed button says: `up:question:12`."""
    what, kind, place = (request.form.get("act", "").split(":") + ["", "", ""])[:3]
    draft_of(name)
    if what == "add" and kind == "question":
        wanted: dict[str, Any] = {
            "screen": place,
            "kind": request.form.get(f"kind-{place}", "rating"),
        }
        return redirect(url_for(".new_part", name=name, shelf="questions", **wanted), 303)
    if what not in ACTS or kind not in SHELVES:
        raise NotFound
    base = request.form.get("base", "")
    change(name, lambda layout: ACTS[what](layout, kind, part(layout, kind, place)), base=base)
    flash(SAID[what]())
    at = place if kind == "question" else None
    return redirect(url_for(".edit", name=name, at=at, _anchor=f"{kind}-{place}"), 303)


ACTS = {
    "up": lambda layout, kind, one: acts.move(layout, kind, one, -1),
    "down": lambda layout, kind, one: acts.move(layout, kind, one, 1),
    "copy": acts.copy,
    "delete": acts.delete,
}
SAID = {
    "up": lambda: _("Moved up. It can be undone."),
    "down": lambda: _("Moved down. It can be undone."),
    "copy": lambda: _("Copied; the copy stands below. It can be undone."),
    "delete": lambda: _("Deleted. It can be undone."),
}


@bp.route("/<name>/undo", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def undo(name: str) -> ResponseReturnValue:
    """The draft as before the last save, or as before that was undone."""
    draft_of(name)
    again = request.form.get("act") == "again"
    step = drafts.redo_draft if again else drafts.undo_draft
    back: Draft = step(data(), name, expected=request.form.get("base", ""))
    note("draft.undo", name, back.sha256)
    flash(_("Done again.") if again else _("The last change is undone."))
    return redirect(url_for(".edit", name=name), 303)
