"""Lines like those people write, each with the places where somebody can be found in it.

Templates are filled by chance from a seed, and then written as people write: without capitals,
without diacritics, spelled apart, with digits of other widths. Marks move along.
"""

import random
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.text import fold
from tests.feedback.text import values

HERE = Path(__file__).parent
TEMPLATES: dict[str, list[str]] = tomllib.loads((HERE / "templates.toml").read_text("utf-8"))
PEOPLE: dict[str, list[str]] = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
NAMES = ("name", "given", "ethnic")
KINDS = {
    **dict.fromkeys(NAMES, "name"),
    **dict.fromkeys(("phone", "landline", "spelled"), "phone"),
    **dict.fromkeys(("cccd", "cmnd", "passport", "licence"), "id_number"),
    **dict.fromkeys(("account", "card", "bhyt", "bhxh"), "account"),
    "email": "email",
    "plate": "plate",
}
NUMBERS = ("phone", "id_number", "account", "email", "plate")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Gold:
    """Where somebody can be found in a line, and how."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Line:
    """One line, what is to be found in it, and the sentence it was made from."""

    text: str
    gold: tuple[Gold, ...]
    template: str
    way: str


Part = tuple[str, str | None]  # a piece of text, and its kind when it is to be found


def lines(seed: int, count: int, *, surnames: Sequence[str] = PEOPLE["surnames"]) -> list[Line]:
    rng = random.Random(seed)
    return [line(rng, surnames) for _ in range(count)]


def line(rng: random.Random, surnames: Sequence[str]) -> Line:
    weights = {"numbers": 5, "addressed": 4, "introduced": 3, "bare": 2, "peoples": 1, "nobody": 4}
    group = rng.choices(list(weights), list(weights.values()))[0]
    template = rng.choice(TEMPLATES[group])
    parts = list(_parts(template, rng, surnames))
    way, parts = _written(parts, group, rng)
    text, gold = "", []
    for piece, kind in parts:
        if kind:
            gold.append(Gold(len(text), len(text) + len(piece), kind))
        text += piece
    return Line(text, tuple(gold), template, way)


def _parts(template: str, rng: random.Random, surnames: Sequence[str]) -> Iterator[Part]:
    for piece in template.replace("}", "{").split("{")[0::2]:
        assert "}" not in piece
    for index, piece in enumerate(template.replace("}", "{").split("{")):
        if index % 2 == 0:
            yield piece, None
        elif piece in NAMES:
            yield person(piece, rng, surnames), "name"
        else:
            yield values.MAKERS[piece](rng), KINDS.get(piece)


def person(kind: str, rng: random.Random, surnames: Sequence[str]) -> str:
    if kind == "ethnic":
        return rng.choice(PEOPLE["peoples"])
    given = rng.choice(PEOPLE["given"])
    middle = rng.choice(PEOPLE["middles"])
    if kind == "given":
        return given if rng.random() < 0.8 else f"{middle} {given}"
    shape = rng.random()
    if shape < 0.15:
        return f"{rng.choice(surnames)} {given}"
    if shape < 0.8:
        return f"{rng.choice(surnames)} {middle} {given}"
    return f"{rng.choice(surnames)} {middle} {rng.choice(PEOPLE['given'])} {given}"


def _written(parts: list[Part], group: str, rng: random.Random) -> tuple[str, list[Part]]:
    """The parts as somebody would write them; what announces nothing keeps its capitals."""
    ways = {"as is": 60, "apart": 8, "upper": 6, "no accents": 8}
    if group != "bare" and group != "peoples":
        ways |= {"lower": 8, "plain": 10}
    if group == "numbers":
        ways |= {"wide": 3, "unseen": 3}
    way = rng.choices(list(ways), list(ways.values()))[0]
    return way, [(_piece(piece, kind, way, rng), kind) for piece, kind in parts]


def _piece(piece: str, kind: str | None, way: str, rng: random.Random) -> str:
    if way == "apart":
        return unicodedata.normalize("NFD", piece)
    if way == "upper":
        return piece if kind == "email" else piece.upper()
    if way == "lower":
        return piece.lower()
    if way == "plain":
        return fold(piece)
    if way == "no accents":
        return "".join(fold(c).upper() if c.isupper() else fold(c) for c in piece)
    if way == "wide" and kind:
        return piece.translate(WIDE)
    if way == "unseen" and kind and kind != "email":
        at = rng.randrange(1, len(piece))
        return piece[:at] + rng.choice("\u200b\u200c\u2060\ufeff\u00ad") + piece[at:]
    return piece
