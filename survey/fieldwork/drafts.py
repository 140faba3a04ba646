"""Drafts of questionnaires: TOML files in SIPAS_DATA/questionnaires that may change.

Each save keeps the text it replaces, so that it can be undone and done again; removing a draft is
one more save. Who saves says which text they read: nobody writes over what they have not seen.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, QuestionnaireError, parse, shipped
from survey.calendar import ZONE
from survey.errors import BodyTooLarge, Conflict, InputFault, NotFound
from survey.fieldwork import catalogue
from survey.fieldwork.publishing import published_names

NAME = re.compile(r"[a-z][a-z0-9-]{0,59}@(?:[1-9]|[1-9][0-9]|1[01][0-9]|12[0-7])")
LARGEST = 1_500_000  # bytes of a draft
KEPT = 100  # earlier texts of a draft
EARLIER, LATER = "earlier", "later"


class DraftUnknown(NotFound):
    """There is no draft of this name."""

    title = _l("There is no such draft")
    remedy = _l("It may have been published or deleted. Look for it in the list of questionnaires.")


class DraftChanged(Conflict):
    """Somebody else saved the draft meanwhile; `current` is theirs, None when it was removed."""

    title = _l("Somebody else changed this draft meanwhile")

    def __init__(self, current: "Draft | None") -> None:
        super().__init__()
        self.current = current


class DraftTooLarge(BodyTooLarge):
    """A text that is longer than any questionnaire needs."""

    title = _l("The draft is too large")
    remedy = _l("A draft has at most 1.5 MB. Divide it into two questionnaires.")


@dataclass(frozen=True)
class Draft:
    """A draft as it was read; `sha256` is of its text, not of the form that it makes."""

    name: str
    text: str
    sha256: str
    saved_at: datetime


@dataclass(frozen=True)
class Steps:
    """How many saves of a draft can be undone, and how many of those undone done again."""

    back: int
    again: int


def draft_names(data: Path) -> list[str]:
    """The names of the drafts, sorted; files with other names are no drafts."""
    return sorted(path.stem for path in _folder(data).glob("*.toml") if NAME.fullmatch(path.stem))


def removed_names(data: Path) -> list[str]:
    """The drafts that were removed and can be had back, sorted."""
    here = set(draft_names(data))
    kept = (path.name for path in (_folder(data) / ".history").glob("*") if path.is_dir())
    return sorted(n for n in kept if n not in here and NAME.fullmatch(n) and steps(data, n).back)


def read_draft(data: Path, name: str) -> Draft:
    """The draft as it stands. Raises DraftUnknown; FormFaulty when it is not text in UTF-8."""
    found = _read(data, name)
    if found is None:
        raise DraftUnknown(name)
    return found


def write_draft(data: Path, name: str, text: str, *, expected: str | None) -> Draft:
    """Save the text, whole or not at all, and keep the one before.

    expected: `sha256` of the text that its author read; None: there was no draft.
    Raises DraftChanged when the draft is another by now, DraftTooLarge, InputFault for a name
    that no questionnaire can have.
    """
    if not NAME.fullmatch(name):
        raise InputFault([_("“%(name)s” cannot be the name of a questionnaire.", name=name[:80])])
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    if len(text.encode()) > LARGEST:
        raise DraftTooLarge
    with _alone(data):
        current = _expect(data, name, expected)
        if current is None or current.text != text:
            _push(data, name, EARLIER, current)
            _clear(data, name, LATER)
            _put(_file(data, name), text)
        return read_draft(data, name)


def remove_draft(data: Path, name: str, *, expected: str) -> None:
    """Take the draft away; `undo_draft` brings it back. Raises DraftUnknown, DraftChanged."""
    with _alone(data):
        read_draft(data, name)
        _push(data, name, EARLIER, _expect(data, name, expected))
        _clear(data, name, LATER)
        _file(data, name).unlink()


def undo_draft(data: Path, name: str, *, expected: str | None) -> Draft:
    """The draft as it was before its last save or removal. Raises as `write_draft`, DraftUnknown
    when nothing is left to undo."""
    return _step(data, name, expected, EARLIER, LATER)


def redo_draft(data: Path, name: str, *, expected: str | None) -> Draft:
    """What the last `undo_draft` took away, back again. Raises as it does."""
    return _step(data, name, expected, LATER, EARLIER)


def steps(data: Path, name: str) -> Steps:
    """What can be undone and done again."""
    texts = _texts(data, name, EARLIER)
    starts = [place for place, path in enumerate(texts) if path.stat().st_size == 0]
    return Steps(len(texts) - (starts[-1] + 1 if starts else 0), len(_texts(data, name, LATER)))


def last_text(data: Path, name: str) -> str | None:
    """The last text of a draft that is no longer there, such as one that was published."""
    texts = _texts(data, name, EARLIER)
    return texts[-1].read_text("utf-8") or None if texts else None


def form_to_look_at(session: Session, data: Path, name: str) -> tuple[Questionnaire, str]:
    """A questionnaire of any state, and which it is: draft (before all), published or shipped.

    Raises FormFaulty with the faults by line; FormNotPublished when there is no such name.
    """
    draft = _read(data, name) if NAME.fullmatch(name) else None
    if draft is not None:
        return sound(draft.text, name), "draft"
    form = catalogue.form(session, name)
    return form, "published" if name in published_names(session) else "shipped"


def sound(text: str, name: str) -> Questionnaire:
    """The form that a text makes. Raises FormFaulty with every fault by line."""
    try:
        return parse(text, name)
    except QuestionnaireError as error:
        raise catalogue.FormFaulty([str(problem) for problem in error.problems]) from error


def every_name(session: Session, data: Path) -> list[str]:
    """The names of all questionnaires: drafts, published and shipped; sorted."""
    return sorted({*draft_names(data), *published_names(session), *shipped()})


def copy_drafts(data: Path, goal: Path) -> None:
    """Copy all drafts into the folder `goal`, with earlier texts, pictures and sounds, as of one
    moment; nothing when there is none."""
    if not _folder(data).is_dir():
        return
    with _alone(data):
        ignored = shutil.ignore_patterns(".lock", "*.making")
        shutil.copytree(_folder(data), goal, ignore=ignored)


def _folder(data: Path) -> Path:
    return data / "questionnaires"


def _file(data: Path, name: str) -> Path:
    return _folder(data) / f"{name}.toml"


def _texts(data: Path, name: str, pile: str) -> list[Path]:
    """Texts kept beside a draft, oldest first."""
    if not NAME.fullmatch(name):
        return []
    return sorted((_folder(data) / ".history" / name / pile).glob("*.toml"))


def _read(data: Path, name: str) -> Draft | None:
    if not NAME.fullmatch(name):
        return None
    path = _file(data, name)
    try:
        about = path.stat()
        if about.st_size > LARGEST:
            raise DraftTooLarge
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = _("%(name)s: the file is not text in UTF-8. Save it as UTF-8.", name=path.name)
        raise catalogue.FormFaulty([fault]) from error
    return Draft(name, text, sha256(raw).hexdigest(), datetime.fromtimestamp(about.st_mtime, ZONE))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """No other process saves a draft meanwhile."""
    _folder(data).mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(_folder(data) / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _expect(data: Path, name: str, expected: str | None) -> Draft | None:
    current = _read(data, name)
    if (current.sha256 if current else None) != expected:
        raise DraftChanged(current)
    return current


def _step(data: Path, name: str, expected: str | None, source: str, goal: str) -> Draft:
    with _alone(data):
        current = _expect(data, name, expected)
        texts = _texts(data, name, source)
        if not texts or not texts[-1].stat().st_size:
            raise DraftUnknown(name)
        if current is not None:
            _push(data, name, goal, current)
        _put(_file(data, name), texts[-1].read_text("utf-8"))
        texts[-1].unlink()
        return read_draft(data, name)


def _push(data: Path, name: str, pile: str, draft: Draft | None) -> None:
    """Keep a text on a pile; nothing at all is kept as an empty one: there the draft begins."""
    texts = _texts(data, name, pile)
    number = int(texts[-1].stem) + 1 if texts else 1
    folder = _folder(data) / ".history" / name / pile
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(folder / f"{number:08d}.toml", draft.text if draft else "")
    for old in texts[: max(0, len(texts) + 1 - KEPT)]:
        old.unlink()


def _clear(data: Path, name: str, pile: str) -> None:
    for path in _texts(data, name, pile):
        path.unlink()


def _put(path: Path, text: str) -> None:
    put_whole(path, text.encode())


def put_whole(path: Path, content: bytes) -> None:
    """The file with this content, whole or not at all, for its owner alone."""
    making = path.with_name(f".{path.name}.making")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
