"""What could not be taken is looked at by a supervisor, taken when it holds, or set aside."""

import html
import json
from datetime import timedelta

import pytest

from survey.fieldwork.devices.store import find_device, revoke
from survey.respond.review import views as review
from survey.respond.review.store import forget_until
from survey.respond.tables import Intake, KeptForReview, Receipt
from survey.staff.tables import AuditEvent
from survey.units.tables import Area
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, prepared
from tests.respond.kiosk import Kiosk
from tests.respond.test_resends import submission
from tests.staff.conftest import Desk, person

BATCH = "/api/v1/responses"


@pytest.fixture
def kiosk(app, kept, at, monkeypatch):
    monkeypatch.setattr(review, "clock", at)
    prepared(kept)
    made = Kiosk(app, kept, at)
    made.enrol()
    return made


@pytest.fixture
def desk(app, kept, kiosk):
    """Somebody of a role in an area, at the desk."""

    def enter(role="supervisor", area="18880"):
        with kept.write() as session:
            found = session.query(Area).filter_by(code=area).one().id
            staff = person(session, f"{role}.{area}", (role, found))
            staff.totp_sealed = "bound"
        return Desk(app, kept).enter(staff, second_factor=True)

    return enter


def unsigned(kiosk, body):
    return kiosk.client.post(BATCH, data=f"[{body}]", content_type="application/json").json[0]


def press(desk, path, page="/desk/account", **fields):
    return desk.client.post(path, data={**fields, "csrf_token": desk.token(page)})


def text(desk, path):
    answer = desk.client.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_an_answer_of_a_revoked_device_is_taken_after_all(kiosk, kept, stored, desk, at):
    with kept.write() as session:
        revoke(session, find_device(session, kiosk.id).device, "mất", by="command", now=JULY)
    body = kiosk.seal(kiosk.answer())
    assert kiosk.send(body).json[0]["state"] == "kept-for-review"
    [row] = stored(KeptForReview)
    at.now = JULY + timedelta(days=2)
    who = desk()
    assert "device: was revoked" in text(who, "/desk/review")
    assert '"q1": 4' in text(who, f"/desk/review/{row['key']}")
    assert press(who, f"/desk/review/{row['key']}/take").status_code == 303
    [answer] = stored(Intake)
    assert (answer["answered_at"], answer["device"], answer["seq"]) == (JULY, kiosk.id, 1)
    [row] = stored(KeptForReview)
    assert (row["decision"], row["body"]) == ("taken", "")
    assert stored(AuditEvent)[-1]["act"] == "review.take"
    assert kiosk.send(body).json[0]["state"] == "already"
    assert "không còn giữ ở đây" in text(who, f"/desk/review/{row['key']}")


def test_what_does_not_hold_stays_and_says_why(kiosk, stored, desk):
    kiosk.send(kiosk.answer(answers={"q1": 4}))
    [row] = stored(KeptForReview)
    who = desk()
    press(who, f"/desk/review/{row['key']}/take")
    assert "answers.q2: is compulsory" in text(who, f"/desk/review/{row['key']}")
    assert stored(Intake) == [] and stored(KeptForReview)[0]["decision"] is None


def test_setting_aside_needs_a_reason_and_changes_nothing_that_is_sent_again(kiosk, stored, desk):
    body = kiosk.answer(answers={})
    kiosk.send(body)
    [row] = stored(KeptForReview)
    who, path = desk(), f"/desk/review/{row['key']}"
    assert press(who, f"{path}/set-aside", because="").status_code == 422
    assert press(who, f"{path}/set-aside", because="Phiếu thử").status_code == 303
    assert "Phiếu thử" in text(who, path)
    assert "Chọn" not in text(who, path) and "Lấy phiếu này" not in text(who, path)
    assert kiosk.send(body).json[0]["state"] == "kept-for-review"
    [row] = stored(KeptForReview)
    assert (row["decision"], row["because"]) == ("set-aside", "Phiếu thử")
    assert json.loads(row["body"])["seq"] == 1


def test_all_of_one_reason_are_taken_or_set_aside_with_one_press(kiosk, stored, desk):
    for _ in range(3):
        unsigned(kiosk, submission())
    kiosk.send(kiosk.answer(answers={}))
    reason = next(r["reason"] for r in stored(KeptForReview) if "signs its answers" in r["reason"])
    who = desk()
    press(who, "/desk/review/all", reason=reason, act="take")
    assert len(stored(Intake)) == 3
    assert {row["signals"][0] for row in stored(Intake)} == {"unsigned"}
    assert stored(AuditEvent)[-1]["object"] == "kept:3"
    press(who, "/desk/review/all", reason="answers.q1: is compulsory", because="Trống")
    assert sorted(row["decision"] for row in stored(KeptForReview)) == ["set-aside"] + ["taken"] * 3
    assert "Chưa" not in text(who, "/desk/review?state=taken")


def test_two_bodies_of_one_id_stand_side_by_side(kiosk, stored, desk):
    first = kiosk.answer()
    kiosk.send(first)
    other = json.loads(first)
    other["answers"]["q3"] = 1
    kiosk.send(json.dumps(other))
    [row] = stored(KeptForReview)
    page = text(desk(), f"/desk/review/{row['key']}")
    line = page[page.index("answers.q3") :][:400]
    assert "khác nhau" in line and ">4<" in line and ">1<" in line
    assert "khác nhau" not in page[page.index("answers.q4") :][:200]
    press(desk(area="44"), f"/desk/review/{row['key']}/take")
    assert stored(Intake)[0]["answers"]["q3"] == 4


def test_a_neighbour_sees_nothing_and_an_auditor_changes_nothing(kiosk, stored, desk):
    kiosk.send(kiosk.answer(answers={}))
    [row] = stored(KeptForReview)
    path = f"/desk/review/{row['key']}"
    other = desk(area="19363")
    assert other.client.get(path).status_code == 404
    assert "compulsory" not in text(other, "/desk/review")
    press(other, "/desk/review/all", reason=row["reason"], because="x")
    auditor = desk("auditor")
    assert press(auditor, f"{path}/take").status_code == 403
    assert stored(KeptForReview)[0]["decision"] is None
    assert auditor.client.get("/desk/review/not-a-key").status_code == 404


def test_what_is_seen_can_be_carried_away(kiosk, stored, desk):
    kiosk.send(kiosk.answer(answers={}), kiosk.answer())
    answer = press(desk(), "/desk/review/export")
    [line] = answer.text.splitlines()
    assert (json.loads(line)["seq"], json.loads(line)["round"]) == (1, ROUND)
    assert stored(AuditEvent)[-1]["act"] == "review.export"


def test_nothing_is_deleted_before_its_time(kiosk, kept, stored, desk):
    kiosk.send(kiosk.answer(answers={}), kiosk.answer(answers={"q1": 3}))
    press(desk(), f"/desk/review/{stored(KeptForReview)[0]['key']}/set-aside", because="Thử")
    with kept.write() as session:
        early = {"decided": JULY, "waiting": JULY.date()}
        assert forget_until(session, **early) == 0
        later = {"decided": JULY + timedelta(days=1), "waiting": JULY.date()}
        assert forget_until(session, **later) == 1
        later["waiting"] = JULY.date() + timedelta(days=1)
        assert forget_until(session, **later) == 1
    assert stored(KeptForReview) == []
    assert stored(Receipt) == []
