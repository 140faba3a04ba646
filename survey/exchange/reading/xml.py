"""XML of strangers: no document types, no entities, nothing fetched, so deep and so much only."""

import codecs
import re
from typing import Any

from lxml import etree

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal

MOST = 1_000_000  # tags that open or close an element
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
_MANY = N_("%(file)s: there are more than %(n)s elements, far more than a questionnaire has.")


def tree(data: bytes, name: str) -> Any:
    """The root element of a file called `name`; comments and instructions are left out.

    Raises Refusal with what is wrong and where. Without huge_tree the parser itself refuses what
    is nested deeper than 256, and a text of more than 10 MB.
    """
    text = _text(data, name)
    if _DOCTYPE.match(text):
        raise Refusal(_TYPED, file=name)
    if text.count("<") > MOST:
        raise Refusal(_MANY, file=name, n=str(MOST // 2))
    declared = _DECLARATION.match(text)
    before = text.count("\n", 0, declared.end()) if declared else 0
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except etree.XMLSyntaxError as error:
        what = str(error.msg).rsplit(", line ", 1)[0].strip().rstrip(".")
        line = str((error.lineno or 1) + before)
        raise Refusal(_BROKEN, file=name, line=line, what=what) from error
    if root.getroottree().docinfo.doctype:
        raise Refusal(_TYPED, file=name)
    return root


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
