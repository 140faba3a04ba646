"""Tickets on paper: A4 sheets to cut up, twelve to a page, each with its QR code."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import typst

from survey.fieldwork.poster import FONTS, TEMPLATE, one_file, qr_svg

SHEET = TEMPLATE.with_name("tickets.typ")


@dataclass(frozen=True)
class Slip:
    """What stands on one ticket. `url` ends in `/i/<code>`; `spoken` is the code as typed."""

    centre: str
    counter: str
    field: str
    url: str
    spoken: str
    day: date
    until: date


def sheets(slips: Iterable[Slip], *, simulated: bool, now: datetime) -> bytes:
    """The tickets as a PDF, tagged for screen readers, in their order."""
    told = [
        {
            "centre": slip.centre,
            "counter": slip.counter,
            "field": slip.field,
            "spoken": slip.spoken,
            "typed": slip.url.split("://", 1)[-1].rpartition("/")[0] + "/",
            "day": _day(slip.day),
            "until": _day(slip.until),
            "qr": qr_svg(slip.url),
        }
        for slip in slips
    ]
    document = {"title": "Phiếu mời khảo sát", "simulated": simulated, "slips": told}
    compiler = typst.Compiler(
        input=SHEET, root=SHEET.parent, font_paths=[FONTS], ignore_system_fonts=True
    )
    made = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=now.astimezone(UTC).replace(microsecond=0),
    )
    return one_file(made)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
