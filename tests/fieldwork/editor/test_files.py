"""Pictures and sounds of a draft, uploaded at the desk and chosen for a question."""

import io
import struct
import zlib

import pytest

from questionnaires import parse
from survey.fieldwork import media
from tests.fieldwork.editor.conftest import EDIT, NAME, Editor

FILES = f"{EDIT}/files"


def png(width: int = 20, height: int = 10) -> bytes:
    """A grey picture."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _row in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture
def upload(draft, editor):
    def send(name: str, content: bytes):
        token = editor.fields(FILES)["csrf_token"]
        data = {"csrf_token": token, "file": (io.BytesIO(content), name)}
        return editor.client.post(FILES, data=data, content_type="multipart/form-data")

    return send


def test_a_picture_is_uploaded_and_chosen_for_a_question(draft, editor, folder, upload):
    assert "Chưa câu hỏi nào có hình ảnh" in editor.desk.text(FILES)
    assert upload("Quầy số 1.PNG", png()).status_code == 303
    assert (media.folder(folder, NAME) / "quay-so-1.png").read_bytes() == png()
    words = {"picture_alt_vi": "Quầy", "picture_alt_en": "The counter"}
    chosen = editor.send(f"{EDIT}/questions/1", words, picture="quay-so-1.png")
    assert chosen.status_code == 303
    form = parse(draft(), "")
    assert form.questions[0].picture == "quay-so-1.png"
    assert list(media.gather(form, media.folder(folder, NAME))) == ["quay-so-1.png"]
    page = editor.desk.text(FILES)
    assert "dùng được" in page and "Bỏ quay-so-1.png" not in page


def test_what_is_no_picture_is_refused_with_the_reason(folder, upload):
    for name, content, told in [
        ("a.png", b"hello", "không"),
        ("a.txt", b"hello", "đuôi"),
        ("a.jpg", png(), "png"),
        ("a.png", png() + b"\0" * 400_000, "300"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "script"),
        ("../../x.png", b"", "không"),
    ]:
        answer = upload(name, content)
        assert answer.status_code == 422 and told in answer.get_data(as_text=True), name
    assert not list(folder.rglob("*.png"))


def test_a_file_that_is_missing_is_told_and_one_that_nobody_names_can_go(
    draft, editor, folder, upload
):
    text = draft().replace('id = "q1"\n', 'id = "q1"\naudio.vi = "a.mp3"\naudio.en = "a.mp3"\n')
    assert editor.send(f"{EDIT}/source", text=text).status_code == 303
    page = editor.desk.text(FILES)
    assert "a.mp3" in page and "thiếu tệp" in page
    assert editor.fields(f"{EDIT}/questions/1")["audio_vi"] == ["a.mp3"]
    assert upload("b.png", png()).status_code == 303
    token = editor.fields(FILES)["csrf_token"]
    for file, status in (("b.png", 303), ("b.png", 404), ("../one-stop-ward@2.toml", 404)):
        data = {"csrf_token": token, "file": file}
        assert editor.client.post(f"{FILES}/remove", data=data).status_code == status
    assert draft() == text


def test_files_go_with_the_draft_to_its_next_version_and_another_name(
    draft, editor, folder, upload, person
):
    assert upload("b.png", png()).status_code == 303
    assert editor.send(f"{EDIT}/settings", version="5").status_code == 303
    assert (media.folder(folder, "one-stop-ward@5") / "b.png").is_file()
    other = Editor(person("administrator"))
    page = "/desk/questionnaires/new"
    sent = {**other.fields(page), "act": "copy", "copy-name": "one-stop-ward@5", "copy-form": ""}
    made = other.client.post(page, data=sent)
    assert made.location == "/desk/questionnaires/one-stop-ward@6/edit"
    assert (media.folder(folder, "one-stop-ward@6") / "b.png").read_bytes() == png()
