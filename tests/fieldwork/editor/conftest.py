"""Drafts to work on, and what a page's form would send when nobody changed anything."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from questionnaires import shipped
from survey.fieldwork import drafts
from tests.fieldwork.conftest import Desk

FORM = "one-stop-ward"
NAME = "one-stop-ward@2"
EDIT = f"/desk/questionnaires/{NAME}/edit"
TEXT = shipped()["one-stop-ward@1"].read_text("utf-8").replace("version = 1", "version = 2", 1)


class Fields(HTMLParser):
    """The values of the last form of a page that posts, by name; buttons are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self.name = ""
        self.area: str | None = None

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        told = dict(pairs)
        name = told.get("name") or ""
        if tag == "form":
            self.values = {} if told.get("method") == "post" else self.values
        elif tag == "textarea":
            self.name, self.area = name, ""
        elif tag == "select":
            self.name = name
        elif tag == "option" and "selected" in told:
            self.values.setdefault(self.name, []).append(told.get("value") or "")
        elif tag == "input" and name:
            ticked = told.get("type") not in ("checkbox", "radio") or "checked" in told
            if ticked:
                self.values.setdefault(name, []).append(told.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            self.values.setdefault(self.name, []).append(self.area.removeprefix("\r\n"))
            self.area = None


class Editor:
    """Somebody who edits drafts at their desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.client = desk.client

    def fields(self, path: str) -> dict[str, Any]:
        """What the form of a page would send."""
        reader = Fields()
        reader.feed(self.client.get(path).get_data(as_text=True))
        return reader.values

    def send(self, path: str, changes: dict[str, Any] | None = None, **more: Any) -> Any:
        """Open a page, change some of its fields, press a button."""
        sent = {**self.fields(path), "act": "save", **(changes or {}), **more}
        return self.client.post(path, data=sent)

    def press(self, act: str, page: str = EDIT, path: str | None = None) -> Any:
        """Press a button of the outline."""
        text = self.desk.text(page)
        base = text.split('name="base" value="')[1][:64]
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"act": act, "base": base, "csrf_token": token}
        return self.client.post(path or f"{page}/act", data=data)

    def press_next(self, show: str) -> Any:
        """Make the next version, from the page of a questionnaire."""
        token = self.desk.text(show).split('name="csrf_token" value="')[1].split('"')[0]
        return self.client.post(f"{show}/next", data={"csrf_token": token})


@pytest.fixture
def folder(app: Flask) -> Path:
    found: Path = app.extensions["sipas.settings"].data
    return found


@pytest.fixture
def draft(folder: Path) -> Callable[[], str]:
    """The text of the draft NAME, which begins as the shipped counter form."""
    drafts.write_draft(folder, NAME, TEXT, expected=None)
    return lambda: drafts.read_draft(folder, NAME).text


@pytest.fixture
def editor(person: Callable[..., Desk]) -> Editor:
    return Editor(person("fieldwork"))
