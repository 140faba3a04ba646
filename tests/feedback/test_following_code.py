"""The code at the door: typed, mistyped, guessed at, and never kept anywhere."""

import re
from datetime import timedelta
from pathlib import Path

from survey.feedback import views_following
from survey.feedback.code import Code
from survey.feedback.tables import Case, CaseCode
from survey.feedback.turnstile import Turnstile
from survey.guesses import MISSES
from tests.feedback.sender import WORDS, Sender, rows, shown


def test_the_code_opens_its_case_however_it_is_typed(left):
    for typed in (left.code, left.code.lower(), left.code.replace("-", " ")):
        page = left.follow(code=typed)
        assert page.status_code == 200
        assert WORDS in shown(page) and "đang chờ được đọc" in shown(page)


def test_a_slip_of_the_hand_is_told_before_anything_is_looked_up(monkeypatch, left):
    monkeypatch.setattr(views_following, "_opened", None)  # it is not asked
    wrong = left.code[:-1] + ("A" if left.code[-1] != "A" else "B")
    page = left.follow(code=wrong)
    assert page.status_code == 422 and "Có một ký tự bị nhập sai" in shown(page)
    assert f'value="{wrong}"' in page.text
    assert "“O” ở vị trí thứ 1" in shown(left.follow(code="O" + left.code[1:]))


def test_a_code_of_nobody_and_a_wrong_proof_get_the_same_page(app, left, inbox):
    """Two codes that hold: one of no case, one with the selector of a case."""

    (row,) = rows(inbox.database, CaseCode)
    unknown, wrong = Code("A" * 5, "B" * 11), Code(row.selector, "B" * 11)
    told = {code.text: left.follow(code=code.text) for code in (unknown, wrong)}
    assert [page.status_code for page in told.values()] == [404, 404]
    pages = [page.text.replace(code, "") for code, page in told.items()]
    plain = [re.sub(r'nonce="[^"]*"', "", page) for page in pages]
    assert plain[0] == plain[1] and "Không có mã này" in plain[0]


def test_while_somebody_guesses_who_holds_a_code_gets_in(app, at, left, inbox):
    guesser = Sender(app)
    told = [
        guesser.follow(code=Code("A" * 5, f"BBBBBBBB{a}{b}A").text).status_code
        for a in "ABCDEFGH"
        for b in "ABCDEFGHJ"
    ]
    assert told == [404] * MISSES + [429] * 12
    late = guesser.follow(code=Code("A" * 5, "C" * 11).text)
    assert late.status_code == 429 and late.headers["Retry-After"] == "60"
    assert "mã đúng sẽ mở ngay" in shown(late)
    assert left.follow().status_code == 200
    metrics = app.test_client().get("/metrics", base_url="http://127.0.0.1").text
    assert 'sipas_unknown_codes{door="feedback"} 73.0' in metrics
    at.now += timedelta(seconds=61)
    assert guesser.follow(code=Code("A" * 5, "C" * 11).text).status_code == 404


def test_guessing_at_feedback_keeps_nobody_from_a_ticket(app, left):
    for n in range(MISSES):
        left.follow(code=Code("A" * 5, f"BBBBBBBBB{'ABCDEFGH'[n % 8]}{'ABCDEFGH'[n // 8]}").text)
    assert app.test_client().get("/i/AAAAAAAAAAAA").status_code == 404


def test_when_too_many_are_looked_at_one_is_told_to_come_again(monkeypatch, left):
    full = Turnstile(at_once=1, waiting=0)
    monkeypatch.setattr("survey.feedback.proving.TURNSTILE", full)
    with full.turn():
        page = left.follow()
    assert page.status_code == 503 and page.headers["Retry-After"] == "5"
    assert f'value="{left.code}"' in page.text and left.follow().status_code == 200


def test_the_code_is_in_no_header_and_no_page_is_kept(left):
    page = left.follow()
    assert page.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in page.headers
    assert left.code not in str(page.headers)
    asked = left.client.get(f"/f/status?code={left.code}&act=show")
    assert WORDS not in asked.text and f'value="{left.code}"' not in asked.text


def test_done_clears_the_page_and_leaves_the_answers_of_surveys_alone(left):
    page = left.follow("leave")
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert left.code not in page.text and WORDS not in page.text


def test_another_site_may_not_act(left, inbox):
    page = left.client.post(
        "/f/status",
        data={"code": left.code, "act": "withdraw"},
        headers={"Origin": "https://evil.example"},
    )
    assert page.status_code == 403 and rows(inbox.database, Case)[0].state == "new"


def test_nothing_of_the_code_is_stored_that_opens_the_case(left, inbox):
    """Who has the whole database can neither read nor find the verifier."""
    inbox.database.writer.submit(lambda session: None)
    folder = Path(inbox.database.engine.url.database).parent
    stored = b"".join(path.read_bytes() for path in folder.glob("sipas.db*"))
    letters = left.code.replace("-", "")
    assert letters[:5].encode() in stored and letters[5:16].encode() not in stored
