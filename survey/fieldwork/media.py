"""Pictures and sounds of questionnaires: files beside a draft, frozen when the form is published.

A draft's files lie in `SIPAS_DATA/questionnaires/media/<form>@<version>/`. Publishing copies them
into the database under their hash: a file that changes or vanishes later changes no published
form, and a backup of the database has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire, Screen
from survey.errors import InputFault
from survey.fieldwork.media_kinds import PICTURES, TYPES, Size, kind_of, size_of, unsafe_in_svg
from survey.fieldwork.tables import FormMedia

PICTURE_LIMIT = 300_000  # bytes of one picture
SOUND_LIMIT = 2_000_000  # bytes of one sound, which is loaded only when somebody plays it
PAGE_ADVICE = 60_000  # bytes of the pictures of one page: as much again as the page itself
WIDEST = 4096  # pixels: a small file may unfold to more than a telephone holds


class MediaFault(InputFault):
    """Pictures or sounds that cannot be published with their form: `faults` has each sentence."""

    title = _l("Pictures or sounds of the questionnaire cannot be used")
    remedy = _l("Please mend the files named below, then publish again. Nothing was changed.")


@dataclass(frozen=True)
class Use:
    """A file that a question names. page: the screens that are shown with it, by their id."""

    file: str
    question: str
    page: str

    @property
    def is_picture(self) -> bool:
        return self.file.rpartition(".")[2] in PICTURES


@dataclass(frozen=True)
class File:
    """A picture or a sound as it can be published. size: width and height of a picture."""

    content: bytes
    kind: str
    size: Size | None

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


Files = Mapping[str, File]


def folder(data: Path, name: str) -> Path:
    """Where the files of a draft lie, by the form's name such as one-stop-ward@1."""
    return data / "questionnaires" / "media" / name


def uses(questionnaire: Questionnaire) -> list[Use]:
    """The files that a form names, in the order of its questions; the same may come again."""
    one_page = questionnaire.paging == "one-page"
    return [
        Use(file, question, "" if one_page else screen.id)
        for screen in questionnaire.screens
        for question, file in _named(screen)
    ]


def _named(screen: Screen) -> Iterator[tuple[str, str]]:
    for question in screen.questions:
        if question.picture:
            yield question.id, question.picture
        for file in question.audio.values():
            yield question.id, file


def gather(questionnaire: Questionnaire, place: Path) -> dict[str, File]:
    """The files of a form in a folder, by name. Raises MediaFault with everything wrong."""
    files, faults = look(questionnaire, place)
    if faults:
        raise MediaFault(faults)
    return files


def look(questionnaire: Questionnaire, place: Path) -> tuple[dict[str, File], list[str]]:
    """The files of a form in a folder that can be used, and a sentence on each that cannot."""
    files: dict[str, File] = {}
    faults: list[str] = []
    for use in uses(questionnaire):
        if use.file in files:
            continue
        try:
            files[use.file] = _read(place / use.file)
        except MediaFault as fault:
            about = _("%(file)s (question %(question)s): ", file=use.file, question=use.question)
            faults += [about + sentence for sentence in fault.faults]
    return files, list(dict.fromkeys(faults))


def _read(path: Path) -> File:
    limit = PICTURE_LIMIT if path.suffix.removeprefix(".") in PICTURES else SOUND_LIMIT
    try:
        with path.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        sentence = _("there is no such file. Put it into %(folder)s.", folder=path.parent)
        raise MediaFault([sentence]) from error
    return file(path.name, content)


def file(name: str, content: bytes) -> File:
    """A picture or a sound of this name and content. Raises MediaFault, which says why it is none
    that can be published."""
    kind = kind_of(content)
    ending = name.rpartition(".")[2]
    limit = PICTURE_LIMIT if ending in PICTURES else SOUND_LIMIT
    if len(content) > limit:
        over = _("it is larger than %(n)d kB. Please make it smaller.", n=limit // 1000)
        raise MediaFault([over])
    if not kind:
        known = ", ".join(TYPES)
        raise MediaFault([_("its content is none of %(kinds)s.", kinds=known)])
    if kind != ending:
        told = _("its content is %(kind)s. Please name it so, in the form too.", kind=kind)
        raise MediaFault([told])
    return File(content, kind, _size(content, kind))


def _size(content: bytes, kind: str) -> Size | None:
    """Width and height of a picture that is safe to show; None of a sound. Raises MediaFault."""
    if kind not in PICTURES:
        return None
    if kind == "svg" and (unsafe := unsafe_in_svg(content)):
        told = _("the drawing holds “%(part)s”, which is not allowed. Draw plain shapes and words, "
                 "or save it as PNG.", part=unsafe)  # fmt: skip
        raise MediaFault([told])
    size = size_of(content, kind)
    if size is None:
        raise MediaFault([_("it does not say its width and height. Please save it anew.")])
    if max(size) > WIDEST:
        wide = _("it is %(w)d × %(h)d pixels. Please make it at most %(most)d wide and high.",
                 w=size[0], h=size[1], most=WIDEST)  # fmt: skip
        raise MediaFault([wide])
    return size


def heavy_pages(questionnaire: Questionnaire, files: Files) -> list[str]:
    """A sentence on each page whose pictures together are heavier than the page should be."""
    pages: dict[str, set[str]] = {}
    for use in uses(questionnaire):
        if use.is_picture and use.file in files:
            pages.setdefault(use.page, set()).add(use.file)
    weights = {page: sum(len(files[f].content) for f in names) for page, names in pages.items()}
    return [
        _("%(page)s: its pictures weigh %(n)d kB together; %(most)d kB load well everywhere.",
          page=page or questionnaire.name, n=-(-weight // 1000), most=PAGE_ADVICE // 1000)
        for page, weight in weights.items()
        if weight > PAGE_ADVICE
    ]  # fmt: skip


def fresh(session: Session, questionnaire: Questionnaire, files: Files, *, first: bool) -> Files:
    """Those of a form's files that are not kept yet. first: the form is being published.

    Raises MediaFault for what was kept with another content, and at first for what is missing; a
    form that lost a file later still works.
    """
    kept = {row.name: row.sha256 for row in frozen(session, questionnaire)}
    wanted: dict[str, File] = {}
    faults = []
    for name in dict.fromkeys(use.file for use in uses(questionnaire)):
        found = files.get(name)
        if found is not None and name not in kept:
            wanted[name] = found
        elif found is not None and kept[name] != found.sha256:
            told = _("%(file)s was published with another content. A published questionnaire is "
                     "never edited: give yours a new version number.", file=name)  # fmt: skip
            faults.append(told)
        elif found is None and first:
            faults.append(_("%(file)s: there is no such file.", file=name))
    if faults:
        raise MediaFault(faults)
    return wanted


def keep(session: Session, form: str, files: Files) -> None:
    """Freeze files with the published form of this name."""
    session.add_all(_row(form, name, found) for name, found in files.items())
    session.flush()


def _row(form: str, name: str, found: File) -> FormMedia:
    width, height = found.size or (None, None)
    return FormMedia(
        form=form,
        name=name,
        sha256=found.sha256,
        kind=found.kind,
        width=width,
        height=height,
        content=found.content,
    )


def frozen(session: Session, questionnaire: Questionnaire) -> list[FormMedia]:
    """The files kept with a published form, without their content; none for a form without."""
    if not uses(questionnaire):
        return []
    return list(session.scalars(select(FormMedia).where(FormMedia.form == questionnaire.name)))


def lost(session: Session, questionnaire: Questionnaire) -> list[str]:
    """The names of files that a published form names and that are not kept with it, sorted."""
    kept = {row.name for row in frozen(session, questionnaire)}
    return sorted({use.file for use in uses(questionnaire)} - kept)


def content_of(session: Session, digest: str, kind: str) -> bytes | None:
    """The content of a published file of this hash and kind; None when there is none."""
    wanted = select(FormMedia.content).where(FormMedia.sha256 == digest, FormMedia.kind == kind)
    return session.scalar(wanted.limit(1))
