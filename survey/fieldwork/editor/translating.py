"""All wordings of a draft in one language beside the Vietnamese, to be translated in one go."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.addresses import leaf
from survey.errors import NotFound, Words
from survey.fieldwork.editor.door import bp
from survey.fieldwork.editor.fields import one_line
from survey.fieldwork.editor.keys import set_keys, with_keys
from survey.fieldwork.editor.layout import Block, Layout, mark_of
from survey.fieldwork.editor.parts import Table, languages_in, text_in, words_in
from survey.fieldwork.editor.saving import change, draft_of, layout_in
from survey.fieldwork.editor.words import language_name
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere

SIZE = 40  # wordings on a page
FIRST = "vi"
KEY_NAMES: Mapping[str, Words] = {
    "title": _l("Title"),
    "introduction": _l("Introduction"),
    "remark": _l("Remark"),
    "text": _l("Wording"),
    "hint": _l("Hint"),
    "unit": _l("Unit"),
    "picture_alt": _l("What the picture shows"),
    "label": _l("Name of the factor"),
    "message": _l("What a check says"),
}


@dataclass(frozen=True)
class Wording:
    """A wording: the place of its block in the text, the block's mark, and where it belongs."""

    place: int
    mark: str
    key: str
    about: str
    first: str
    other: str

    @property
    def field(self) -> str:
        return f"w-{self.place}-{self.mark}-{self.key}"


def blocks_of(layout: Layout) -> list[Block]:
    """The head as a block of its own, then every block in file order."""
    found = [Block((), layout.head)]

    def below(blocks: list[Block]) -> None:
        for block in blocks:
            found.append(block)
            below(block.inside)

    below(layout.blocks)
    return found


def table_of(block: Block) -> Table:
    """What the block's own lines say."""
    table: object = tomllib.loads(block.own)
    for part in block.path:
        table = table[part] if isinstance(table, dict) else {}
        table = table[-1] if isinstance(table, list) else table
    return table if isinstance(table, dict) else {}


def wordings(layout: Layout, language: str) -> Iterator[Wording]:
    """Every wording of the draft that has Vietnamese words."""
    about = ""
    for place, block in enumerate(blocks_of(layout)):
        table = table_of(block)
        if block.path[:1] == ("scales",) and len(block.path) == 2:
            about = block.path[1]
        about = text_in(table, "id") or about
        for key in KEY_NAMES:
            words = words_in(table, key)
            if first := words.get(FIRST):
                other = words.get(language, "")
                yield Wording(place, mark_of(block.own), key, about, first, other)


class WordsForm(StaffForm):
    """Only the token: the boxes are as many as the draft has wordings."""


@bp.route("/<name>/edit/words/<language>", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def translate(name: str, language: str) -> ResponseReturnValue:
    """Look at all wordings, or at those that are missing, and write them."""
    layout = layout_in(draft_of(name))
    if language == FIRST or language not in languages_in(layout.table):
        raise NotFound
    form = WordsForm()
    left: dict[str, str] = {}
    if form.validate_on_submit():
        typed = {key: one_line(said) for key, said in request.form.items() if key[:2] == "w-"}
        change(name, lambda fresh: left.update(_write(fresh, typed, language)))
        if not left:
            flash(_("Saved. It can be undone."))
            return redirect(request.full_path, 303)
        layout = layout_in(draft_of(name))
    every = list(wordings(layout, language))
    missing = [one for one in every if not one.other]
    wanted = request.args.get("show")
    only = wanted == "missing"
    page = leaf(missing if only else every, SIZE)
    shown = render_template(
        "questionnaires/words.html",
        name=name,
        code=language,
        spoken=language_name(language),
        form=form,
        page=page,
        narrowed=only,
        counts=(len(missing), len(every)),
        left=left,
        key_names=KEY_NAMES,
        address=url_for(".translate", name=name, language=language, show=wanted),
    )
    return shown, 409 if left else 200


def _write(layout: Layout, typed: Mapping[str, str], language: str) -> dict[str, str]:
    """Write the wordings; what stood in a part that somebody else changed meanwhile is left."""
    blocks = blocks_of(layout)
    marks = [mark_of(block.own) for block in blocks]
    wanted: dict[int, dict[str, str]] = {}
    left: dict[str, str] = {}
    for field, said in typed.items():
        _w, place, mark, key = (field.split("-", 3) + ["", "", ""])[:4]
        here = place.isdecimal() and int(place) < len(marks) and marks[int(place)] == mark
        if key not in KEY_NAMES or not (here or mark in marks):
            left[f"{key} {place}"] = said
            continue
        wanted.setdefault(int(place) if here else marks.index(mark), {})[key] = said
    for index, words in wanted.items():
        table = table_of(blocks[index])
        changes = {key: _with(words_in(table, key), language, said) for key, said in words.items()}
        if index == 0:
            layout.head = with_keys(layout.head, changes)
        else:
            set_keys(blocks[index], changes)
    return {key: said for key, said in left.items() if said}


def _with(words: Mapping[str, str], language: str, said: str) -> dict[str, str]:
    """The wording with these words in a language, or without any."""
    rest = {code: text for code, text in words.items() if code != language}
    return {**words, language: said} if said else rest
