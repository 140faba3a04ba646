"""Staff bring the queue of a device as a file: each answer is stored once, however it came."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from survey.calendar import clock
from survey.respond import queue_file
from survey.respond.tables import Intake, KeptForReview, PendingComment
from survey.staff.tables import AuditEvent
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, prepared
from tests.respond.kiosk import Kiosk
from tests.staff.conftest import Desk, person

ADDRESS = queue_file.ADDRESS


@pytest.fixture
def kiosk(app, kept, at, monkeypatch):
    monkeypatch.setattr(queue_file, "clock", at)
    prepared(kept)
    made = Kiosk(app, kept, at)
    made.enrol()
    return made


@pytest.fixture
def bring(app, kept, kiosk):
    """Brings a file to the desk; the answer."""
    with kept.write() as session:
        staff = person(session, "to.chuc", ("fieldwork", None), now=clock())
    desk = Desk(app, kept).enter(staff)

    def send(content: bytes):
        file = (io.BytesIO(content), "hang-doi.ndjson")
        token = desk.token(ADDRESS)
        return desk.client.post(ADDRESS, data={"file": file, "csrf_token": token})

    return send


def lines(*pairs: tuple[str, str]) -> bytes:
    return "".join(f'{{"kind":"{kind}","item":{item}}}\n' for kind, item in pairs).encode()


def signed(kiosk: Kiosk, body: bytes) -> bytes:
    return body + json.dumps({"signed": kiosk.headers("POST", ADDRESS, body)}).encode() + b"\n"


def test_the_file_of_a_device_is_stored_and_sent_later_it_is_known(kiosk, bring, stored):
    words = json.dumps({"id": str(uuid4()), "round": ROUND, "text": "Tốt"})
    sealed = [kiosk.seal(kiosk.answer()) for _ in range(3)]
    file = lines(*(("answers", one) for one in sealed), ("words", kiosk.seal(words)))
    answer = bring(signed(kiosk, file))
    assert answer.status_code == 200 and "Vừa lưu" in answer.text
    assert len(stored(Intake)) == 3 and len(stored(PendingComment)) == 1
    assert {one["state"] for one in kiosk.send(*sealed).json} == {"already"}
    assert "Đã lưu từ trước" in bring(signed(kiosk, file)).text
    assert len(stored(Intake)) == 3
    events = [row for row in stored(AuditEvent) if row["act"] == "device.import"]
    assert [row["object"] for row in events] == [f"device:{kiosk.id}"] * 2


def test_a_file_that_was_changed_on_its_way_is_not_taken(kiosk, bring, stored):
    file = signed(kiosk, lines(("answers", kiosk.seal(kiosk.answer()))))
    answer = bring(file.replace(b'"answers"', b'"words"', 1))
    assert answer.status_code == 401
    assert stored(Intake) == stored(KeptForReview) == []


def test_answers_of_an_enrolled_device_without_its_signature_are_kept_for_review(
    kiosk, bring, stored
):
    answer = bring(lines(("answers", kiosk.seal(kiosk.answer()))))
    assert answer.status_code == 200 and "Giữ lại để xem xét" in answer.text
    assert stored(Intake) == [] and len(stored(KeptForReview)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "không có câu trả lời nào"),
        (b"\xff\xfe\x00", "Dòng 1"),
        (b'{"kind":"answers","item":{}}\n{"kind":"else","item":{}}\n', "Dòng 2"),
        (b'{"signed":{}}\n{"kind":"answers","item":{}}\n', "Dòng 2"),
        (b'{"item":{},"kind":"answers"}\n', "không đúng cách"),
    ],
)
def test_what_is_no_file_of_a_device_is_told_by_line(bring, stored, content, said):
    answer = bring(content)
    assert answer.status_code == 422 and said in answer.text
    assert stored(KeptForReview) == []


def test_the_round_may_be_over_when_the_file_comes(kiosk, bring, stored, at):
    file = signed(kiosk, lines(("answers", kiosk.seal(kiosk.answer()))))
    at.now = JULY + timedelta(days=20)
    bring(file)
    [row] = stored(Intake)
    assert row["answered_at"].date() <= JULY.date() + timedelta(days=20)
