"""A batch of submissions as it travels: one JSON list, taken apart without changing a byte.

The bytes of an item are exactly the slice of the request's body from its `{` to its `}`. They are
what its hash is made of, so sender and receiver agree on it without agreeing how JSON is written.
"""

import json
import re
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError

ITEMS = 256
ITEM_BYTES = 65_536
BATCH_BYTES = ITEMS * (ITEM_BYTES + 16)
SPACE = re.compile(r"[ \t\n\r]*")
DECODER = json.JSONDecoder(parse_int=str, parse_float=str)  # only ends are looked for, not values


class BatchNotJson(SurveyError):
    status = 400
    title = _l("The body is not a JSON list")
    remedy = _l("Send a JSON list of submissions, in UTF-8: [{…}, {…}].")


class BatchNotTyped(SurveyError):
    status = 415
    title = _l("The body is not named as JSON")
    remedy = _l("Send it with the header Content-Type: application/json.")


class BatchTooLong(SurveyError):
    status = 413
    title = _l("The batch is too long")
    remedy = _l("Send at most 256 submissions at a time. Nothing of this batch was stored.")


def items(body: bytes) -> list[bytes]:
    """The bytes of each item, in order. Raises BatchNotJson, BatchTooLong."""
    try:
        text = body.decode()
        found = [element.encode() for element in _elements(text)]
    except (ValueError, RecursionError) as error:
        raise BatchNotJson from error
    if len(found) > ITEMS:
        raise BatchTooLong
    return found


def _elements(text: str) -> Iterator[str]:
    """Each element of the list that `text` is. Raises ValueError when it is none."""
    at = _expect(text, 0, "[")
    if text[at : at + 1] == "]":
        _end(text, at + 1)
        return
    while True:
        _, end = DECODER.raw_decode(text, at)
        yield text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            _end(text, at + 1)
            return
        at = _expect(text, at, ",")


def _skip(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return at if match is None else match.end()


def _expect(text: str, at: int, mark: str) -> int:
    """The place after `mark` and the space around it."""
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"no {mark} at {at}")
    return _skip(text, at + 1)


def _end(text: str, at: int) -> None:
    if _skip(text, at) != len(text):
        raise ValueError(f"more at {at}")
