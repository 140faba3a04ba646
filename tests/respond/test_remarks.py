"""Words of one's own come in batches apart from answers, and are kept once however often sent."""

import json
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from survey.respond import remarks
from survey.respond.release_comments import release_comments
from survey.respond.tables import Comment, Intake, KeptForReview, PendingComment, Receipt
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND
from tests.respond.kiosk import Kiosk

PATH = "/api/v1/comments"


@pytest.fixture
def post(client, at, poster, monkeypatch):
    monkeypatch.setattr(remarks, "clock", at)

    def send(*bodies: dict | str) -> list[dict]:
        texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
        answer = client.post(PATH, data=f"[{','.join(texts)}]", content_type="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json

    return send


def words(**more: object) -> dict:
    said = {"id": str(uuid4()), "round": ROUND, "counter": "dong-hoi-1", "text": "Rất tốt."}
    return {**said, **more}


def test_words_are_put_away_with_a_place_a_field_and_a_month(post, stored):
    sent = words(field="ho-tich", question="why", text="Cán bộ\r\nnhiệt tình. ")
    [told] = post(sent)
    assert (told["id"], told["state"]) == (sent["id"], "stored")
    [kept] = stored(PendingComment)
    assert (kept["text"], kept["question"], kept["field"]) == (
        "Cán bộ\nnhiệt tình.", "why", "ho-tich",
    )  # fmt: skip
    assert kept["month"].isoformat() == "2026-07-01" and kept["centre_id"]
    assert stored(Intake) == []
    [receipt] = stored(Receipt)
    assert (receipt["device"], receipt["seq"]) == (None, None)


def test_sent_again_they_are_kept_once_even_after_their_release(app, post, stored):
    many = [words(text=f"Lời thứ {n}") for n in range(12)]
    post(*many)
    assert {told["state"] for told in post(*many)} == {"already"}
    assert len(stored(PendingComment)) == 12
    with app.extensions["sipas.database"].write() as session:
        later = JULY + timedelta(days=62)
        release_comments(session, now=later, rng=Random(1), everything=True)
    released = len(stored(Comment))
    assert {told["state"] for told in post(*many)} == {"already"}
    assert stored(PendingComment) == [] and len(stored(Comment)) == released == 12


def test_the_same_id_with_other_words_is_kept_for_review(post, stored):
    first = words()
    post(first)
    [told] = post({**first, "text": "Rất tệ."})
    assert told["state"] == "kept-for-review"
    assert [row["text"] for row in stored(PendingComment)] == ["Rất tốt."]
    assert len(stored(KeptForReview)) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"round": "none"}, "round: there is no such round"),
        ({"counter": "nowhere"}, "place.counter: there is no such counter"),
        ({"field": "none"}, "field: there is no such field"),
        ({"text": "a" * 2001}, "text: write 1 to 2000 letters"),
        ({"text": "\u200b"}, "text: write 1 to 2000 letters"),
        ({"question": "Q 1"}, "question: write the id of a question"),
        ({"device": "KIOSK"}, "device: unknown key"),
        ({"text": 5}, "text: write a text"),
        ({"id": "1"}, "id: write a UUID of version 4"),
    ],
)
def test_what_cannot_be_taken_is_kept_with_its_reason_and_harms_no_other(
    post, stored, change, reason
):
    good = words()
    bad, fine = post(words(**change), good)
    assert bad["state"] == "kept-for-review" and bad["reason"].startswith(reason)
    assert (fine["id"], fine["state"]) == (good["id"], "stored")
    assert len(stored(PendingComment)) == len(stored(KeptForReview)) == 1


def test_words_that_are_sealed_are_opened(app, at, post, stored):
    kiosk = Kiosk(app, app.extensions["sipas.database"], at)
    [told] = post(kiosk.seal(json.dumps(words(text="Niêm phong"))))
    assert told["state"] == "stored"
    assert [row["text"] for row in stored(PendingComment)] == ["Niêm phong"]
