"""What people type and send that nobody expects: taken as it is, or told; nothing is lost."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from survey.database.writer import Writer
from survey.feedback import handing, pictures
from survey.feedback.handing import BODY_LIMIT
from survey.feedback.inflow import IN_ALL, OF_A_PLACE, Inflow, TooMuchFeedback
from survey.feedback.leave_forms import LONGEST
from survey.feedback.tables import Case, CasePicture
from survey.feedback.turnstile import Turnstile
from tests.feedback.conftest import MONDAY, Clock, Inbox
from tests.feedback.sender import (
    WORDS,
    Sender,
    noisy,
    original,
    picture,
    rows,
    shown,
    written,
)
from tests.feedback.test_pictures import chunk, png_of

AREA = re.compile(r"<textarea[^>]*>(.*?)</textarea>", re.DOTALL)


def typed(page) -> str:
    """What stands in the box for the words."""
    return unescape(AREA.search(page.text)[1]).removeprefix("\r\n").removeprefix("\n")


# ---- words


@pytest.mark.parametrize(
    "words",
    [
        "😡😡😡",
        "👩‍👩‍👧‍👦",
        "ご意見です。",
        "Ý kiến đóng góp",
        "<script>alert(1)</script> & <b>đậm</b>",
        "'; DROP TABLE feedback_case; --",
        "{{ 7*7 }} %(name)s %s",
        "x",
        "a" * LONGEST,
        "😡" * LONGEST,
    ],
)
def test_whatever_somebody_writes_is_kept_as_they_wrote_it(sender, place, inbox, words):
    page = sender.leave(place=place, words=words)
    assert page.status_code == 200
    assert original(inbox.database) == [words]
    followed = sender.follow()
    assert words in unescape(followed.text) and "<script>alert" not in followed.text


def test_words_in_another_normal_form_are_stored_in_one(sender, place, inbox):
    words = "Trễ hẹn ở phường Đồng Hới"
    sender.leave(place=place, words=unicodedata.normalize("NFD", words))
    assert original(inbox.database) == [unicodedata.normalize("NFC", words)]


def test_lines_stay_lines(sender, place, inbox):
    sender.leave(place=place, words="Một.\r\nHai.\r\rBa.\x00")
    assert original(inbox.database) == ["Một.\nHai.\n\nBa."]


@pytest.mark.parametrize("length", [LONGEST + 1, 100_000])
def test_too_long_words_come_back_whole(sender, place, inbox, length):
    words = ("Chờ lâu. " * (length // 9 + 1))[:length].strip().ljust(length, "!")
    page = sender.leave(place=place, words=words)
    assert page.status_code == 422
    count = f"{length:,}".replace(",", ".")
    assert f"{count} ký tự, hệ thống nhận tối đa 5.000" in shown(page)
    assert typed(page) == words and rows(inbox.database, Case) == []


@pytest.mark.parametrize("words", ["", "   \r\n ", "\u200b\ufeff", None])
def test_nothing_written_is_told(sender, place, inbox, words):
    page = sender.leave(place=place, words=words)
    assert page.status_code == 422 and "Xin Ông/Bà viết nội dung" in shown(page)


@pytest.mark.parametrize("kind", [None, "", "denunciation", "x" * 5000])
def test_a_kind_that_is_none_is_told(sender, place, inbox, kind):
    page = sender.leave(place=place, kind=kind)
    assert page.status_code == 422 and typed(page) == WORDS
    assert "một trong ba loại" in shown(page) and rows(inbox.database, Case) == []


def test_a_service_that_is_none_is_left_out(sender, place, inbox):
    assert sender.leave(place=place, field="no-such").status_code == 200
    assert rows(inbox.database, Case)[0].field is None


@pytest.mark.parametrize("id", ["", "x", "../..", "00000000-0000-0000-0000-000000000000", None])
def test_an_id_that_is_none_is_replaced(sender, place, inbox, id):
    assert sender.leave(place=place, id=id).status_code == 200
    assert len(rows(inbox.database, Case)) == 1


def test_a_form_with_nothing_or_everything_wrong_is_a_page(app, at, place):
    client = app.test_client()
    assert client.post("/f").status_code == 422
    odd = MultiDict([("words", "a"), ("words", "b"), ("kind", "report"), ("pictures", "no file")])
    assert client.post("/f", data=odd).status_code == 422


def test_another_site_may_not_send(sender, place, inbox):
    form = sender.filled(place=place)
    assert sender.post(form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert sender.post(form, headers={"Origin": "http://localhost"}).status_code == 200


# ---- pictures


def test_three_pictures_come_with_it_sealed(sender, place, inbox):
    sent = [picture(written(noisy()), f"{n}.jpg") for n in range(3)]
    form = sender.filled(place=place)
    form.setlist("pictures", sent)
    assert sender.post(form).status_code == 200
    kept = rows(inbox.database, CasePicture)
    assert [row.media_type for row in kept] == ["image/jpeg"] * 3
    assert not any(b"JFIF" in row.sealed for row in kept)
    assert "Có 3 ảnh" in shown(sender.follow())


def test_a_fourth_picture_is_told(sender, place, inbox):
    form = sender.filled(place=place)
    form.setlist("pictures", [picture(written(noisy())) for _ in range(4)])
    page = sender.post(form)
    assert page.status_code == 422 and "chọn tối đa ba ảnh" in shown(page)
    assert typed(page) == WORDS and rows(inbox.database, Case) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải là ảnh"),
        (png_of(20_000, 20_000, chunk(b"IDAT", b"x")), "50 megapixel"),
        (written(noisy())[:5000], "bị hỏng"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "iPhone"),
        (b"", "trống"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_named_with_why(sender, place, inbox, content, told):
    page = sender.leave(place=place, pictures=picture(content, "ảnh của tôi.jpg"))
    assert page.status_code == 422
    assert "ảnh của tôi.jpg: " in shown(page) and told in shown(page)
    assert typed(page) == WORDS and "chọn lại ảnh" in shown(page)
    assert rows(inbox.database, Case) == [] and rows(inbox.database, CasePicture) == []


def test_pictures_that_are_too_large_together_are_told_before_they_are_read(sender, place, inbox):
    form = sender.filled(place=place)
    form["pictures"] = picture(b"\xff\xd8\xff" + bytes(BODY_LIMIT))
    page = sender.post(form)
    page.request.environ["wsgi.input"].close()
    assert page.status_code == 413 and "tối đa 20 MB" in shown(page)
    assert rows(inbox.database, Case) == []


def test_while_many_pictures_are_made_anew_others_come_again(monkeypatch, sender, place, inbox):
    full = Turnstile(at_once=1, waiting=0)
    monkeypatch.setattr(pictures, "ONE_AT_A_TIME", full)
    form = sender.filled(place=place)
    form["pictures"] = picture(written(noisy()))
    with full.turn():
        page = sender.post(form)
    assert page.status_code == 503 and page.headers["Retry-After"] == "5"
    assert typed(page) == WORDS and rows(inbox.database, Case) == []
    form["pictures"] = picture(written(noisy()))
    assert sender.post(form).status_code == 200


# ---- too much at once


def test_fifty_in_a_second_lose_none(app: Flask, at: Clock, place: str, inbox: Inbox):
    """Who must wait has the page with all their words, and is let in when they press again."""
    senders = [Sender(app) for _ in range(50)]
    forms = [
        sender.filled(place=place, words=f"Ý kiến thứ {n}") for n, sender in enumerate(senders)
    ]

    def send(n: int):
        return senders[n].post(forms[n])

    waiting, told = list(range(50)), 0
    while waiting:
        with ThreadPoolExecutor(8) as pool:
            answers = dict(zip(waiting, pool.map(send, waiting), strict=True))
        late = [n for n, answer in answers.items() if answer.status_code == 429]
        assert len(waiting) - len(late) <= OF_A_PLACE
        for n in late:
            assert typed(answers[n]) == f"Ý kiến thứ {n}"
            assert "vẫn còn ở đây" in shown(answers[n])
            seconds = int(answers[n].headers["Retry-After"])
        told += len(late)
        waiting = late
        if waiting:
            at.now += timedelta(seconds=seconds)
    assert sorted(original(inbox.database)) == sorted(f"Ý kiến thứ {n}" for n in range(50))
    assert told == 30 + 10


def test_a_crowd_at_one_place_keeps_nobody_from_another(sender, place, inbox):
    for _ in range(OF_A_PLACE):
        sender.leave(place=place)
    assert sender.leave(place=place).status_code == 429
    assert sender.leave(place=f"area:{inbox.province.son}").status_code == 200


def test_a_form_that_came_in_is_not_counted_again(sender, place):
    form = sender.filled(place=place)
    assert {sender.post(form).status_code for _ in range(OF_A_PLACE * 2)} == {200}


def test_all_places_together_have_a_bound_too():
    inflow = Inflow()
    for n in range(IN_ALL):
        inflow.count(f"centre:{n}", now=MONDAY)
    with pytest.raises(TooMuchFeedback):
        inflow.count("centre:new", now=MONDAY)
    inflow.count("centre:new", now=MONDAY + timedelta(minutes=1))
    inflow.count("centre:new", now=MONDAY - timedelta(hours=1))  # a clock that was set back


def test_while_the_database_is_away_the_words_wait_in_the_page(monkeypatch, sender, place, inbox):
    form = sender.filled(place=place)
    with monkeypatch.context() as away:

        def fail(*_args, **_more):
            raise OperationalError("", {}, Exception())

        away.setattr(Writer, "submit", fail)
        page = sender.post(form)
    assert page.status_code == 503 and page.headers["Retry-After"]
    kept = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
    again = MultiDict({name: unescape(value) for name, value in kept.items()})
    assert again["words"] == WORDS and again["id"] == form["id"]
    assert sender.post(again).status_code == 200
    assert original(inbox.database) == [WORDS]
    assert handing.TEXT_LIMIT > 100_000 * 4
