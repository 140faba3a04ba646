"""A sender sees what is kept of them, at once; a found slip shows no contact."""

import json
from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image

from survey.feedback import contacts
from survey.feedback.contacts import Contact, cases_of, hash_missing, hash_of, plain_phone
from survey.feedback.privacy import views_mine
from survey.feedback.tables import CaseContact
from survey.guesses import MISSES
from tests.feedback.conftest import MONDAY
from tests.feedback.sender import WORDS, noisy, picture, rows, shown, written

PERSON = {"name": "Nguyễn Thị Canary", "phone": "0912 345 678", "email": "canary@example.com"}


@pytest.fixture(autouse=True)
def moment(at, monkeypatch):
    monkeypatch.setattr(views_mine, "clock", at)


@pytest.fixture
def known(sender, place):
    """A sender who left a contact and a picture."""
    sender.leave(place=place, consent="y", pictures=picture(written(noisy())), **PERSON)
    return sender


def test_everything_that_is_kept_is_told_at_once_to_read_and_as_a_file(known, office):
    office("accept")
    office("note", words="Gọi lại cho chị Hoa ở quầy 2", role="note")
    office.answer("Hồ sơ đã có kết quả.")
    page = known.follow("my-data")
    assert page.status_code == 200
    text = shown(page)
    for words in (WORDS, "Hồ sơ đã có kết quả.", "Trung tâm Hưng Thịnh"):
        assert words in text
    file = known.follow("my-data-file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="PA-000001.json"'
    assert file.headers["Cache-Control"] == "no-store"
    kept = json.loads(file.data)
    assert [(one["act"], one["by"]) for one in kept["texts"]] == [
        ("receive", "sender"), ("release", "office"),
    ]  # fmt: skip
    assert Image.open(BytesIO(b64decode(kept["pictures"][0]["base64"]))).size == (300, 300)
    assert kept["contact"]["consent_version"] and kept["internal_notes"] == 1
    assert "chị Hoa" not in file.text + page.text
    for login in ("lan", "ha", "Người"):
        assert f"Người {login}" not in file.text + page.text


def test_a_contact_is_shown_whole_only_to_who_types_it(known):
    masked = known.follow("my-data")
    for whole in ("Canary", "0912345678", "canary@"):
        assert whole not in masked.text and whole not in known.follow("my-data-file").text
    wrong = known.follow("my-data", proof="0900000000")
    assert wrong.status_code == 422 and "0912345678" not in wrong.text
    for proof in ("+84 912.345.678", "Canary@Example.com "):
        assert "0912345678" in known.follow("my-data", proof=proof).text
        assert (
            json.loads(known.follow("my-data-file", proof=proof).data)["contact"]["masked"] is False
        )


def test_who_guesses_a_contact_is_told_to_wait(known):
    told = [known.follow("my-data", proof=f"09{n:08d}").status_code for n in range(MISSES + 1)]
    assert told[-2:] == [422, 429]


def test_after_erasing_there_is_nothing_but_days(known):
    known.follow("erase")
    kept = json.loads(known.follow("my-data-file").data)
    assert kept["contact"] is None and {one["words"] for one in kept["texts"]} == {""}
    assert [one["base64"] for one in kept["pictures"]] == [None]
    assert kept["events"][-1]["act"] == "erase"


def test_without_the_code_there_is_nothing(known):
    assert known.follow("my-data", code="K7P2M-9XQ4TB-3RW6HA").status_code in (404, 422)


@pytest.mark.parametrize(
    ("written_as", "plain"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("(0233) 3.852-456", "02333852456"),
        ("+84 233 3852 456", "02333852456"),
        ("84123456", "84123456"),
        ("+1 202 555 0100", "12025550100"),
    ],
)
def test_a_number_is_found_however_it_is_written(written_as, plain):
    assert plain_phone(written_as) == plain


def test_cases_are_found_by_number_and_address_and_no_more_once_erased(known, inbox):
    with inbox.database.write() as session:
        assert cases_of(session, "+84912345678") == cases_of(session, "CANARY@example.com") == [1]
        assert cases_of(session, "0912345679") == cases_of(session, " ") == []
        contacts.withdraw(session, 1)
        assert cases_of(session, "0912345678") == []
    assert "0912345678" not in str([vars(row) for row in rows(inbox.database, CaseContact)])


def test_contacts_of_before_are_found_after_a_rebuild(known, inbox):
    with inbox.database.write() as session:
        row = session.get_one(CaseContact, 1)
        assert row.phone_hash == hash_of(session, "0912345678") != row.email_hash
        row.phone_hash = row.email_hash = None
        assert hash_missing(session) == 1
        assert cases_of(session, "0912345678") == [1]
        agreed = contacts.consent("vi", organiser="", contact="", day=MONDAY.date())
        contacts.put(session, 1, Contact("Lan"), agreed, now=MONDAY)
        assert hash_missing(session) == 0
