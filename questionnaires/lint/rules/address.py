"""How people are addressed: always, politely, and in one way."""

import re
from collections.abc import Iterator

from questionnaires.lint.rule import WARNING, Fault, Rules
from questionnaires.lint.source import Said, Source

_POLITE = re.compile(r"ông\s*(?:/|\(|hoặc|,|và)?\s*bà|quý (?:ông|vị|khách|cơ quan)", re.IGNORECASE)
_FAMILIAR = re.compile(
    r"\b(?:bạn|anh/chị|anh chị|anh \(chị\)|mày|các cậu|em)\b(?! bè)", re.IGNORECASE
)
_OWN = re.compile(r"(?:bạn bè|người bạn|của em bé|trẻ em|anh em)", re.IGNORECASE)
_WAYS = re.compile(r"ông\s*/\s*bà|ông \(bà\)|ông, bà|ông bà|quý vị|quý khách", re.IGNORECASE)
_COMMAND = re.compile(r"^(?:hãy|phải|cho biết|chọn|ghi(?! chú| nhận)|nêu)\b", re.IGNORECASE)

rules = Rules("How people are addressed")


@rules.said(
    "no-address",
    WARNING,
    "A question does not address the person who is asked.",
    "Ask with Ông/Bà.",
)
def no_address(said: Said) -> str:
    asks = said.vietnamese and said.wording.part == "question" and said.text.endswith("?")
    spoken = _POLITE.search(said.text) or _FAMILIAR.search(said.text)
    return "there is no Ông/Bà in the question" if asks and not spoken else ""


@rules.said(
    "familiar-address",
    WARNING,
    "People are addressed as friends or juniors.",
    "Write Ông/Bà.",
)
def familiar_address(said: Said) -> str:
    found = _FAMILIAR.search(_OWN.sub("", said.text)) if said.vietnamese else None
    parts = ("question", "introduction", "hint")
    return f"“{found[0]}” for Ông/Bà" if found and said.wording.part in parts else ""


@rules.said(
    "bare-command",
    WARNING,
    "A question is a command without a polite word.",
    "Begin with “Xin Ông/Bà” or “Đề nghị Ông/Bà”.",
)
def bare_command(said: Said) -> str:
    if not said.vietnamese or said.wording.part not in ("question", "introduction", "hint"):
        return ""
    found = _COMMAND.search(said.text)
    plain = found and not said.text.endswith("?") and not _POLITE.search(said.text)
    return f"“{found[0]}” without Xin or Ông/Bà" if found and plain else ""


@rules.table(
    "mixed-address",
    WARNING,
    "One form addresses people in several ways, such as Ông/Bà and Ông (bà).",
    "Use one of them throughout.",
)
def mixed_address(source: Source) -> Iterator[Fault]:
    first = ""
    for said in source.said:
        if said.vietnamese and said.wording.part != "remark":
            for way in _WAYS.findall(said.text):
                plain = re.sub(r"\s*/\s*", "/", way).casefold()
                first = first or plain
                if plain != first:
                    what = f"“{way}” here, “{first}” before"
                    yield Fault((*said.wording.path, "vi"), said.wording.question, what)
                    return
