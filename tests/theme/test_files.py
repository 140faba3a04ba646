"""What a browser loads is small, complete, and comes with its licences."""

import re
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parents[2] / "survey" / "static"
TESTS = STATIC.parents[1] / "tests" / "vendor"
SENTENCE = "Ễ ẫ Ậ ẳ Ự ỵ Đ đ Ơ ơ – “84,60%” … 150.000 ₫".replace(" ", "")


@pytest.mark.parametrize("folder", [STATIC / "vendor", TESTS])
def test_every_vendored_file_names_a_version_and_a_licence_that_is_there(folder: Path) -> None:
    versions = (folder / "VERSIONS.md").read_text(encoding="utf-8")
    root = STATIC if folder.parent == STATIC else folder
    licences = re.findall(r"`([\w./-]*(?:LICENSE|OFL)[\w.-]*)`", versions)
    assert licences
    assert [name for name in licences if not (root / name).is_file()] == []
    for path in folder.iterdir():
        if path.name != "VERSIONS.md" and "LICENSE" not in path.name:
            line = next(line for line in versions.splitlines() if path.name in line)
            assert re.search(r"\d+\.\d+", line) and re.search(r"MIT|MPL|OFL|Apache|BSD", line)


@pytest.mark.parametrize("sheet", ["citizen", "desk"])
def test_a_sheet_loads_only_files_that_are_ours_and_there(sheet: str) -> None:
    css = (STATIC / "css" / f"{sheet}.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\(\"?([^)\"]+)\"?\)", css)
    assert addresses
    assert [one for one in addresses if not (STATIC / "css" / one).is_file()] == []
    assert "GDS Transport" not in css and "@import" not in css


def test_what_a_phone_loads_beside_the_page_is_under_24_kilobytes() -> None:
    css = (STATIC / "css" / "citizen.css").read_bytes()
    fonts = re.findall(rb"url\(\"?\.\./(fonts/[^)\"]+)", css)
    assert len(fonts) == 1
    sent = len(brotli.compress(css)) + (STATIC / fonts[0].decode()).stat().st_size
    pictures = [STATIC / "img" / name for name in ("drum.svg", "favicon.svg")]
    sent += sum(len(brotli.compress(path.read_bytes())) for path in pictures)
    assert sent < 24_000


@pytest.mark.parametrize("name", ["be-vietnam-pro-400.woff2", "ttf/be-vietnam-pro-700.ttf"])
def test_the_font_holds_every_letter_of_vietnamese(name: str) -> None:
    with TTFont(STATIC / "fonts" / name) as font:
        assert [letter for letter in SENTENCE if ord(letter) not in font.getBestCmap()] == []


def test_digits_in_a_column_are_equally_wide() -> None:
    with TTFont(STATIC / "fonts" / "be-vietnam-tabular-700.woff2") as font:
        glyphs = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
        assert len({font["hmtx"][glyph][0] for glyph in glyphs}) == 1
