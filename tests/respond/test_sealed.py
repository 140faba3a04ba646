"""What waits on a device is sealed; it is opened here, or kept for review as it came."""

import json
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from survey.respond import sealing
from survey.respond.sealing import Sealing, forget_keys, rotate, rotate_due, sealing_key
from survey.respond.tables import Intake, KeptForReview, Receipt, SealingKey
from tests.fieldwork.places import JULY
from tests.respond.citizen import prepared
from tests.respond.kiosk import Kiosk


@pytest.fixture
def kiosk(app, kept, at):
    prepared(kept)
    made = Kiosk(app, kept, at)
    made.enrol()
    return made


def test_a_sealed_answer_is_stored_and_hashed_as_it_was_sent(kiosk, stored):
    plain = kiosk.answer()
    sealed = kiosk.seal(plain)
    [answer] = kiosk.send(sealed).json
    assert answer == {
        "id": json.loads(plain)["id"],
        "sha256": sha256(sealed.encode()).hexdigest(),
        "state": "stored",
    }
    assert stored(Intake)[0]["answers"] == {f"q{n}": 4 for n in range(1, 10)}
    assert [one["state"] for one in kiosk.send(sealed, plain).json] == [
        "already",
        "kept-for-review",
    ]


def test_a_mixed_batch_is_answered_in_its_order(kiosk, stored):
    items = [kiosk.answer(), kiosk.seal(kiosk.answer()), kiosk.seal(kiosk.answer(answers={}))]
    states = [one["state"] for one in kiosk.send(*items).json]
    assert states == ["stored", "stored", "kept-for-review"]
    [row] = stored(KeptForReview)
    assert row["seq"] == 3
    assert "ciphertext" in row["body"]  # as it came


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_id": "NOBODYS"}, "key_id: there is no such key"),
        ({"key_id": "a\x00b"}, "key_id: there is no such key"),
        ({"alg": "none"}, "alg: write RSA-OAEP-256+A256GCM"),
        ({"iv": "AAAA"}, "ciphertext: cannot be opened"),
        ({"wrapped_key": "AAAA"}, "ciphertext: cannot be opened"),
        ({"ciphertext": "AAAA"}, "ciphertext: cannot be opened"),
        ({"ciphertext": "Đ"}, "ciphertext: cannot be opened"),
        ({"ciphertext": 5}, "ciphertext: a sealed item has it as a text"),
        ({"answers": {}}, "answers: unknown key of a sealed item"),
        ({"id": "1"}, "id: write a UUID"),
        ({"id": str(uuid4())}, "id: another one is sealed inside"),
    ],
)
def test_what_cannot_be_opened_is_kept_as_it_came(kiosk, stored, changes, reason):
    body = kiosk.seal(kiosk.answer(), **changes)
    bad, good = kiosk.send(body, kiosk.answer()).json
    assert (bad["state"], good["state"]) == ("kept-for-review", "stored")
    assert reason in bad["reason"]
    assert bad["sha256"] == sha256(body.encode()).hexdigest()
    [row] = stored(KeptForReview)
    assert (row["body"], row["device"]) == (body, kiosk.id)


def test_a_sealed_unfinished_form_is_counted(kiosk, stored):
    left = {"id": str(uuid4()), "round": "qt-2026", "outcome": "exit", "last_item": "q2",
            "place": {"counter": "dong-hoi-1"}, "device": kiosk.id, "seq": 1}  # fmt: skip
    assert kiosk.send(kiosk.seal(json.dumps(left))).json[0]["state"] == "stored"
    assert stored(Receipt)[0]["seq"] == 1


def test_a_key_that_was_replaced_opens_for_180_days_more(kiosk, kept, at, stored):
    old = sealing_key(kept, now=JULY)
    waits, late = kiosk.seal(kiosk.answer(), old), kiosk.seal(kiosk.answer(), old)
    new = rotate(kept, by="command", now=JULY)
    assert sealing_key(kept, now=JULY).key_id == new.id != old.key_id
    at.now = JULY + timedelta(days=60)
    assert kiosk.send(waits).json[0]["state"] == "stored"
    with kept.write() as session:
        assert forget_keys(session, now=JULY + timedelta(days=179)) == 0
        assert forget_keys(session, now=JULY + timedelta(days=181)) == 1
    assert "no such key" in kiosk.send(late).json[0]["reason"]
    assert [row["id"] for row in stored(SealingKey)] == [new.id]


def test_a_key_serves_a_year(kept):
    assert not rotate_due(kept, now=JULY)  # nobody has asked for one
    first = sealing_key(kept, now=JULY)
    assert not rotate_due(kept, now=JULY + timedelta(days=364))
    assert rotate_due(kept, now=JULY + timedelta(days=365))
    assert sealing_key(kept, now=JULY + timedelta(days=365)) != first


def test_the_private_part_is_read_by_this_installations_secret_alone(kiosk, kept, stored):
    item = kiosk.seal(kiosk.answer())
    [row] = stored(SealingKey)
    assert "PRIVATE" not in row["private_sealed"]
    kept.settings.secret_file.write_text("another secret of thirty-two letters or more\n")
    [answer] = kiosk.send(item).json
    assert "sealed with another secret" in answer["reason"]


def test_a_key_is_of_3072_bits(kept):
    told = sealing_key(kept, now=JULY)
    assert isinstance(told, Sealing)
    assert (sealing.BITS, len(told.jwk["n"]), told.jwk["e"]) == (3072, 512, "AQAB")
