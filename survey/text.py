"""Vietnamese text: one normal form for storing, one fold for searching and sorting."""

import unicodedata
from typing import Final

D: Final = str.maketrans("đðɖ", "ddd")


class _Marks(dict[int, int | None]):
    """For str.translate: marks that combine with a letter are left out."""

    def __missing__(self, code: int) -> int | None:
        self[code] = found = None if unicodedata.combining(chr(code)) else code
        return found


MARKS: Final = _Marks()


def normal(text: str) -> str:
    """The text in NFC, spaces at the ends removed."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """The text without diacritics and case, for search: `Đồng Hới` becomes `dong hoi`.

    đ is a letter of its own and has no decomposition; it folds to d. So do its two doubles of
    other alphabets, ð and ɖ, which old fonts and keyboards write in its place.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(D))
    return decomposed.translate(MARKS)
