"""Vietnamese text: one normal form for storing, one fold for searching and sorting."""

import unicodedata
from typing import Final

D: Final = str.maketrans("đðɖ", "ddd")


def normal(text: str) -> str:
    """The text in NFC, spaces at the ends removed."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """The text without diacritics and case, for search: `Đồng Hới` becomes `dong hoi`.

    đ is a letter of its own and has no decomposition; it folds to d. So do its two doubles of
    other alphabets, ð and ɖ, which old fonts and keyboards write in its place.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(D))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
