"""XML of strangers: no document types, no entities, nothing fetched, so deep and so much only."""

import codecs
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal

DEEPEST = 100
MOST = 400_000  # elements
ENCODINGS = ("utf-8", "utf-16", "ascii", "iso-8859-1", "iso-8859-15", "cp1252", "cp1258")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"^(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_BROKEN = N_("%(file)s:%(line)s: the XML is broken: %(what)s.")
_EMPTY = N_("%(file)s: the file is empty.")
_UNKNOWN = N_("%(file)s: the encoding “%(encoding)s” is not read. Save the file as UTF-8.")
_MISFIT = N_("%(file)s:%(line)s: this is not text in %(encoding)s. Save the file as UTF-8.")
_TYPED = N_("%(file)s: the file declares a document type (DOCTYPE), which is not read. Remove it.")
_DEEP = N_("%(file)s: elements stand inside each other more than %(n)s deep.")
_MANY = N_("%(file)s: there are more than %(n)s elements, far more than a questionnaire has.")


def tree(data: bytes, name: str) -> Any:
    """The root element of a file called `name`; comments and instructions are left out.

    Raises Refusal with what is wrong and where.
    """
    text = _text(data, name)
    if _DOCTYPE.match(text):
        raise Refusal(_TYPED, file=name)
    declared = _DECLARATION.match(text)
    before = text.count("\n", 0, declared.end()) if declared else 0
    target = _Careful(name)
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        parser.feed(_DECLARATION.sub("", text).encode())
        root = parser.close()
    except (Refusal, etree.XMLSyntaxError) as error:
        if target.refused:
            raise target.refused from error
        raise _broken(name, before, parser.feed_error_log) from error
    if root is None:
        raise _broken(name, before, parser.feed_error_log)
    return root


def _broken(name: str, before: int, log: Any) -> Refusal:
    """before: lines above the part that was parsed."""
    first = log[0] if len(log) else None
    what = first.message.strip().rstrip(".") if first else "there is no element in it"
    return Refusal(_BROKEN, file=name, line=str((first.line if first else 1) + before), what=what)


def _text(data: bytes, name: str) -> str:
    """The file decoded as its first bytes or its declaration say, else as UTF-8."""
    if not data.strip():
        raise Refusal(_EMPTY, file=name)
    declared = _DECLARED.match(data)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    encoding = next((known for bom, known in _BOMS.items() if data.startswith(bom)), encoding)
    try:
        normal = codecs.lookup(encoding).name
    except LookupError:
        normal = ""
    if normal not in {codecs.lookup(one).name for one in ENCODINGS}:
        raise Refusal(_UNKNOWN, file=name, encoding=encoding)
    try:
        return data.decode(normal).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = str(data.count(b"\n", 0, error.start) + 1)
        raise Refusal(_MISFIT, file=name, line=line, encoding=encoding.upper()) from error


class _Careful:
    """What the parser tells of the file, built to a tree as long as it stays within the limits."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._builder = etree.TreeBuilder()
        self._depth = self._count = 0
        self.refused: Refusal | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST:
            self._refuse(Refusal(_DEEP, file=self._name, n=str(DEEPEST)))
        if self._count > MOST:
            self._refuse(Refusal(_MANY, file=self._name, n=str(MOST)))
        self._builder.start(tag, dict(attributes))

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(tag)

    def data(self, text: str) -> None:
        self._builder.data(text)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        self._refuse(Refusal(_TYPED, file=self._name))

    def comment(self, text: str) -> None:
        """Comments say nothing."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Instructions to other programs say nothing."""

    def close(self) -> Any:
        """The root; None when the file ended too early. It is called after every fault too."""
        return None if self._depth or not self._count else self._builder.close()

    def _refuse(self, refusal: Refusal) -> None:
        """The parser may put a fault of its own in the place of one that is raised here."""
        self.refused = refusal
        raise refusal
