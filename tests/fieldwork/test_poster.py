"""A poster leads to its counter, by phone and by hand, and names are never read as Typst."""

import re
from datetime import UTC, datetime
from struct import unpack
from xml.etree import ElementTree

import segno

from survey.fieldwork.poster import FONTS, Poster, pdf, png, qr, qr_svg

NOW = datetime(2026, 7, 1, tzinfo=UTC)
URL = "https://khaosat.quangtri.gov.vn/c/K7PM3XQ2"
ONE = Poster(
    "Trung tâm Phục vụ hành chính công phường Đồng Hới", "Quầy số 3 – Hộ tịch", "K7PM3XQ2", URL
)
ORGANISER = "Sở Nội vụ tỉnh Quảng Trị"


def pages(file: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", file))


def made(*posters: Poster, simulated: bool = False, organiser: str = ORGANISER) -> bytes:
    return pdf(posters, organiser=organiser, simulated=simulated, now=NOW)


def test_a_poster_is_one_a4_page_tagged_in_vietnamese():
    file = made(ONE)
    assert file.startswith(b"%PDF-1.7") and file.rstrip().endswith(b"%%EOF")
    assert pages(file) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", file)
    assert [round(float(side)) for side in box.groups()] == [595, 842]
    assert b"/Lang (vi)" in file or b"/Lang(vi)" in file
    assert b"BeVietnamPro" in file


def test_all_counters_of_a_round_are_one_file():
    assert pages(made(*[ONE] * 7)) == 7


def test_the_same_poster_is_the_same_file():
    assert made(ONE) == made(ONE)


def dark_modules(svg: str, border: int) -> set[tuple[int, int]]:
    """Dark modules (row, column) drawn by segno's path: runs of `h`, moves of `m`, from M."""
    path = ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}path")
    x = y = 0.0
    dark = set()
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path.get("d")):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            start = round(x)
            dark |= {(int(y) - border, start + i - border) for i in range(int(values[0]))}
            x += values[0]
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            x, y = values
    return dark


def test_the_qr_code_is_that_of_the_address():
    expected = segno.make(URL, error="q", micro=False, boost_error=True)
    wanted = {
        (row, column)
        for row, line in enumerate(expected.matrix)
        for column, module in enumerate(line)
        if module
    }
    assert dark_modules(qr_svg(URL), 4) == wanted
    assert qr(URL).error in ("Q", "H")


def test_the_address_can_be_typed_by_hand():
    assert ONE.typed == "khaosat.quangtri.gov.vn/c/"


def test_names_are_set_as_text_and_never_run():
    wild = Poster('#panic("x") *b* $x$ [', "Quầy #1 <b> \\u{41} “”", "ABCDEFGH", URL)
    assert pages(made(wild, organiser='#read("/etc/passwd")')) == 1


def test_the_longest_names_still_make_one_page():
    longest = Poster("Trung tâm Phục vụ " * 11, "Quầy số mười hai " * 11, "ABCDEFGH", URL)
    assert pages(made(longest, simulated=True)) == 1


def test_simulated_data_are_named_on_the_poster():
    [plain] = png([ONE], organiser=ORGANISER, simulated=False)
    [marked] = png([ONE], organiser=ORGANISER, simulated=True)
    assert unpack(">II", plain[16:24]) == (595, 842)
    assert plain != marked


def test_the_fonts_of_the_poster_are_shipped():
    assert {path.name for path in FONTS.glob("*.ttf")} >= {
        "be-vietnam-pro-400.ttf",
        "be-vietnam-pro-700.ttf",
    }
