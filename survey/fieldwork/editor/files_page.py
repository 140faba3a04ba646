"""The pictures and sounds of a draft: which it has, which its questions name, and new ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from survey.errors import Conflict, NotFound
from survey.fieldwork import media
from survey.fieldwork.drafts import put_whole
from survey.fieldwork.editor.door import bp, data
from survey.fieldwork.editor.layout import Layout
from survey.fieldwork.editor.parts import parts, text_in, words_in
from survey.fieldwork.editor.saving import draft_of, layout_in, note
from survey.fieldwork.media_kinds import TYPES
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere
from survey.text import fold

NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,79}}\.({'|'.join(TYPES)})")
MOST = 200  # files of one draft


class FileForm(StaffForm):
    file = FileField(
        _l("Picture or sound"),
        [FileRequired(_l("Please choose a file."))],
        description=_l(
            "PNG, JPG, WebP or SVG of at most 300 kB; MP3, OGG or M4A of at most 2 MB. A file of "
            "the same name takes the place of the one before."
        ),
    )


@dataclass(frozen=True)
class Line:
    """A file of a draft. fault: why it cannot be published; size: 0 where there is none."""

    name: str
    questions: list[str]
    size: int
    fault: str


def file_names(name: str) -> list[str]:
    """The names of the files that lie beside a draft, sorted."""
    place = media.folder(data(), name)
    return sorted(path.name for path in place.glob("*") if NAME.fullmatch(path.name))


@bp.route("/<name>/edit/files", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def files(name: str) -> ResponseReturnValue:
    """Every file that the draft has or names; a new one is looked at before it is kept."""
    layout = layout_in(draft_of(name))
    form = FileForm()
    if form.validate_on_submit():
        sent = tidy(form.file.data.filename or "")
        with form.file.data.stream as stream:
            content = stream.read(media.SOUND_LIMIT + 1)
        faults = _keep(name, sent, content)
        if not faults:
            flash(_("The file %(file)s is there. Questions can name it now.", file=sent))
            return redirect(url_for(".files", name=name), 303)
        form.file.errors = [" ".join([f"{sent}:", *faults])]
    page = render_template(
        "questionnaires/files.html", name=name, form=form, lines=lines(name, layout)
    )
    return page, 422 if form.errors else 200


def tidy(name: str) -> str:
    """The name of a file in the letters that names of files may have."""
    return re.sub(r"[^a-z0-9._-]+", "-", fold(Path(name).name)).strip("-.")[-80:]


def _keep(name: str, sent: str, content: bytes) -> list[str]:
    """Keep a file beside the draft; or say why not."""
    if not NAME.fullmatch(sent):
        return [_("its name must end in one of %(kinds)s.", kinds=", ".join(TYPES))]
    if sent not in (known := file_names(name)) and len(known) >= MOST:
        return [_("a draft has at most %(n)d files. Remove one first.", n=MOST)]
    try:
        found = media.file(sent, content)
    except media.MediaFault as fault:
        return list(map(str, fault.faults))
    place = media.folder(data(), name)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    put_whole(place / sent, content)
    note("draft.file", name, f"{sent} {found.sha256}")
    return []


def lines(name: str, layout: Layout) -> list[Line]:
    """The files of the draft and those that its questions name, sorted by name."""
    used = used_files(layout)
    return [
        _line(media.folder(data(), name) / file, used.get(file, []))
        for file in sorted({*used, *file_names(name)})
    ]


def _line(path: Path, questions: list[str]) -> Line:
    if not NAME.fullmatch(path.name):
        return Line(path.name, questions, 0, _("it has a name that no file can have."))
    if not path.is_file():
        return Line(path.name, questions, 0, _("it is missing: upload it."))
    size = path.stat().st_size
    try:
        media.file(path.name, path.read_bytes() if size <= media.SOUND_LIMIT else b"")
    except media.MediaFault as fault:
        return Line(path.name, questions, size, " ".join(map(str, fault.faults)))
    return Line(path.name, questions, size, "")


def used_files(layout: Layout) -> Mapping[str, list[str]]:
    """The files that questions name, each with the ids of these questions."""
    found: dict[str, list[str]] = {}
    for one in parts(layout, "question"):
        named = [text_in(one.table, "picture"), *words_in(one.table, "audio").values()]
        for file in dict.fromkeys(filter(None, named)):
            found.setdefault(file, []).append(one.id)
    return found


@bp.route("/<name>/edit/files/remove", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def remove_file(name: str) -> ResponseReturnValue:
    """Delete a file that no question names."""
    layout, file = layout_in(draft_of(name)), request.form.get("file", "")
    if file not in file_names(name):
        raise NotFound
    if file in used_files(layout):
        raise Conflict(_("A question names %(file)s. Take it from there first.", file=file))
    (media.folder(data(), name) / file).unlink()
    note("draft.file", name, file)
    flash(_("The file %(file)s is removed.", file=file))
    return redirect(url_for(".files", name=name), 303)
