"""What is forgotten, and when."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from survey.calendar import local_day
from survey.respond.tables import Receipt
from survey.respond.tidy import Tidied, tidy
from survey.staff.tables import PasswordReset, SignInAttempt, Staff, StaffSession
from tests.respond.province import EVENING


def test_a_receipt_lives_ninety_days_a_failed_sign_in_one_and_a_session_thirty(both):
    def ago(**time):
        return EVENING - timedelta(**time)

    with both.write() as session:
        someone = Staff(login="lan", name="Lan", password_hash="-", made_at=EVENING)
        session.add(someone)
        session.flush()
        for days in (89, 90, 91):
            day = local_day(ago(days=days))
            session.add(Receipt(id=uuid4(), hash="0" * 64, day=day))
        for hours in (23, 25):
            session.add(SignInAttempt(login="lan", at=ago(hours=hours)))
        for number, days in enumerate((29, 31)):
            started = ago(days=days)
            session.add(
                StaffSession(
                    token_hash=str(number), staff_id=someone.id, started_at=started, seen_at=started
                )
            )
            session.add(
                PasswordReset(token_hash=str(number), staff_id=someone.id, made_at=ago(days=days))
            )
    with both.write() as session:
        assert tidy(session, now=EVENING) == Tidied(
            receipts=1, attempts=1, sessions=1, resets=2, keys=0, codes=0, reviewed=0
        )
    with both.read() as session:
        days = sorted(session.scalars(select(Receipt.day)))
        assert days == [local_day(ago(days=90)), local_day(ago(days=89))]
