"""The poster of a counter: an A4 page with the QR code that leads to the round open there."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import segno
import typst

TEMPLATE = Path(str(files("survey.fieldwork.poster"))) / "poster.typ"
FONTS = Path(str(files("survey"))) / "static" / "fonts" / "ttf"
QR_CORRECTION = "q"  # a quarter of the code may be scratched or covered


@dataclass(frozen=True)
class Poster:
    """What stands on one poster. `url` is the whole address, which ends in `/c/<code>`."""

    centre: str
    counter: str
    code: str
    url: str

    @property
    def typed(self) -> str:
        """The address as typed by hand: without scheme, without the code."""
        parts = urlsplit(self.url)
        return parts.netloc + parts.path.removesuffix(self.code)


def qr(url: str) -> segno.QRCode:
    """The QR code of an address. Its light border is part of the picture made by `qr_svg`."""
    return segno.make(url, error=QR_CORRECTION, micro=False)


def qr_svg(url: str) -> str:
    """The QR code as SVG, in the unit of one module, with a border of four modules."""
    out = BytesIO()
    qr(url).save(out, kind="svg", border=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def pdf(posters: Iterable[Poster], *, organiser: str, simulated: bool, now: datetime) -> bytes:
    """One A4 page a poster, tagged for screen readers (PDF/UA-1); `now` is its date of making.

    Names are set as text and never read as Typst. Fonts are our own only.
    """
    data = _data(posters, organiser=organiser, simulated=simulated)
    second = now.astimezone(UTC).replace(microsecond=0)
    made = _compiler().compile(
        format="pdf", sys_inputs=data, pdf_standards="ua-1", timestamp=second
    )
    return one_file(made)


def png(posters: Iterable[Poster], *, organiser: str, simulated: bool) -> list[bytes]:
    """The same pages as pictures, 72 pixels an inch."""
    data = _data(posters, organiser=organiser, simulated=simulated)
    made = _compiler().compile(format="png", sys_inputs=data, ppi=72)
    return made if isinstance(made, list) else [one_file(made)]


def _compiler() -> typst.Compiler:
    return typst.Compiler(
        input=TEMPLATE, root=TEMPLATE.parent, font_paths=[FONTS], ignore_system_fonts=True
    )


def _data(posters: Iterable[Poster], *, organiser: str, simulated: bool) -> dict[str, str]:
    pages = [
        {**asdict(poster), "typed": poster.typed, "qr": qr_svg(poster.url)} for poster in posters
    ]
    document = {
        "title": "Áp phích khảo sát sự hài lòng",
        "organiser": organiser,
        "simulated": simulated,
        "posters": pages,
    }
    return {"data": json.dumps(document, ensure_ascii=False)}


def one_file(made: bytes | list[bytes] | None) -> bytes:
    """The only page or file that was made. Raises TypeError for several."""
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made
