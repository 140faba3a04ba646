"""An administrator connects another system, and sees what could not be told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.config import Settings
from survey.feedback.hooks.tables import Delivery, Hook
from survey.staff.tables import Staff
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.hooks.test_hooks import LOOPBACK
from tests.staff.conftest import Desk


@pytest.fixture
def admin(app, kept):
    chosen = app.extensions["sipas.settings"]
    app.extensions["sipas.settings"] = Settings(
        chosen.database, chosen.data, chosen.secret_file, LOOPBACK
    )
    inbox = inbox_in(kept)
    with kept.read() as session:
        person = session.get_one(Staff, inbox.staff["vien"])
    desk = Desk(app, kept).enter(person)
    desk.inbox = inbox
    return desk


def make(desk, url="http://127.0.0.1:9/hook", **more):
    fields = {"name": "Cổng tỉnh", "url": url, "acts": "receive", "area": "", **more}
    return desk.post("/desk/feedback/hooks/new", **fields)


def test_a_webhook_is_made_and_its_secret_shown_once(admin):
    made = make(admin)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", made.text.replace("&#43;", "+"))
    with admin.database.read() as session:
        hook = session.scalars(select(Hook)).one()
        assert secret not in hook.secret
    page = admin.client.get("/desk/feedback/hooks")
    assert "Cổng tỉnh" in page.text and "whsec_" not in page.text
    admin.post(f"/desk/feedback/hooks/{hook.id}/end", "/desk/feedback/hooks")
    with admin.database.read() as session:
        assert session.get_one(Hook, hook.id).ended_at is not None


@pytest.mark.parametrize(
    ("url", "words"),
    [("https://10.0.0.1/", "mạng nội bộ"), ("cổng tỉnh", "địa chỉ đầy đủ"), ("", "Xin điền")],
)
def test_an_address_that_may_not_be_told_is_refused_with_words(admin, url, words):
    answer = make(admin, url)
    assert answer.status_code == 422
    assert words in answer.text
    with admin.database.read() as session:
        assert session.scalars(select(Hook)).all() == []


def test_what_was_given_up_is_shown_without_words_and_tried_again(admin):
    make(admin)
    with admin.database.write() as session:
        admin.inbox.send(session, words="Canary", now=MONDAY)
        row = session.scalars(select(Delivery)).one()
        row.tries, row.outcome, row.dead_at = 10, "timeout", clock() - timedelta(hours=1)
    page = admin.client.get("/desk/feedback/hooks").text
    assert "PA-000001" in page and "không trả lời kịp" in page and "Canary" not in page
    admin.post(f"/desk/feedback/hooks/deliveries/{row.id}/again", "/desk/feedback/hooks")
    with admin.database.read() as session:
        assert session.scalars(select(Delivery)).one().dead_at is None
