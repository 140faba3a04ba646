"""Templates: those that are offered for a case, and those that somebody may change."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.errors import Conflict, NotFound
from survey.feedback.letters.filling import Written
from survey.feedback.letters.tables import Template
from survey.feedback.tables import Case
from survey.staff import audit
from survey.units.areas import ancestors

FILE: Final = Path(__file__).parent.parent / "data" / "templates.toml"
ACTS: Final = ("accept", "ask", "draft", "guide", "transfer", "refuse")


@dataclass(frozen=True)
class Choice:
    """A template under what a form sends for it; shipped ones are marked."""

    key: str
    written: Written
    shipped: bool = False


def _shipped() -> dict[str, dict[str, Written]]:
    """The templates of the program by key, then by language."""
    found: dict[str, dict[str, Written]] = {}
    for told in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]:
        found[told["key"]] = {
            language: Written(
                title=told["title"][language],
                act=told["act"],
                body=told["body"][language].strip(),
                language=language,
                kind=told.get("kind"),
                topic=told.get("topic"),
            )
            for language in told["body"]
        }
    return found


SHIPPED: Final[Mapping[str, Mapping[str, Written]]] = _shipped()


def written(row: Template) -> Written:
    return Written(row.title, row.act, row.body, row.language, row.kind, row.topic)


def offered(session: Session, case: Case, act: str) -> list[Choice]:
    """What may be written with `act` on this case, in its language; the most fitting first."""
    return offered_with(session, case, [act])[act]


def offered_with(session: Session, case: Case, acts: Collection[str]) -> dict[str, list[Choice]]:
    """The same for several acts."""
    above = {case.unit_id, *(area.id for area in ancestors(session, case.unit_id))}
    query = select(Template).where(
        Template.act.in_(acts),
        Template.language == case.language,
        or_(Template.unit_id.is_(None), Template.unit_id.in_(above)),
    )
    own = list(session.scalars(query.order_by(Template.title, Template.id)))
    replaced = {(row.act, row.shipped) for row in own}
    found = [Choice(str(row.id), written(row)) for row in own if row.archived_at is None]
    found += [
        Choice(key, words[case.language], shipped=True)
        for key, words in SHIPPED.items()
        if case.language in words and (words[case.language].act, key) not in replaced
    ]
    found.sort(key=lambda choice: _distance(choice.written, case))
    return {act: [choice for choice in found if choice.written.act == act] for act in acts}


def _distance(template: Written, case: Case) -> int:
    """How far a template is from a case; those for others stand last."""
    topic = 0 if template.topic is None else 2 if template.topic == case.topic else -2
    kind = 0 if template.kind is None else 1 if template.kind == case.kind else -1
    return -(topic + kind)


def chosen(session: Session, case: Case, act: str, key: str) -> Written:
    """The offered template of that key. Raises NotFound."""
    for choice in offered(session, case, act):
        if choice.key == key:
            return choice.written
    raise NotFound


def find(session: Session, template_id: int) -> Template:
    """Raises NotFound."""
    row = session.get(Template, template_id)
    if row is None:
        raise NotFound
    return row


def listed(session: Session, areas: Collection[int] | None) -> list[Template]:
    """Those of these areas (None: everywhere) and of the installation, archived ones last."""
    query = select(Template)
    if areas is not None:
        query = query.where(or_(Template.unit_id.is_(None), Template.unit_id.in_(areas)))
    order = (Template.archived_at.is_not(None), Template.act, Template.title, Template.id)
    return list(session.scalars(query.order_by(*order)))


def add(
    session: Session,
    words: Written,
    *,
    unit_id: int | None,
    shipped: str | None,
    by: str,
    now: datetime,
) -> Template:
    """A new template; `shipped`: in whose place it stands. The caller commits."""
    row = Template(
        unit_id=unit_id, shipped=shipped, made_by=by, made_at=now, archived_at=None,
        title=words.title, act=words.act, kind=words.kind, topic=words.topic, body=words.body,
        language=words.language,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, "template.add", row, by=by, now=now)
    return row


def edit(session: Session, row: Template, words: Written, *, by: str, now: datetime) -> None:
    """Other words; what was sent with the old ones stays as it was sent. The caller commits."""
    row.title, row.act, row.body, row.language = words.title, words.act, words.body, words.language
    row.kind, row.topic = words.kind, words.topic
    _note(session, "template.edit", row, by=by, now=now)


def archive(session: Session, row: Template, *, by: str, now: datetime) -> None:
    """Offered no more. Raises Conflict when it is archived already. The caller commits."""
    if row.archived_at is not None:
        raise Conflict
    row.archived_at = now
    _note(session, "template.archive", row, by=by, now=now)


def bring_back(session: Session, row: Template, *, by: str, now: datetime) -> None:
    """Offered again. The caller commits."""
    row.archived_at = None
    _note(session, "template.restore", row, by=by, now=now)


def _note(session: Session, act: str, row: Template, *, by: str, now: datetime) -> None:
    thing, detail = f"template:{row.id}", f"{row.title}\n{row.body}"
    audit.record(session, actor=by, act=act, object=thing, now=now, detail=detail)
