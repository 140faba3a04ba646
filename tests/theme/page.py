"""Reads a page as a tree of tags, for questions about labels, ids and what a policy forbids."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "link", "meta", "br", "hr", "img", "use", "path", "circle"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str | None]
    text: str = ""
    children: list["Tag"] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute) or ""

    def walk(self) -> Iterator["Tag"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, name: str) -> list["Tag"]:
        return [tag for tag in self.walk() if tag.name == name]

    def with_class(self, word: str) -> list["Tag"]:
        return [tag for tag in self.walk() if word in tag["class"].split()]

    def words(self) -> str:
        return " ".join(" ".join(tag.text for tag in self.walk()).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        new = Tag(tag, dict(attrs))
        self.open[-1].children.append(new)
        if tag not in VOID:
            self.open.append(new)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
            self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Tag(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def read(html: str) -> Tag:
    """The tree of `html`; fails when a tag is closed out of turn or left open."""
    reader = _Reader()
    reader.feed(html)
    assert len(reader.open) == 1, f"left open: {reader.open[-1].name}"
    return reader.open[0]
