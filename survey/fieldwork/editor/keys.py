"""Keys of one block: what changes is written anew, what does not keeps its line and its comment."""

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from survey.fieldwork.editor.layout import HEADER, Block, Path


def set_keys(block: Block, changes: Mapping[str, Any]) -> None:
    """Write `changes` into the block's own lines; None, "" and {} take a key away."""
    block.own = with_keys(block.own, changes)


def with_keys(own: str, changes: Mapping[str, Any]) -> str:
    """The lines of a block, its header and comments as they were, with these keys changed."""
    opening, body = _parted(own)
    kept = body.rstrip("\n")
    document = tomlkit.parse(kept + "\n" if kept else "")
    for key, value in changes.items():
        _change(document, key, value)
    written = tomlkit.dumps(document).rstrip("\n") + "\n"
    return opening + (written if written.strip() else "") + body[len(kept) :].removeprefix("\n")


def _parted(own: str) -> tuple[str, str]:
    """The lines up to the header, and those after it."""
    lines = own.splitlines(keepends=True)
    for place, line in enumerate(lines):
        if HEADER.match(line):
            return "".join(lines[: place + 1]), "".join(lines[place + 1 :])
    return "", own


def _change(document: TOMLDocument, key: str, value: Any) -> None:
    there = document.unwrap().get(key)
    if there == value and type(there) is type(value):
        return
    if value in (None, "", {}):
        document.pop(key, None)
    elif not isinstance(value, Mapping):
        document[key] = value
    elif isinstance(there, dict):
        _change_words(document[key], there, value)
    else:
        document.pop(key, None)
        for language, words in value.items():
            document.append(tomlkit.key([key, language]), tomlkit.item(words))


def _change_words(item: Any, there: Mapping[str, str], words: Mapping[str, str]) -> None:
    for language in there:
        if language not in words:
            del item[language]
    for language, text in words.items():
        if there.get(language) != text:
            item[language] = text


def made(path: Path, table: Mapping[str, Any]) -> Block:
    """A new block with these keys."""
    lines = [f"[[{'.'.join(path)}]]"]
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += [f"{key}.{language} = {said(words)}" for language, words in value.items()]
        elif value not in (None, ""):
            lines.append(f"{key} = {said(value)}")
    return Block(path, "\n".join(lines) + "\n", fresh=True)


def said(value: Any) -> str:
    """A value as TOML writes it."""
    return str(tomlkit.item(value).as_string())
