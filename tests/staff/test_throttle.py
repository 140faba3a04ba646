"""Five tries, however many ask at once, and nobody locks an office out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
from sqlalchemy import func, select

from survey.staff import accounts, throttle, totp
from survey.staff.tables import SignInAttempt
from survey.staff.throttle import SourceLimit
from tests.staff.conftest import NOW, person


def test_of_forty_guesses_at_the_same_moment_five_are_looked_at(both):
    def guess(_each):
        with both.write() as session:
            return throttle.reserve(session, "a" * 64, now=NOW)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(40)))
    assert answers.count(None) == 5
    assert set(answers) == {None, NOW + throttle.WINDOW}


def test_the_sixth_try_is_free_again_when_the_first_is_a_quarter_of_an_hour_old(both):
    with both.write() as session:
        for minute in range(5):
            assert throttle.reserve(session, "b", now=NOW + timedelta(minutes=minute)) is None
        wait = throttle.reserve(session, "b", now=NOW + timedelta(minutes=6))
        assert wait == NOW + timedelta(minutes=15)
        assert throttle.reserve(session, "other", now=NOW + timedelta(minutes=6)) is None
        assert throttle.reserve(session, "b", now=wait) is None


def test_tries_are_forgotten_after_a_day_and_logins_are_not_written_down(both):
    with both.write() as session:
        key = throttle.account_key(session, "Lan ")
        assert key == throttle.account_key(session, "lan") and "lan" not in key
        throttle.reserve(session, key, now=NOW)
        throttle.reserve(session, "x", now=NOW + timedelta(days=1, seconds=1))
        assert session.scalar(select(func.count(SignInAttempt.id))) == 1


def test_an_address_with_many_failures_is_refused_but_not_who_is_known_there():
    limit = SourceLimit(tries=3)
    limit.succeeded("10.0.0.1", "lan")
    for second in range(3):
        assert not limit.refuses("10.0.0.1", "guess", now=NOW)
        limit.failed("10.0.0.1", now=NOW + timedelta(seconds=second))
    assert limit.refuses("10.0.0.1", "guess", now=NOW + timedelta(minutes=1))
    assert not limit.refuses("10.0.0.1", "lan", now=NOW + timedelta(minutes=1))
    assert not limit.refuses("10.0.0.2", "guess", now=NOW + timedelta(minutes=1))
    assert not limit.refuses("10.0.0.1", "guess", now=NOW + timedelta(minutes=16))


def test_a_code_is_used_once_even_by_two_at_the_same_time(both):
    secret = totp.new_secret()
    with both.write() as session:
        staff = person(session, "lan")
        accounts.set_totp(session, staff, secret, 0, now=NOW)
    code = pyotp.TOTP(secret).at(int(NOW.timestamp()))

    def use(_each):
        with both.write() as session:
            return totp.use(session, accounts.account(session, staff.id), code, now=NOW)

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(use, range(4))) == [False, False, False, True]


def test_a_code_counts_for_half_a_minute_either_way_and_in_groups_of_digits():
    secret = totp.new_secret()
    moment = int(NOW.timestamp())
    at = pyotp.TOTP(secret).at
    for seconds, right in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        assert (totp.step_of(secret, at(moment + seconds), now=NOW) is not None) == right
    code = at(moment)
    assert totp.step_of(secret, f" {code[:3]} {code[3:]} ", now=NOW) == moment // 30
    for wrong in ("", "12345", "abcdef", "１２３４５６", "1234567"):
        assert totp.step_of(secret, wrong, now=NOW) is None


def test_two_who_use_one_link_at_the_same_time_set_one_password(both):
    with both.write() as session:
        staff = person(session, "lan")
        token = accounts.make_reset(session, staff, by="command", now=NOW)

    def use(password):
        try:
            with both.write() as session:
                accounts.use_reset(session, token, password, now=NOW)
        except accounts.ResetLinkUsed:
            return False
        return True

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(use, ("mật khẩu thứ nhất", "mật khẩu thứ hai"))) == [False, True]
