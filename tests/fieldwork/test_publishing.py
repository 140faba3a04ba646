"""A published questionnaire is the questionnaire of record: stored once, never another content."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from questionnaires import load, sha256
from survey.errors import Conflict
from survey.fieldwork.publishing import (
    FormNotPublished,
    PublishedFormError,
    publish,
    published,
    published_names,
    wording_checked,
)
from survey.fieldwork.tables import PublishedForm
from survey.staff.tables import AuditEvent
from tests.fieldwork.places import JULY

NINE = "one-stop-ward@1"


def test_what_was_published_comes_back_equal_from_the_database_alone(both):
    with both.write() as session:
        publish(session, load(NINE), by="command", now=JULY)
    with both.read() as session:
        again = published(session, NINE)
        assert again == load(NINE)
        assert published(session, NINE) is again
        assert published_names(session) == [NINE]


def test_publishing_the_same_again_changes_nothing(both):
    for by in ("command", "staff:1"):
        with both.write() as session:
            publish(session, load(NINE), by=by, now=JULY)
    with both.read() as session:
        [form] = session.scalars(select(PublishedForm))
        assert (form.published_by, form.sha256) == ("command", sha256(load(NINE)))
        assert len(session.scalars(select(AuditEvent)).all()) == 1


def test_another_content_under_the_same_name_is_refused_with_the_reason(both):
    changed = replace(load(NINE), title={"vi": "Phiếu khác", "en": "Another form"})
    with both.write() as session:
        publish(session, load(NINE), by="command", now=JULY)
        with pytest.raises(Conflict, match="new version number"):
            publish(session, changed, by="command", now=JULY)
        assert published(session, NINE).title == load(NINE).title


def test_a_draft_wording_counts_as_unchecked_until_an_administrator_confirms(kept):
    with kept.write() as session:
        form = publish(session, load(NINE), by="command", now=JULY)
        assert (form.wording_checked, form.confirmed_by) == (False, None)
        form = publish(session, load(NINE), by="staff:1", now=JULY, confirmed=True)
        assert (form.wording_checked, form.confirmed_by) == (False, "staff:1")
        assert not wording_checked(session, NINE)
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
        assert acts == ["questionnaire.publish", "questionnaire.confirm"]


def test_a_compared_wording_needs_no_confirmation(kept):
    whole = replace(load(NINE), status="compared")
    assert whole.wording_compared
    with kept.write() as session:
        assert publish(session, whole, by="command", now=JULY).wording_checked
        assert wording_checked(session, NINE)


def test_a_questionnaire_that_was_never_published_is_not_found(kept):
    with kept.read() as session:
        assert not wording_checked(session, NINE)
        with pytest.raises(FormNotPublished):
            published(session, NINE)


def test_a_text_that_was_tampered_with_is_not_served(kept):
    other = load("sipas-2640@1")
    with kept.write() as session:
        publish(session, load(NINE), by="command", now=JULY)
        publish(session, other, by="command", now=JULY)
        text = session.get(PublishedForm, NINE).canonical
        session.execute(
            update(PublishedForm)
            .where(PublishedForm.name == other.name)
            .values(canonical=text, sha256="0" * 64)
        )
        with pytest.raises(PublishedFormError):
            published(session, other.name)
