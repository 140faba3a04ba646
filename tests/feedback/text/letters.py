"""The 134 letters of Vietnamese beyond plain Latin, each written by hand three ways.

A base, its letters in the order of TONES, and the marks that spell them apart. Nothing here asks
`unicodedata`, so that the table and the fold cannot be wrong together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

BREVE, CIRCUMFLEX, HORN = "\u0306", "\u0302", "\u031b"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # none, huyền, sắc, hỏi, ngã, nặng
BELOW = "\u0323"

# base, its own mark, then the letters: no tone, huyền, sắc, hỏi, ngã, nặng
TABLE = (
    ("a", "", "aàáảãạ"),
    ("a", BREVE, "ăằắẳẵặ"),
    ("a", CIRCUMFLEX, "âầấẩẫậ"),
    ("e", "", "eèéẻẽẹ"),
    ("e", CIRCUMFLEX, "êềếểễệ"),
    ("i", "", "iìíỉĩị"),
    ("o", "", "oòóỏõọ"),
    ("o", CIRCUMFLEX, "ôồốổỗộ"),
    ("o", HORN, "ơờớởỡợ"),
    ("u", "", "uùúủũụ"),
    ("u", HORN, "ưừứửữự"),
    ("y", "", "yỳýỷỹỵ"),
    ("A", "", "AÀÁẢÃẠ"),
    ("A", BREVE, "ĂẰẮẲẴẶ"),
    ("A", CIRCUMFLEX, "ÂẦẤẨẪẬ"),
    ("E", "", "EÈÉẺẼẸ"),
    ("E", CIRCUMFLEX, "ÊỀẾỂỄỆ"),
    ("I", "", "IÌÍỈĨỊ"),
    ("O", "", "OÒÓỎÕỌ"),
    ("O", CIRCUMFLEX, "ÔỒỐỔỖỘ"),
    ("O", HORN, "ƠỜỚỞỠỢ"),
    ("U", "", "UÙÚỦŨỤ"),
    ("U", HORN, "ƯỪỨỬỮỰ"),
    ("Y", "", "YỲÝỶỸỴ"),
)


@dataclass(frozen=True)
class Letter:
    """One letter: composed, spelled apart in each order one may write, and what it folds to."""

    letter: str
    apart: tuple[str, ...]
    folded: str


def letters() -> Iterator[Letter]:
    for base, mark, row in TABLE:
        for letter, tone in zip(row, TONES, strict=True):
            if letter != base:
                yield Letter(letter, tuple(_apart(base, mark, tone, row[0])), base.lower())
    yield Letter("đ", ("đ",), "d")
    yield Letter("Đ", ("Đ",), "d")


def _apart(base: str, mark: str, tone: str, marked: str) -> Iterator[str]:
    # What Unicode calls NFD sets horns first, then dots below, then what stands above.
    yield base + (tone + mark if tone == BELOW and mark != HORN else mark + tone)
    yield base + mark + tone
    yield marked + tone
    if tone == BELOW or mark == HORN:  # these stand at places of their own, in any order
        yield base + tone + mark
