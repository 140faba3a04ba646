"""The audit chain: whoever changes the past is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from survey.staff import audit
from survey.staff.tables import AuditEvent
from tests.staff.conftest import NOW


def write(database, n, *, detail=""):
    with database.write() as session:
        for i in range(n):
            audit.record(
                session,
                actor="staff:1",
                act="round.open",
                object=f"round:{i}",
                now=NOW + timedelta(seconds=i),
                detail=detail,
            )


def test_an_untouched_chain_is_intact_and_empty_is_intact_too(both):
    with both.read() as session:
        assert audit.verify(session) is None
        assert audit.newest(session) == audit.GENESIS
    write(both, 20)
    with both.read() as session:
        assert audit.verify(session) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "staff:2"},
        {"act": "round.close"},
        {"object": "round:other"},
        {"at": NOW - timedelta(days=1)},
        {"digest": "0" * 64},
        {"hash": "f" * 64},
        {"previous": "e" * 64},
    ],
)
def test_any_changed_field_of_an_event_is_found(both, change):
    write(both, 6)
    with both.write() as session:
        session.execute(update(AuditEvent).where(AuditEvent.id == 4).values(**change))
    with both.read() as session:
        assert audit.verify(session) == 4


def test_an_event_taken_out_is_found_at_the_next_one(both):
    write(both, 6)
    with both.write() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.id == 3))
    with both.read() as session:
        assert audit.verify(session) == 4


def test_what_was_cut_off_at_the_end_shows_against_a_noted_last_link(kept):
    write(kept, 6)
    with kept.read() as session:
        noted = audit.newest(session)
    with kept.write() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.id == 6))
    with kept.read() as session:
        assert audit.verify(session) is None
        assert session.scalar(select(AuditEvent.id).where(AuditEvent.hash == noted)) is None


def test_the_chain_cannot_fork(both):
    write(both, 2)
    with both.write_session() as session:
        second = session.get(AuditEvent, 2)
        session.add(
            AuditEvent(
                at=NOW, actor="x", act="x", object="x", previous=second.previous, hash="a" * 64
            )
        )
        with pytest.raises(IntegrityError):
            session.flush()


def test_forty_events_written_at_the_same_time_make_one_chain(both):
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _i: write(both, 5), range(8)))
    with both.read() as session:
        assert session.scalar(select(func.count(AuditEvent.id))) == 40
        assert audit.verify(session) is None


def test_details_are_kept_as_a_digest_that_only_this_installation_can_make(kept):
    write(kept, 1, detail="officer 19000")
    write(kept, 1, detail="officer 19000")
    with kept.read() as session:
        first, second = session.scalars(select(AuditEvent.digest).order_by(AuditEvent.id))
    assert first == second
    assert len(first) == 64 and "officer" not in first
