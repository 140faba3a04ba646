"""Numbers that are nobody's: money, dates, laws, files, hotlines. They are passed over."""

import re
from typing import Final

from survey.feedback.text.announced import DIRECT, Announced, Said

UNIT: Final = (
    "(?:d|dong|vnd|vn d|usd|k|ngan(?! hang)|nghin|trieu|tr|ty|ti|met|m2|m3|ha|km|kg|%|nguoi|luot|to"
    "|trang"
    "|ngay|thang|nam|gio|phut|lan|chu|suat|phan tram)(?![^\\W_]|/c)"
)
START: Final = "(?<![^\\W_])(?<![\\d][.,/-])"
END: Final = "(?!\\d|[./-]\\d)"
# Anywhere, whatever is said before.
PLAIN: Final = re.compile(
    "|".join(
        (
            # files of one-stop counters: 000.12.34.H57-250101-0001, PAKN.20200812.0012
            "(?<![^\\W_])(?:\\d{1,3}\\.){0,4}[a-z]{1,2}\\d{2,3}(?:\\.\\d{1,4}){0,3}[-.]\\d{2,8}[-.]\\d{3,6}",
            "(?<![^\\W_])(?:pakn|tthc|hs|bn|gh|yc)[.-]\\d{4,8}[.-]\\d{2,6}",
            "(?<![\\w.])\\d\\.\\d{6}(?:\\.\\d{3}(?:\\.\\d\\d){0,2}(?:\\.[a-z]\\d\\d)?)?(?!\\d)",
            # laws, letters of offices
            "(?<!\\d)\\d{1,6}/(?:19|20)\\d\\d/[a-z]{2,8}\\d{0,2}(?:-[a-z]{2,8}){0,2}",
            "(?<![\\d.])\\d{1,5}/(?:qd|ubnd|cv|tb|nd|tt|nq|kh|bc|tw|ct|hd|vp|gm|bb|stttt|stc|snv|cp)\\b[a-z-]{0,12}",
            # days and years
            f"(?<!\\d)(?<!\\d[./-])\\d{{1,2}}\\s?[/.-]\\s?\\d{{1,2}}\\s?[/.-]\\s?(?:19|20)\\d\\d{END}",
            f"(?<!\\d)(?<!\\d[./-])(?:19|20)\\d\\d[-/.]\\d{{1,2}}[-/.]\\d{{1,2}}{END}",
            f"(?<!\\d)(?<!\\d[./-])\\d{{1,2}}/\\d{{1,2}}(?:/\\d\\d)?{END}",
            f"(?<!\\d)(?<!\\d[./-])(?:19|20)\\d\\d\\s?-\\s?(?:19|20)\\d\\d{END}",
            "(?<![^\\W_])\\d{1,2}\\s?[hg:]\\s?\\d{2}(?!\\d)",
            "(?<![^\\W_])ngay \\d{1,2} \\d{1,2} (?:19|20)\\d\\d(?!\\d)",
        )
    )
)
# Only where no words say that it is somebody's.
AMOUNT: Final = re.compile(
    f"{START}[1-9]\\d{{0,14}}(?:[.,]\\d{{3}}){{0,5}}(?:[.,]\\d{{1,2}})?\\s?{UNIT}"
)
THOUSANDS: Final = re.compile(f"{START}(?<![+(])[1-9]\\d{{0,2}}(?:[.,]\\d{{3}}){{1,5}}{END}")
HOTLINE: Final = re.compile(f"{START}(?<![+])1[89]00(?:[ .-]?\\d){{4,6}}(?!\\d)")


def without_nobodys(announced: Announced) -> str:
    """The folded text with such numbers blanked, at the same length."""
    text = PLAIN.sub(_blank, announced.text)
    for pattern, keep in ((AMOUNT, _direct), (THOUSANDS, _said), (HOTLINE, _direct)):
        text = pattern.sub(lambda m, k=keep: _unless(m, announced, k), text)  # type: ignore[misc]
    return text


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match.group())


def _unless(match: re.Match[str], announced: Announced, keep: object) -> str:
    said = announced.before(match.start())
    return match.group() if said and callable(keep) and keep(said) else _blank(match)


def _direct(said: Said) -> bool:
    """Said close by to be an account or a card: `stk 1234567890 d`."""
    if said.what in ("id", "insurance"):
        return said.far <= 12
    return said.words in DIRECT and said.far <= 4


def _said(said: Said) -> bool:
    return _direct(said) or (said.what in ("id", "phone", "insurance") and said.far <= 25)
