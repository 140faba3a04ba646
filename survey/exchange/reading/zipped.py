"""Archives of strangers: what is in them is measured before and while it is unpacked."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal

MOST_ENTRIES = 2000
LARGEST_PART = 40 * 1024**2  # bytes of one part, unpacked
LARGEST_WHOLE = 80 * 1024**2
STEEPEST, STEEP_FROM = 400, 4 * 1024**2  # times larger than packed; of parts of some size
BROKEN = N_("The file is damaged: %(what)s.")
_ENCODINGS = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_CHUNK = 64 * 1024


class Zipped:
    """An archive whose table of contents is within limits. Nothing inside it is opened as an
    archive again. Raises Refusal."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refusal(BROKEN, what=_short(error)) from error
        if len(entries) > MOST_ENTRIES:
            why = N_("The file is an archive of more than %(n)s parts.")
            raise Refusal(why, n=str(MOST_ENTRIES))
        for entry in entries:
            _measured(entry)
        if sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
            raise _bomb()
        self.names = tuple(entry.filename for entry in entries)

    def xml(self, name: str) -> Iterator[tuple[str, ElementTree.Element]]:
        """The start and end of each element of a part. Nothing outside the part is read.

        Raises Refusal when the part is damaged, declares entities, or is larger than it says.
        """
        parser: Any = ElementTree.XMLPullParser(("start", "end"))
        try:
            for chunk in self._chunks(name):
                parser.feed(chunk)
                yield from parser.read_events()
            parser.close()
            yield from parser.read_events()
        except ElementTree.ParseError as error:
            raise Refusal(BROKEN, what=f"{name}: {_short(error)}") from error

    def _chunks(self, name: str) -> Iterator[bytes]:
        unpacked, last = 0, b""
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK):
                    if not unpacked:
                        _readable(name, chunk)
                    unpacked += len(chunk)
                    if unpacked > LARGEST_PART:
                        raise _bomb()
                    if _DOCTYPE.search(last + chunk):
                        why = N_("%(part)s declares a document type or entities, which is refused.")
                        raise Refusal(why, part=name)
                    last = chunk[-16:]
                    yield chunk
        except KeyError as error:
            raise Refusal(BROKEN, what=f"{name} is not there") from error
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        ) as error:  # fmt: skip
            raise Refusal(BROKEN, what=f"{name}: {_short(error)}") from error


def _measured(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refusal(N_("The file is locked by a password. Save it without one."))
    steep = entry.file_size > STEEP_FROM and entry.file_size > STEEPEST * entry.compress_size
    if entry.file_size > LARGEST_PART or steep:
        raise _bomb()


def _bomb() -> Refusal:
    why = N_("Unpacked, the file is larger than %(size)s MB, or grows more than %(times)s times.")
    return Refusal(why, size=str(LARGEST_WHOLE // 1024**2), times=str(STEEPEST))


def _readable(name: str, start: bytes) -> None:
    """Only encodings whose signs are those of ASCII: in others a declaration could hide."""
    declared = _DECLARED.match(start.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or b"\0" in start[:200]:
        why = N_("%(part)s is in the encoding %(encoding)s. Save the file in UTF-8.")
        raise Refusal(why, part=name, encoding=encoding if declared else "UTF-16")


def _short(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
