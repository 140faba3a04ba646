"""Vietnamese text: one normal form for storing, one fold for searching and sorting."""

import unicodedata


def normal(text: str) -> str:
    """The text in NFC, spaces at the ends removed."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """The text without diacritics and case, for search: `Đồng Hới` becomes `dong hoi`.

    đ is a letter of its own and has no decomposition; it folds to d.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
