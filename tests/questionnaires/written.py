"""Small forms written by a test: a head, a scale, and the screens that the test gives."""

import questionnaires
from questionnaires import Questionnaire

HEAD = """
form = "small"
version = 1
languages = ["vi", "en"]
paging = "screens"
status = "draft"
source = "Written for this test"
notice = "2026-01"
title.vi = "Phiếu thử"
title.en = "A trial"
"""


def words(key: str, vi: str, en: str) -> str:
    return f'{key}.vi = "{vi}"\n{key}.en = "{en}"\n'


def option(code: int, more: str = "") -> str:
    said = words("text", f"Mức {code}", f"Level {code}")
    return f"[[screens.questions.options]]\ncode = {code}\n{said}{more}\n"


def asked(id: str, kind: str, more: str = "", options: str = "") -> str:
    """One question; `more` are its further keys, `options` the tables below it."""
    said = words("text", f"Câu {id}", f"Question {id}")
    return f'[[screens.questions]]\nid = "{id}"\nkind = "{kind}"\n{said}{more}\n{options}'


def screen(id: str, *questions: str, more: str = "") -> str:
    title = words("title", f"Trang {id}", f"Page {id}")
    return f'[[screens]]\nid = "{id}"\n{title}{more}\n' + "\n".join(questions)


def form(*screens: str, head: str = HEAD) -> Questionnaire:
    return questionnaires.parse(head + "\n".join(screens), "small.toml")
