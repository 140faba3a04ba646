"""What a file of a picture or a sound is, by its content: nothing is believed of its name.

Sources: PNG (W3C, 2023), JPEG (ITU-T T.81), WebP (RFC 9649), MP3 (ISO/IEC 11172-3, ID3v2),
Ogg (RFC 3533), MP4 (ISO/IEC 14496-12), SVG 2.
"""

import re
from collections.abc import Iterator

from lxml import etree

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
}
PICTURES = ("png", "jpg", "webp", "svg")
BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2")
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = frozenset(
    [
        *("svg", "g", "defs", "desc", "title", "use", "symbol", "style", "text", "tspan"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker"),
    ]
)
_AWAY = re.compile(r"url\(\s*['\"]?(?!['\"]?#)|@import|javascript:|expression\(", re.IGNORECASE)
_WHOLE = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*")
_START_OF_FRAME = (0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
Size = tuple[int, int]


def kind_of(content: bytes) -> str:
    """The ending that a file of this content has, one of TYPES; "" when it is none of them."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"OggS\x00"):
        return "ogg"
    if content[4:8] == b"ftyp" and content[8:12] in BRANDS:
        return "m4a"
    if content.startswith(b"ID3") or _is_mp3_frame(content):
        return "mp3"
    return "svg" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<svg", b"<?xml")) else ""


def _is_mp3_frame(content: bytes) -> bool:
    """Whether it begins with a frame of MPEG audio, layer III, of a real bit rate."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return False
    return content[2] >> 4 not in (0, 15) and content[2] >> 2 & 3 != 3


def size_of(content: bytes, kind: str) -> Size | None:
    """Width and height of a picture in pixels; None where the file does not tell them."""
    readers = {"png": _png, "jpg": _jpeg, "webp": _webp, "svg": _svg_size}
    reader = readers.get(kind)
    found = reader(content) if reader else None
    return found if found and all(found) else None


def _two(content: bytes, at: int, order: str = "big", length: int = 2, step: int = 2) -> Size:
    first, second = content[at : at + length], content[at + step : at + step + length]
    return int.from_bytes(first, order), int.from_bytes(second, order)  # type: ignore[arg-type]


def _png(content: bytes) -> Size | None:
    return _two(content, 16, length=4, step=4) if content[12:16] == b"IHDR" else None


def _jpeg(content: bytes) -> Size | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        if content[at + 1] in _START_OF_FRAME:
            height, width = _two(content, at + 5)
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp(content: bytes) -> Size | None:
    """The size of any of its three forms: lossy, lossless, extended."""
    match content[12:16]:
        case b"VP8 ":
            width, height = _two(content, 26, "little")
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = _two(content, 24, "little", length=3, step=3)
            return width + 1, height + 1
    return None


def _svg(content: bytes) -> "etree._Element | None":
    """The root of a drawing; None when it is not XML. Entities and addresses are not followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _svg_size(content: bytes) -> Size | None:
    root = _svg(content)
    if root is None:
        return None
    sides = [_WHOLE.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if sides[0] and sides[1]:
        return int(sides[0][1]), int(sides[1][1])
    box = root.get("viewBox", "").replace(",", " ").split()
    found = [_WHOLE.fullmatch(side) for side in box[2:4]]
    if len(box) == 4 and found[0] and found[1]:
        return int(found[0][1]), int(found[1][1])
    return None


def unsafe_in_svg(content: bytes) -> str:
    """What in a drawing could do more than be seen; "" when nothing can."""
    root = _svg(content)
    if root is None:
        return "XML"
    if root.tag != f"{SVG}svg":
        return "<svg xmlns>"
    if root.getroottree().docinfo.doctype:
        return "<!DOCTYPE>"
    if root.getprevious() is not None and root.getprevious().tag is etree.ProcessingInstruction:
        return "<?xml-stylesheet?>"
    return next(_unsafe(root), "")


def _unsafe(root: "etree._Element") -> Iterator[str]:
    for element in root.iter():
        if element.tag is etree.Comment:
            continue
        name = str(element.tag).removeprefix(SVG) if isinstance(element.tag, str) else "?"
        if name not in DRAWN:
            yield f"<{name}>"
        if _AWAY.search(element.text or ""):
            yield f"<{name}>"
        for key, value in element.items():
            plain = str(key).rpartition("}")[2].lower()
            leads_out = plain == "href" and not str(value).lstrip().startswith("#")
            if plain.startswith("on") or leads_out or _AWAY.search(str(value)):
                yield plain
