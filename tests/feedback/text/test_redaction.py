"""Personal data in texts of citizens: found where they are, and nowhere else."""

import ast
import random
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

import survey.feedback.text
from survey.feedback.text.lists import labels, lists
from survey.feedback.text.redaction import found, redacted
from survey.text import fold
from tests.feedback.text.lines import PEOPLE, lines
from tests.feedback.text.score import score

LINES = 3000
ROOT = Path(__file__).parents[3]
FOLDER = Path(survey.feedback.text.__file__).parent
MARKED = [
    ("anh hung o quay 3 noi kho nghe", {"hung"}),
    ("chi nguyen thi hoa khong nhan ho so", {"nguyen thi hoa"}),
    ("NGUYỄN VĂN HÙNG - 0912345678", {"NGUYỄN VĂN HÙNG", "0912345678"}),
    ("Giấy do bà Trần Thị Bích Ngọc ký", {"Trần Thị Bích Ngọc"}),
    ("Hồ Văn X người Bru Vân Kiều ở xã Hướng Lập", {"Hồ Văn X"}),
    ("A Kăn và Y Thanh nộp hồ sơ", {"A Kăn", "Y Thanh"}),
    ("con tôi là Lê Quang Huy", {"Lê Quang Huy"}),
    ("Xin cảm ơn anh Hùng. Hùng rất nhiệt tình.", {"Hùng"}),
    ("Anh Tuấn Anh phòng Tư pháp", {"Tuấn Anh"}),
    ("Kính gửi: Ông Nguyễn Văn Nam - Chủ tịch UBND tỉnh", {"Nguyễn Văn Nam"}),
    ("người phụ trách là anh Đ.V.Hùng", {"Đ.V.Hùng"}),
    ("ông Phạm Văn Đồng ở xóm trên", {"Phạm Văn Đồng"}),
    ("số ０９１２ ３４５ ６７８", {"０９１２ ３４５ ６７８"}),
    ("sđt 0912\u200b345678", {"0912\u200b345678"}),
    ("sđt 0912 345\n678", {"0912 345\n678"}),
    ("(+84) 912-345-678; 0084912345678", {"(+84) 912-345-678", "0084912345678"}),
    ("gọi 0912345678/0987654321", {"0912345678", "0987654321"}),
    ("em o912345678", {"o912345678"}),
    (
        "khong chin mot hai ba bon nam sau bay tam",
        {"khong chin mot hai ba bon nam sau bay tam"},
    ),
    ("hoa (at) yahoo (dot) com", {"hoa (at) yahoo (dot) com"}),
    ("xe 74-F1 234.56", {"74-F1 234.56"}),
    ("hộ chiếu B1234567; thẻ BHYT DN4454512345678", {"B1234567", "DN4454512345678"}),
    ("stk 0123456789012 Vietcombank", {"0123456789012"}),
    ("Nhà tôi ở 45 Nguyễn Huệ, phường 1", {"45 Nguyễn Huệ"}),
    ("địa chỉ: số nhà 12/3 đường Lê Lợi", {"số nhà 12/3 đường Lê Lợi"}),
]
UNMARKED = [
    "đường Trần Hưng Đạo, phường Nguyễn Trãi, trường Lê Quý Đôn",
    "Trung tâm ở số 45 đường Hùng Vương",
    "ông bà, anh chị em, các cô chú đều hài lòng",
    "Lệ phí 120.000.000, 1.500.000đ, 500k, 2 triệu 300",
    "000.12.34.H57-250101-0001, PAKN.20200812.0012, 61/2018/NĐ-CP, 1900 1075, 1022",
    "tờ bản đồ số 12, thửa 345, 250m2, 30%, 8h30, tháng 5, quầy 3, số thứ tự 1234",
    "năm học 2023-2024 và 2020 - 2025, ngày 01/02/2024, ngày 05 03 2023 08 30",
    "Bà Rịa - Vũng Tàu, Hà Nội, Thái Bình, Quảng Trị",
    "UBND phường Lê Hồng Phong, quận Ngô Quyền, Công ty TNHH Trần Anh",
    "Ông Chủ tịch UBND xã hứa trả lời",
    "MST 3200123456 của công ty; mã vận đơn 1234567890123",
    "",
    "👍👍👍",
]


@pytest.fixture(scope="module")
def strangers():
    """Names whose every part is foreign to the lists of the redactor."""
    return lines(20261126, LINES)


@pytest.fixture(scope="module")
def neighbours():
    """The family names that most people have, with given names that are in no list."""
    return lines(42, LINES, surnames=sorted(word.title() for word in lists().surnames.written))


@pytest.mark.parametrize("made", ["strangers", "neighbours"])
def test_people_are_found_in_lines_that_the_rules_have_not_seen(made, request):
    figures, faults = score(request.getfixturevalue(made))
    print(figures, *faults[:40], sep="\n")
    assert figures["numbers recall"] >= 0.99
    assert figures["numbers precision"] >= 0.98
    assert figures["names recall"] >= 0.93
    assert figures["names precision"] >= 0.97


def test_the_names_of_the_lines_are_none_of_the_redactors():
    known = lists()
    own = known.surnames.folded | known.given.folded
    written = known.surnames.written | known.given.written
    assert {name.lower() for name in PEOPLE["surnames"]} & written == set()
    assert {name.lower() for name in PEOPLE["given"]} & written == set()
    shared = {fold(name) for name in PEOPLE["surnames"]} & own
    assert len(shared) < 0.3 * len(PEOPLE["surnames"])
    assert {name.lower() for name in PEOPLE["middles"]} & known.middles.written <= {"thị", "văn"}


def test_the_lines_are_many_and_varied(strangers):
    assert len({line.template for line in strangers}) > 300
    assert {line.way for line in strangers} >= {"apart", "upper", "lower", "plain", "wide"}
    assert sum(not line.gold for line in strangers) > 300


@pytest.mark.parametrize(("text", "pieces"), MARKED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_points_at_somebody_is_marked(text, pieces, form):
    text = unicodedata.normalize(form, text)
    marks = found(text)
    assert {unicodedata.normalize("NFC", text[m.start : m.end]) for m in marks} == pieces


@pytest.mark.parametrize("text", UNMARKED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_is_nobodys_stays(text, form):
    assert found(unicodedata.normalize(form, text)) == []


def test_marks_become_labels_in_the_language_that_is_asked_for():
    text = "Chị Lan, sđt 0912 345 678"
    assert redacted(text, found(text), labels("vi")) == "Chị [họ tên], sđt [số điện thoại]"
    assert redacted(text, found(text), labels("en")) == "Chị [name], sđt [phone number]"


def test_ordinary_sentences_seldom_hold_a_name():
    """Thousands of sentences of the interface, written by others and of other things."""
    with (ROOT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        words = [m.string for m in read_po(file) if m.id and isinstance(m.string, str) and m.string]
    assert len(words) > 2000
    for change, share in ((str, 0.012), (str.upper, 0.02), (fold, 0.1)):
        texts = [change(text) for text in words]
        named = [text for text in texts if any(mark.kind == "name" for mark in found(text))]
        print(len(named) / len(texts))
        assert len(named) <= share * len(texts)


PIECES = st.sampled_from(
    [line.text for line in lines(7, 400)]
    + ["anh ", "Chị ", "NGUYỄN ", "stk ", "0912", "[họ tên]", "\n"]
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=6).map("".join),
    st.text(alphabet="0123456789 .-+()/@aAyY'\u0301\u200bđ", max_size=200),
)


@given(TEXTS)
@settings(max_examples=300)
def test_any_text_gives_marks_inside_it_that_do_not_overlap(text):
    marks = found(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in zip(marks, marks[1:], strict=False))


@given(TEXTS)
@settings(max_examples=300)
def test_what_was_redacted_holds_nothing_more(text):
    once = redacted(text, found(text), labels("vi"))
    assert redacted(once, found(once), labels("vi")) == once


@pytest.mark.parametrize("seed", [11, 12])
def test_lines_that_were_redacted_hold_nothing_more(seed):
    for line in lines(seed, 300):
        for language in ("vi", "en"):
            once = redacted(line.text, found(line.text), labels(language))
            assert redacted(once, found(once), labels(language)) == once


HARD = [
    "a", "0", "0912 ", "Nguyễn ", "anh ", "a@", "a.", "[họ tên", "năm ", "không ", "1.000", "9 ",
    "\u0301", "\n", "74A", "anh Hùng ", "H'", "tên là ", "-", "1/", "stk ",
]  # fmt: skip


def calls(text: str) -> int:
    """How many functions of ours and methods of others finding takes."""
    count = 0

    def counted(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        found(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", HARD)
def test_twice_the_text_takes_twice_the_work(piece):
    found(piece)  # lists are read, letters are remembered
    short, long = (calls((piece * 4000)[:size]) for size in (2000, 4000))
    assert long <= 2.2 * short + 500


def test_no_pattern_repeats_without_a_bound():
    """Every repetition is bounded, so a search costs a fixed amount a place of the text."""
    for path in FOLDER.glob("*.py"):
        for text in texts_of(path):
            unbounded = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", text)
            assert not re.search(r"x[*+]|\)[*+]|\{\d+,\}", unbounded), (path.name, text)


def texts_of(path: Path):
    """Texts handed to `re.compile`, and the constants that they are made of."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\\" in node.value:
            yield node.value


def test_a_very_long_text_is_read():
    rng = random.Random(3)
    text = " ".join(rng.choice(lines(5, 50)).text for _ in range(2000))[:100_000]
    assert len(text) == 100_000
    assert len(found(text)) > 500
