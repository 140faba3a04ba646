"""Rows as the XML and the JSON of GeoReport v2, each with the names of its specification.

The XML has neither namespace nor schema; an array is an element that holds one for each item.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

TYPES: Final = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
ITEMS: Final = {  # what an item of an array is called
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
}
# What XML 1.0 cannot say even escaped (https://www.w3.org/TR/xml/#charsets).
UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = Mapping[str, Any]


def written(name: str, content: Sequence[Row] | Row, ending: str) -> bytes:
    """An array of rows, or one row, under its name."""
    if ending == "json":
        return json.dumps(content, ensure_ascii=False).encode()
    root = Element(name)
    _fill(root, content)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(SubElement(element, name), value)
    elif isinstance(content, list | tuple):
        for item in content:
            _fill(SubElement(element, ITEMS[element.tag]), item)
    elif content is not None:
        text = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = UNSAYABLE.sub("\ufffd", text)
