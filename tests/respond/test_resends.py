"""However often and however fast one form is sent, one answer is stored."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from survey.app import create_app
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.respond.arrival import Arrival
from survey.respond.intake import take_page
from survey.respond.submission import Place, Submission, canonical
from survey.respond.tables import Intake, KeptForReview, PendingComment, Receipt, Traffic
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen, prepared

TIMES = 100
KEY = b"k" * 32


@pytest.fixture
def served(both, at):
    """The application on either database, with the poster's address."""
    app = create_app(both.settings)
    yield app, "/c/" + prepared(both)
    app.extensions["sipas.database"].close()


def counts(database, *tables):
    with database.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def submission(**changes):
    body = {
        "id": str(uuid4()),
        "round": ROUND,
        "version": "one-stop-ward@1",
        "place": {"counter": "dong-hoi-1"},
        "mode": "kiosk",
        "assisted": False,
        "language": "vi",
        "answers": {f"q{n}": 4 for n in range(1, 10)},
        "device": "kiosk-1",
        "seq": 1,
    }
    return json.dumps(body | changes)


def test_a_hundred_presses_at_once_store_one_answer_and_one_comment(served, both):
    app, poster = served
    citizen = Citizen(app)
    citizen.reach_comment(poster)
    body = citizen.filled(comment="Rất tốt")

    def press(_):
        return app.test_client().post(poster, data=body)

    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(press, range(TIMES)))
    assert {answer.status_code for answer in answers} == {303}
    states = Counter(answer.headers["Location"].split("=")[1] for answer in answers)
    assert states == {"stored": 1, "already": TIMES - 1}
    assert counts(both, Intake, Receipt, PendingComment, KeptForReview) == [1, 1, 1, 0]
    with both.read() as session:
        assert session.scalars(select(Traffic.finished)).all() == [1]


def test_a_hundred_batches_with_the_same_submission_store_it_once(served, both):
    app, _ = served
    body = f"[{submission()}]"

    def send(_):
        return app.test_client().post(
            "/api/v1/responses", data=body, content_type="application/json"
        )

    with ThreadPoolExecutor(16) as devices:
        answers = list(devices.map(send, range(TIMES)))
    assert {answer.status_code for answer in answers} == {200}
    assert Counter(a.json[0]["state"] for a in answers) == {"stored": 1, "already": TIMES - 1}
    assert counts(both, Intake, Receipt, KeptForReview) == [1, 1, 0]


@pytest.fixture
def shared(cluster, tmp_path):
    """A PostgreSQL database, where two processes may write at the same time."""
    kept = Database(Settings(cluster.new_database(), tmp_path, tmp_path / "secret"))
    upgrade(kept)
    yield kept
    kept.close()


def test_two_processes_that_meet_at_one_submission_store_it_once(shared):
    """Both look before either has committed: the key in the database decides."""
    prepared(shared)
    sent = Submission(
        id=uuid4(),
        round=ROUND,
        version="one-stop-ward@1",
        mode="web",
        assisted=False,
        language="vi",
        answers={f"q{n}": 4 for n in range(1, 10)},
        place=Place(),
    )

    def take(session):
        return take_page(session, sent, Arrival(canonical(sent), JULY, KEY, asked=JULY)).state

    with shared.write_session() as first, ThreadPoolExecutor(1) as other:
        assert take(first) == "stored"
        second = other.submit(shared.writer.submit, take)
        first.commit()
        assert second.result(20) == "already"
    assert counts(shared, Intake, Receipt) == [1, 1]


def test_pressing_send_again_after_going_back_thanks_again(served, both):
    app, poster = served
    citizen = Citizen(app)
    citizen.reach_comment(poster)
    body = citizen.filled(comment="Một lời")
    assert "state=stored" in citizen.send(body).headers["Location"]
    body["form-comment"] = "Một lời khác"
    again = citizen.send(body).headers["Location"]
    assert "state=already" in again
    assert counts(both, Intake, PendingComment) == [1, 1]
    with both.read() as session:
        assert session.scalars(select(PendingComment.text)).all() == ["Một lời khác"]


def test_other_answers_under_the_same_id_are_kept_for_review(served, both):
    app, poster = served
    citizen = Citizen(app)
    citizen.reach_comment(poster)
    body = citizen.filled()
    citizen.send(body)
    body["q1"] = "1"
    for _ in range(3):
        assert "state=kept-for-review" in citizen.send(body).headers["Location"]
    assert counts(both, Intake, Receipt, KeptForReview) == [1, 1, 1]
    citizen.open(f"/r/{ROUND}/thanks?state=kept-for-review")
    assert "được gửi trước đó với các câu trả lời khác" in citizen.text


def test_an_hour_is_counted_right_by_many_at_once(served, both):
    app, poster = served

    def visit(_):
        citizen = Citizen(app)
        citizen.reach_comment(poster)
        return citizen.press().status_code

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(visit, range(24))) == {303}
    with both.read() as session:
        [hour] = session.scalars(select(Traffic)).all()
        assert (hour.started, hour.finished) == (24, 24)
    assert counts(both, Intake, Receipt) == [24, 24]
