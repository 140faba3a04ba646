"""Reading a draft to edit it, and saving what was changed: one audit event a save."""

import tomllib
from collections.abc import Callable

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import Conflict
from survey.fieldwork import drafts
from survey.fieldwork.drafts import Draft
from survey.fieldwork.editor.door import data
from survey.fieldwork.editor.layout import Layout, Unusual, layout_of
from survey.fieldwork.publishing import published_names
from survey.staff.audit import record

TRIES = 3


class Frozen(Conflict):
    """The questionnaire was published: nobody changes it any more."""

    title = _l("A published questionnaire is never edited")
    remedy = _l("Make its next version on the questionnaire's page, and change that.")


class OnlySource(Conflict):
    """The draft cannot be read into pages: only its text can be edited."""

    title = _l("This draft can only be edited as text for now")
    remedy = _l("Open its text, correct what is named there, and save it.")


def draft_of(name: str) -> Draft:
    """The draft to edit. Raises DraftUnknown, FormFaulty, and Frozen once it was published."""
    if name in published_names(reading()):
        raise Frozen(name)
    return drafts.read_draft(data(), name)


def layout_in(draft: Draft) -> Layout:
    """The draft in its parts. Raises OnlySource."""
    try:
        return layout_of(draft.text)
    except (Unusual, ValueError, RecursionError) as error:
        raise OnlySource(draft.name) from error


def can_be_parted(draft: Draft) -> str:
    """ "" when pages can edit the draft; else `toml` for a text that is no TOML, or `layout`."""
    try:
        layout_of(draft.text)
    except Unusual:
        return "layout"
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return "toml"
    return ""


def change(name: str, act: Callable[[Layout], None], *, base: str | None = None) -> Draft:
    """The draft with a change made to it, saved and committed.

    base: the text that was looked at, where the change speaks of places in it; None: `act` itself
        finds what it changes in the present text.
    Raises DraftChanged, OnlySource, Frozen, and what `act` raises.
    """
    last: drafts.DraftChanged | None = None
    for _again in range(TRIES):
        draft = draft_of(name)
        if base is not None and base != draft.sha256:
            raise drafts.DraftChanged(draft)
        layout = layout_in(draft)
        act(layout)
        try:
            return save(name, layout.text, expected=draft.sha256)
        except drafts.DraftChanged as error:
            if base is not None:
                raise
            last = error
    raise last or drafts.DraftChanged(None)


def save(name: str, text: str, *, expected: str | None, act: str = "draft.save") -> Draft:
    """The text as the draft's, committed with its audit event. Raises as `write_draft` does."""
    if name in published_names(reading()):
        raise Frozen(name)
    saved = drafts.write_draft(data(), name, text, expected=expected)
    if saved.sha256 != expected:
        note(act, name, saved.sha256)
    return saved


def note(act: str, name: str, detail: str = "") -> None:
    """Write the audit event and commit."""
    session = writing()
    thing = f"questionnaire:{name}"
    record(session, actor=g.staff.actor, act=act, object=thing, now=clock(), detail=detail)
    session.commit()


def free_name(form: str) -> str:
    """`form` with the first version number above all that there are. Raises Conflict at the end."""
    known = drafts.every_name(reading(), data()) + drafts.removed_names(data())
    taken = [int(name.partition("@")[2]) for name in known if name.partition("@")[0] == form]
    version = max(taken, default=0) + 1
    if version > 127:
        raise Conflict(_("A form has at most 127 versions. Begin a form with another name."))
    return f"{form}@{version}"
