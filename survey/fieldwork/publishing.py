"""Questionnaires of record: what was published is stored with its hash and never edited."""

from datetime import datetime
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.loader import canonical, from_canonical, sha256
from questionnaires.model import Questionnaire
from survey.errors import Conflict, NotFound, SurveyError
from survey.fieldwork import media
from survey.fieldwork.tables import PublishedForm
from survey.staff.audit import record

NO_FILES: media.Files = MappingProxyType({})
_parsed: dict[tuple[str, str], Questionnaire] = {}  # by name and hash: what is published is frozen


class FormNotPublished(NotFound):
    """A questionnaire that was never published in this installation."""

    title = _l("There is no such questionnaire")
    remedy = _l("Please check its name, or publish it first.")


class PublishedFormError(SurveyError):
    """A published text no longer has the hash it was published with."""

    status = 500


def publish(
    session: Session,
    questionnaire: Questionnaire,
    *,
    by: str,
    now: datetime,
    confirmed: bool = False,
    files: media.Files = NO_FILES,
) -> PublishedForm:
    """The questionnaire of record, stored now or before; `confirmed` records that `by` allows
    wording that was not compared with the decree.

    files: its pictures and sounds by name, as `media.gather` finds them; those kept already may
        be left out.
    Raises Conflict when another content was published under this name, MediaFault when a file is
    missing or was published with another content.
    """
    kept = session.get(PublishedForm, questionnaire.name)
    if kept is not None:
        _refuse_another(kept, questionnaire)
    fresh = media.fresh(session, questionnaire, files, first=kept is None)
    if kept is None:
        kept = _store(session, questionnaire, by=by, now=now)
        _refuse_another(kept, questionnaire)
    media.keep(session, kept.name, fresh)
    if confirmed and not kept.wording_checked and kept.confirmed_by is None:
        kept.confirmed_by = by
        record(session, actor=by, act="questionnaire.confirm", object=_object(kept), now=now)
    return kept


def _refuse_another(kept: PublishedForm, questionnaire: Questionnaire) -> None:
    if kept.sha256 != sha256(questionnaire):
        raise Conflict(
            _(
                "%(name)s was published with another content on %(day)s. "
                "A published questionnaire is never edited: give yours a new version number.",
                name=questionnaire.name,
                day=f"{kept.published_at:%Y-%m-%d}",
            )
        )


def _store(
    session: Session, questionnaire: Questionnaire, *, by: str, now: datetime
) -> PublishedForm:
    """A new row, or the one that another process stored a moment ago."""
    form = PublishedForm(
        name=questionnaire.name,
        canonical=canonical(questionnaire),
        sha256=sha256(questionnaire),
        published_at=now,
        published_by=by,
        wording_checked=questionnaire.wording_compared,
    )
    try:
        with session.begin_nested():
            session.add(form)
    except IntegrityError:
        return session.get_one(PublishedForm, questionnaire.name)
    record(
        session,
        actor=by,
        act="questionnaire.publish",
        object=_object(form),
        now=now,
        detail=form.sha256,
    )
    return form


def _object(form: PublishedForm) -> str:
    return f"questionnaire:{form.name}"


def published(session: Session, name: str) -> Questionnaire:
    """The questionnaire of record, from the database only; parsed once per process.

    Raises FormNotPublished; PublishedFormError when the stored text was tampered with.
    """
    digest = session.scalar(select(PublishedForm.sha256).where(PublishedForm.name == name))
    if digest is None:
        raise FormNotPublished(name)
    if (name, digest) not in _parsed:
        text = session.scalars(
            select(PublishedForm.canonical).where(PublishedForm.name == name)
        ).one()
        questionnaire = from_canonical(text)
        if (questionnaire.name, sha256(questionnaire)) != (name, digest):
            raise PublishedFormError(name)
        _parsed[name, digest] = questionnaire
    return _parsed[name, digest]


def published_names(session: Session) -> list[str]:
    """The names of all published questionnaires, sorted."""
    return sorted(session.scalars(select(PublishedForm.name)))


def wording_checked(session: Session, name: str) -> bool:
    """Whether the published wording was compared with the decree; False when it is unpublished.

    Where it is not, the form says "văn bản chưa đối chiếu".
    """
    form = session.get(PublishedForm, name)
    return form is not None and form.wording_checked
