"""Pictures of a case, made anew from what was sent: only points of colour come through.

A file is never stored as it came. Decoding it and writing its points into a new one leaves behind
where and when it was taken, its camera, its thumbnail and whatever else hid in it.
"""

import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import seal_bytes, unseal_bytes
from survey.errors import SurveyError, Words
from survey.feedback.tables import CasePicture
from survey.feedback.turnstile import Turnstile
from survey.staff.keys import key

MOST: Final = 3  # of one piece of feedback
SIDE: Final = 1600  # points of the longer side that are kept
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")  # what is opened at all; GIF is opened to be named
ACCEPT: Final = "image/jpeg,image/png,image/webp"
HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
UNREADABLE: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, OverflowError),
    *(struct.error, zlib.error),
)
PURPOSE: Final = "feedback-picture"

# Sizes are read from the head of a file, before a point of it is decoded; too large is refused.
Image.MAX_IMAGE_PIXELS = 50_000_000
warnings.simplefilter("error", Image.DecompressionBombWarning)
ONE_AT_A_TIME = Turnstile(at_once=1, waiting=8)  # a decoded picture is up to 200 MB


class PictureRefused(SurveyError):
    """`detail` says why, and what to send instead."""

    status = 422
    title = _l("A picture cannot be taken")


@dataclass(frozen=True)
class Picture:
    """A JPEG that says nothing but its points."""

    content: bytes
    width: int
    height: int
    media_type: str = "image/jpeg"


def remade(content: bytes) -> Picture:
    """The picture in `content`, upright and at most SIDE wide and high.

    Raises PictureRefused, TooBusy.
    """
    if not content:
        raise PictureRefused(_l("This file is empty. Please choose the picture again."))
    try:
        with ONE_AT_A_TIME.turn(), Image.open(BytesIO(content), formats=FORMATS) as sent:
            _refuse_moving(sent)
            plain = _plain(sent)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(
            _l("This picture has too many points. Please send one of at most 50 megapixels.")
        ) from error
    except UNREADABLE as error:
        raise PictureRefused(_unreadable(content)) from error
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Picture(written.getvalue(), plain.width, plain.height)


def _refuse_moving(sent: Image.Image) -> None:
    """A JPEG may hold a second picture for the depth or the light: its first is what one saw."""
    moving = sent.format in ("PNG", "WEBP") and getattr(sent, "is_animated", False)
    if sent.format == "GIF" or moving:
        raise PictureRefused(
            _l("Moving pictures are not taken. Please send a photograph (JPEG, PNG or WebP).")
        )


def _plain(sent: Image.Image) -> Image.Image:
    """A new picture of the points alone, on white where one could see through."""
    sent.draft("RGB", (SIDE, SIDE))
    if sent.mode == "I;16":
        sent = sent.convert("I").point(lambda light: light / 256).convert("L")
    seen = sent.convert("RGBA" if sent.has_transparency_data else "RGB")
    seen.thumbnail((SIDE, SIDE))
    with suppress(*UNREADABLE):  # damaged words beside a whole picture: it stays as it lies
        ImageOps.exif_transpose(seen, in_place=True)
    made = Image.new("RGB", seen.size, "white")
    made.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    return made


def _unreadable(content: bytes) -> Words:
    """What to say of a file that could not be opened as a picture."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        return _l(
            "This is a picture in HEIC, which cannot be opened here. On an iPhone choose Settings, "
            "Camera, Formats, Most Compatible; or send a screenshot of the picture."
        )
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")):
        return _l("This picture is damaged or came only in part. Please choose it again.")
    return _l("This file is not a picture. Please send a photograph (JPEG, PNG or WebP).")


def put(session: Session, case_id: int, picture: Picture, *, now: datetime) -> CasePicture:
    """The picture put away, sealed."""
    row = CasePicture(
        id=uuid4(),
        case_id=case_id,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        at=now,
        sealed=seal_bytes(key(session, PURPOSE), picture.content),
        erased_at=None,
    )
    session.add(row)
    return row


def pictures_of(session: Session, case_id: int) -> list[CasePicture]:
    """The pictures of a case in the order they came, erased ones included."""
    query = select(CasePicture).where(CasePicture.case_id == case_id)
    return list(session.scalars(query.order_by(CasePicture.at, CasePicture.id)))


def find(session: Session, picture_id: UUID) -> CasePicture | None:
    return session.get(CasePicture, picture_id)


def shown(session: Session, row: CasePicture) -> Picture | None:
    """The picture itself; None when it was erased. Raises SealError."""
    if row.sealed is None:
        return None
    content = unseal_bytes(key(session, PURPOSE), row.sealed)
    return Picture(content, row.width, row.height, row.media_type)


def erase(row: CasePicture, *, now: datetime) -> None:
    row.sealed = None
    row.erased_at = now
