"""The types of XLSForm, with their many names, and why some of them are not asked here."""

import re
from dataclasses import dataclass

from survey.exchange.fidelity import N_

_CHOICE = re.compile(
    r"(?P<cmd>add select one prompt using|add select multiple prompt using"
    r"|select all that apply from|select one from file|select multiple from file"
    r"|select one from|select multiple from|select one external|select one|select1|select multiple"
    r"|select all that apply|rank)\s+(?P<list>\S.*?)"
    r"(?P<other>\s+(?:or[ _]other|or specify other))?",
    re.IGNORECASE,
)
_KINDS = {
    "text": "text", "string": "text", "q string": "text", "time": "text", "select time": "text",
    "integer": "number", "int": "number", "q int": "number", "add integer prompt": "number",
    "decimal": "number", "q decimal": "number", "add decimal prompt": "number",
    "percentage": "number", "range": "number", "date": "date", "q date": "date",
    "add date prompt": "date", "datetime": "date", "q datetime": "date", "date time": "date",
    "note": "note", "add note prompt": "note", "acknowledge": "note", "q acknowledge": "note",
    "trigger": "note", "add text prompt": "text",
}  # fmt: skip
WHOLE = N_("Numbers are whole here, from 0.")
DAY_ONLY = N_("Only the day is asked, not the hour.")
IN_WORDS = N_("It is asked in words, which enter no response.")
AS_NOTE = N_("It is shown as a note; there is nothing to tick.")
NEAR = {
    "decimal": WHOLE, "q decimal": WHOLE, "add decimal prompt": WHOLE, "percentage": WHOLE,
    "range": WHOLE, "datetime": DAY_ONLY, "q datetime": DAY_ONLY, "date time": DAY_ONLY,
    "time": IN_WORDS, "select time": IN_WORDS, "acknowledge": AS_NOTE, "q acknowledge": AS_NOTE,
    "trigger": AS_NOTE,
}  # fmt: skip
PRIVATE = N_("Answers here point at no person, device or hour, so this is not recorded.")
WHERE = N_("Where somebody is standing is not recorded here.")
FILES = N_("No pictures, sounds or files are taken from people here.")
SILENT = N_("Nothing is computed or kept here that people were not asked.")
ELSEWHERE = N_("Its choices are in another file, which is not there.")
UNKNOWN = N_("No question of this type is asked here.")
_DROPPED = {
    PRIVATE: ("start", "end", "today", "deviceid", "imei", "uri:deviceid", "subscriberid",
              "simserial", "sim id", "device id", "subscriber id", "phonenumber", "phone number",
              "uri:phonenumber", "uri:subscriberid", "uri:simserial", "username", "uri:username",
              "uri:email", "email", "audit", "start time", "end time", "get today",
              "get start time", "get end time", "get device id", "get phone number", "get sim id",
              "get subscriber id", "background-audio", "background audio"),
    WHERE: ("geopoint", "gps", "location", "q geopoint", "q location", "geotrace", "geoshape",
            "start-geopoint", "start geopoint", "background-geopoint", "background geopoint",
            "add location prompt", "osm"),
    FILES: ("image", "photo", "audio", "video", "file", "barcode", "q image", "q picture",
            "q photo", "q audio", "q video", "q barcode", "add image prompt", "add photo prompt",
            "add audio prompt", "add video prompt", "add file prompt", "add barcode prompt"),
    SILENT: ("calculate", "q calculate", "add calculate prompt", "hidden", "xml-external",
             "csv-external"),
}  # fmt: skip
REASONS = {name: why for why, names in _DROPPED.items() for name in names}


@dataclass(frozen=True)
class Type:
    """kind: of ours, empty when it is not asked, and then why. list: of its choices.

    why: also what is not quite the same. ranked: the order of what is chosen counts.
    """

    kind: str
    list: str = ""
    or_other: bool = False
    ranked: bool = False
    why: str = ""


def type_of(text: str) -> Type:
    """What a type means here, however it is written."""
    words = " ".join(text.split())
    plain = words.lower().replace("_", " ")
    if words.lower() in REASONS or plain in REASONS:
        return Type("", why=REASONS.get(words.lower(), REASONS.get(plain, "")))
    if plain in _KINDS:
        return Type(_KINDS[plain], why=NEAR.get(plain, ""))
    command, _, rest = words.partition(" ")
    match = _CHOICE.fullmatch(f"{command.replace('_', ' ')} {rest}")
    if match is None:
        return Type("", why=WHERE if command.lower() == "osm" else UNKNOWN)
    said = match["cmd"].lower()
    if "file" in said:
        return Type("", why=ELSEWHERE)
    several = any(word in said for word in ("multiple", "all that apply", "rank"))
    kind = "multiple" if several else "single"
    return Type(kind, match["list"].strip(), bool(match["other"]), said == "rank")
