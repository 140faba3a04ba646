"""Language of a page: Vietnamese unless chosen; numbers and days as officials write them."""

from collections.abc import Mapping
from datetime import date, datetime

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel

from survey.calendar import ZONE
from translations import FOLDER

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"
COOKIE = "lang"
YEAR = 365 * 24 * 3600


def language() -> str:
    """The language of this page: `?lang=`, the form's own field, the cookie, else Vietnamese."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        wanted = request.args.get("lang") or request.cookies.get(COOKIE) or DEFAULT
        g.language = wanted if wanted in LANGUAGES else DEFAULT
    found: str = g.language
    return found


def label(words: Mapping[str, str]) -> str:
    """The wording of questionnaire data in the page's language, else in Vietnamese."""
    return words.get(language()) or words.get(DEFAULT) or next(iter(words.values()), "")


def written_as(lang: str | None) -> str:
    """The language whose figures and days are written: a form may have others than the pages."""
    wanted = lang or language()
    return wanted if wanted in LANGUAGES else DEFAULT


def percent(share: float, digits: int = 2, lang: str | None = None) -> str:
    """0.846 → `84,60%` (vi), `84.60%` (en)."""
    return decimal(share * 100, digits, lang) + "%"


def decimal(value: float, digits: int = 2, lang: str | None = None) -> str:
    """A number with a fixed count of decimals: 1234.5 → `1.234,50` (vi)."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=Locale.parse(written_as(lang))))


def number(value: int, lang: str | None = None) -> str:
    """A count: 36525 → `36.525` (vi)."""
    return decimal(value, 0, lang)


def day(value: date, lang: str | None = None) -> str:
    """A day as official papers write it: 05/7/2026, 12/02/2026 (vi); 5 July 2026 (en)."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    if written_as(lang) == "vi":
        month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
        return f"{value.day:02d}/{month}/{value.year}"
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime, lang: str | None = None) -> str:
    """A day and a time of Vietnam: 14:05 05/7/2026."""
    return f"{value.astimezone(ZONE):%H:%M} {day(value, lang)}"


def _remember(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and request.cookies.get(COOKIE) != chosen:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def install(app: Flask) -> None:
    """Languages, filters and globals for `app`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    Babel(app, locale_selector=language)
    app.jinja_env.filters.update(
        percent=percent, number=number, decimal=decimal, day=day, moment=moment, label=label
    )
    app.after_request(_remember)
