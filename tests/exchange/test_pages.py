"""Questionnaires out and in at the desk: told before it is kept, and nothing lost on a mistake."""

import html
import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import questionnaires
from survey.exchange.arriving import free_version, named
from survey.exchange.formats import FORMATS
from survey.fieldwork import drafts
from survey.fieldwork.rounds import create_round
from survey.site import set_site_value
from survey.staff.audit import AuditEvent
from tests.exchange.test_every_format import WHOLE
from tests.fieldwork.conftest import TOKEN
from tests.fieldwork.places import JULY, plan

IMPORT = "/desk/questionnaires/import"
ONE = questionnaires.shipped()["one-stop-ward@1"].read_text("utf-8")
SEALED = re.compile(r'name="sealed" value="([^"]+)"')


@pytest.fixture
def folder(app):
    return app.extensions["sipas.settings"].data


@pytest.fixture
def fieldworker(person):
    return person("fieldwork")


def sent(desk, data, file):
    """Upload a file; its answer and its page."""
    if isinstance(data, str):
        data = data.encode()
    token = TOKEN.search(desk.get(IMPORT).get_data(as_text=True))[1]
    fields = {"csrf_token": token, "file": FileStorage(BytesIO(data), file)}
    boundary, body = encode_multipart(fields)
    answer = desk.client.post(
        IMPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return answer, html.unescape(answer.get_data(as_text=True))


def kept(desk, answer, **typed):
    """Save what was looked at, under the name that the page proposes or another."""
    page = answer.get_data(as_text=True)
    proposed = {
        key: re.search(rf'name="{key}"[^>]*value="([^"]*)"', page)[1] for key in ("form", "version")
    }
    return desk.post(
        f"{IMPORT}/save", {"sealed": SEALED.search(page)[1], **proposed, **typed}, of=IMPORT
    )


def test_every_format_stands_on_a_page_with_what_it_would_keep(person):
    page = person("analyst", "18880").text("/desk/questionnaires/one-stop-ward@1/exchange")
    for one in (one for one in FORMATS if one.writes):
        assert f"/desk/questionnaires/one-stop-ward@1/download/{one.id}" in page
    assert "Giữ nguyên:" in page and "Bỏ:" in page
    assert "Mỗi phiếu giấy chỉ in một ngôn ngữ." in page
    assert "Câu hỏi: bắt buộc" in page
    english = person("analyst").text("/desk/questionnaires/one-stop-ward@1/exchange?lang=en")
    assert "A paper form is in one language." in english and "Question: compulsory" in english


@pytest.mark.parametrize("target", [one for one in FORMATS if one.writes], ids=lambda one: one.id)
def test_a_questionnaire_is_downloaded_in_a_format(person, target):
    path = f"/desk/questionnaires/sipas-2022@1/download/{target.id}?language=en"
    answer = person("analyst").get(path)
    assert answer.status_code == 200 and answer.mimetype == target.media_type
    named = answer.headers["Content-Disposition"]
    assert "attachment" in named and target.endings[0] in named
    assert ("sipas-2022@1-en" in named) == target.one_language
    form = questionnaires.load("sipas-2022@1")
    if target.reads:
        again, _ = target.reads(answer.data, f"a{target.endings[0]}")
        assert [q.text for q in again.questions] == [q.text for q in form.questions]


def test_what_is_not_there_is_not_found(person):
    desk = person("analyst")
    for path in ("one-stop-ward@9/exchange", "one-stop-ward@9/download/toml",
                 "one-stop-ward@1/download/docx", "one-stop-ward@1/download/paper?language=km",
                 "one-stop-ward@1/download/paper?round=no-such"):  # fmt: skip
        assert desk.get(f"/desk/questionnaires/{path}").status_code == 404
    assert desk.get("/desk/rounds/no-such/paper.pdf").status_code == 404


def test_a_draft_with_mistakes_is_told_and_not_written(folder, person):
    drafts.write_draft(
        folder, "one-stop-ward@2", ONE.replace('"rating"', '"ratting"'), expected=None
    )
    desk = person("fieldwork")
    for page in ("exchange", "download/paper"):
        assert "ratting" in desk.text(f"/desk/questionnaires/one-stop-ward@2/{page}", 422)


def test_only_who_edits_questionnaires_brings_files(person):
    assert person("analyst").get(IMPORT).status_code == 403
    assert person("administrator").get(IMPORT).status_code == 200


def test_a_file_is_looked_at_before_it_becomes_a_draft(app, folder, fieldworker, stored):
    text = WHOLE.read_text("utf-8")
    answer, page = sent(fieldworker, text, "phiếu của tôi.toml")
    assert answer.status_code == 200
    assert "phiếu của tôi.toml" in page and "Giữ nguyên:" in page and "cảnh báo" in page
    assert drafts.draft_names(folder) == []
    done = kept(fieldworker, answer)
    assert done.status_code == 302 and done.location.endswith("/desk/questionnaires/whole@1")
    assert drafts.read_draft(folder, "whole@1").text == text
    with stored() as session:
        acts = session.execute(select(AuditEvent.act, AuditEvent.object)).all()
    assert ("draft.import", "questionnaire:whole@1") in acts
    assert "đã được giữ làm bản nháp" in fieldworker.text("/desk/questionnaires/whole@1")


def test_a_name_that_is_taken_becomes_the_next_version(folder, fieldworker):
    answer, page = sent(fieldworker, ONE, "one.toml")
    assert "“one-stop-ward@1”" in page
    assert kept(fieldworker, answer).location.endswith("one-stop-ward@2")
    text = drafts.read_draft(folder, "one-stop-ward@2").text
    assert text == ONE.replace("version = 1\n", "version = 2\n", 1)


def test_a_name_that_was_taken_meanwhile_is_told_and_nothing_is_lost(folder, fieldworker):
    answer, _ = sent(fieldworker, ONE, "one.toml")
    drafts.write_draft(folder, "one-stop-ward@2", ONE.replace("= 1\n", "= 2\n", 1), expected=None)
    again = kept(fieldworker, answer)
    page = html.unescape(again.get_data(as_text=True))
    assert again.status_code == 409 and "phiên bản 3" in page.lower()
    assert "Công chức" in drafts.read_draft(folder, "one-stop-ward@2").text
    for typed in ({"form": "Phiếu một"}, {"version": "0"}, {"version": "x"}, {"form": "../a"}):
        assert kept(fieldworker, again, **typed).status_code == 422
    assert kept(fieldworker, again, form="xã-tôi").status_code == 422
    assert kept(fieldworker, again, form="xa-toi", version="5").status_code == 302
    assert drafts.sound(drafts.read_draft(folder, "xa-toi@5").text, "xa-toi@5").name == "xa-toi@5"


def test_what_was_read_is_signed(fieldworker):
    for sealed in ("", "abc"):
        data = {"sealed": sealed, "form": "a", "version": "1"}
        answer = fieldworker.post(f"{IMPORT}/save", data, of=IMPORT)
        assert answer.status_code == 409
        assert "chọn lại tệp" in html.unescape(answer.get_data(as_text=True))


def test_a_published_text_comes_back_as_a_draft(folder, fieldworker):
    text = questionnaires.canonical(questionnaires.load(WHOLE))
    answer, _ = sent(fieldworker, text, "whole.json")
    assert kept(fieldworker, answer).status_code == 302
    form = drafts.sound(drafts.read_draft(folder, "whole@1").text, "whole@1")
    assert questionnaires.canonical(form) == text


@pytest.mark.parametrize(
    ("data", "file", "told"),
    [
        ("", "form.toml", "form.toml"),
        ("form = 1", "form.toml", "form.toml:1"),
        (b"\xff\xfe", "form.toml", "UTF-8"),
        ("{}", "form.json", "form"),
        ("[" * 100_000, "form.json", "not JSON"),
        ("a = " + "[" * 50_000, "form.toml", ""),
        ("x", "form.exe", "“.exe”"),
        ("x", "form", "“form”"),
        (b" " * 1_500_001, "form.toml", "1500 kB"),
        (b" " * 1_500_001, "form.json", "1500 kB"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_on_the_page(folder, fieldworker, data, file, told):
    answer, page = sent(fieldworker, data, file)
    assert answer.status_code == 422
    assert "Chưa có gì thay đổi" in page and told in page
    assert drafts.draft_names(folder) == []


def test_no_file_and_a_file_beyond_all_limits_are_told(fieldworker):
    answer = fieldworker.post(IMPORT, {})
    assert answer.status_code == 422
    assert "chọn một tệp" in html.unescape(answer.get_data(as_text=True))
    answer, page = sent(fieldworker, b" " * (21 * 1024 * 1024), "a.toml")
    assert answer.status_code == 413 and "quá lớn" in page


def test_the_paper_of_a_round_carries_its_title_and_code(app, person, areas):
    with app.extensions["sipas.database"].write() as session:
        set_site_value(session, "organiser", "Sở Nội vụ tỉnh Quảng Trị")
        made = create_round(session, plan(), by="command", now=JULY)
        code, title = made.code, made.title["vi"]
    desk = person("fieldwork")
    shown = desk.text(f"/desk/rounds/{code}")
    assert f"/desk/rounds/{code}/paper.pdf?language=vi" in shown
    answer = desk.get(f"/desk/rounds/{code}/paper.pdf?language=vi")
    words = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert code in words and title in words and "Sở Nội vụ tỉnh Quảng Trị" in words
    assert f"{code}-vi.pdf" in answer.headers["Content-Disposition"]
    path = f"/desk/questionnaires/one-stop-ward@1/download/paper?round={code}&language=vi"
    assert desk.get(path).data == answer.data


def test_the_next_free_version_is_found():
    assert free_version("a", 3, []) == 3
    assert free_version("a", 1, ["a@1", "a@7", "b@9"]) == 8
    assert free_version("a", 1, ["a@1", "a@127"]) is None


def test_a_questionnaire_gets_another_name_and_keeps_its_comments():
    text = "# mine\nform = 'a' # here\nversion = 1\nx = '''\n[not a table]\n'''\n[[screens]]\n# b\n"
    made = named(text, "b", 2)
    assert made == text.replace("'a'", '"b"').replace("version = 1", "version = 2")
