"""Somebody with feedback: opens the page, types, sends, and comes back with the code."""

import re
from html import unescape
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey.database import Database
from survey.feedback import texts
from survey.feedback.tables import CaseText

WORDS = "Hồ sơ đất đai trễ hẹn hai tuần."
HIDDEN = re.compile(r'<input[^>]*name="(id|at|via)"[^>]*value="([^"]*)"')
CODE = re.compile(r'class="app-slip__code">([^<]+)<')


def shown(page: TestResponse) -> str:
    """What one reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


class Sender:
    """One browser without scripts."""

    def __init__(self, app: Flask, address: str = "/f") -> None:
        self.app = app
        self.client = app.test_client()
        self.address = address
        self.code = ""

    def open(self) -> dict[str, str]:
        """The page's hidden fields."""
        page = self.client.get(self.address)
        assert page.status_code == 200
        return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}

    def filled(self, **typed: Any) -> MultiDict[str, Any]:
        """A form as it is sent; None leaves a field out."""
        values: dict[str, Any] = {"kind": "report", "words": WORDS, **self.open(), **typed}
        file = values.pop("pictures", None)
        form = MultiDict({k: v for k, v in values.items() if v is not None})
        if file is not None:
            form["pictures"] = file
        return form

    def post(self, form: MultiDict[str, Any], **more: Any) -> TestResponse:
        for file in form.getlist("pictures"):
            if hasattr(file[0], "seek"):
                file[0].seek(0)
        answer = self.client.post("/f", data=form, content_type="multipart/form-data", **more)
        if found := CODE.search(answer.text):
            self.code = found[1]
        return answer

    def leave(self, **typed: Any) -> TestResponse:
        """Fill in and send; the code is remembered."""
        return self.post(self.filled(**typed))

    def follow(self, act: str = "show", code: str | None = None, **typed: Any) -> TestResponse:
        """The case's page after an act."""
        typed = {name.replace("_", "-"): value for name, value in typed.items()}
        data = {"code": self.code if code is None else code, "act": act, **typed}
        return self.client.post("/f/status", data=data)


def noisy(side: int = 300) -> Image.Image:
    """Like a photograph: nothing of it can be left out."""
    return Image.effect_noise((side, side), 60).convert("RGB")


def written(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def rows(database: Database, table: type) -> list[Any]:
    """What is stored, in order."""
    with database.read() as session:
        return list(session.scalars(select(table)))


def original(database: Database, role: str = "original") -> list[str]:
    """The words of a role, as they were written."""
    with database.read() as session:
        found = session.scalars(select(CaseText).where(CaseText.role == role).order_by(CaseText.at))
        return [texts.original(session, text) for text in found]


def picture(content: bytes, name: str = "anh.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name
