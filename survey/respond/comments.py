"""A citizen's comment on its way to its batch.

It is written in a transaction of its own, after the answers are durable, under a random key that
was made with the page and is stored nowhere else; it carries a place, a field and a month. What
still joins it to its answers, until the release, is nearness: both were written within the same
second or so, and on PostgreSQL their transaction numbers are close. The release then writes both
anew, apart and shuffled, and deletes these rows.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from survey.calendar import local_day, month_start
from survey.crypto import keyed_hash
from survey.forms import CitizenForm
from survey.respond.tables import Intake, PendingComment
from survey.units.tables import Centre, Counter

LONGEST = 2000


def plain(text: str) -> str:
    """NFC, line ends as \\n, nothing that cannot be shown, no spaces at the ends."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c.isprintable() or c in "\n\t").strip()


def _short_enough(_form: CitizenForm, field: TextAreaField) -> None:
    over = len(plain(field.data or "")) - LONGEST
    if over > 0:
        raise ValidationError(
            field.ngettext(
                "Your comment is %(n)d letter too long. Please shorten it; nothing was lost.",
                "Your comment is %(n)d letters too long. Please shorten it; nothing was lost.",
                over,
            )
            % {"n": over}
        )


class CommentForm(CitizenForm):
    """Made with the prefix `form`, so that no item of a questionnaire has its name."""

    comment = TextAreaField(
        _l("Is there anything you would like to say?"),
        validators=[_short_enough],
        description=_l(
            "You may leave this empty. Please write no names, telephone numbers or file numbers. "
            "Up to 2,000 letters."
        ),
        render_kw={"rows": 6},
    )

    @property
    def text(self) -> str:
        return plain(self.comment.data or "")


@dataclass(frozen=True)
class Remark:
    """A comment with all that it keeps of where and when it was written."""

    id: UUID  # random; made with the page and known to nobody else
    round: str
    counter_id: int | None
    field: str | None
    month: date
    text: str
    question: str | None = None


def remark(
    id: UUID,
    text: str,
    *,
    round_: str,
    counter_id: int | None,
    field: str | None,
    now: datetime,
    question: str | None = None,
) -> Remark | None:
    """The comment to put away; None when nothing was written.

    question: the question that asked for it in words; None for the comment at the end.
    """
    if not text:
        return None
    return Remark(id, round_, counter_id, field, month_start(local_day(now)), text, question)


def key_of(key: bytes, comment: UUID, question: str) -> UUID:
    """The key under which the words to one question of a form wait: the same when the page is
    sent again, and not to be told from the form's other keys without `key`."""
    return UUID(keyed_hash(key, comment.bytes + question.encode())[:32], version=4)


def put_away(session: Session, remark: Remark, *, unless_released: UUID | None = None) -> None:
    """Keep a comment for its batch; sent again from the same page, its last wording stays.

    unless_released: the submission of a page sent again. Once it is released its comment may be
    released too, and would be kept twice.
    """
    if unless_released is not None and session.get(Intake, unless_released) is None:
        return
    centre = None
    if remark.counter_id is not None:
        counter = session.get_one(Counter, remark.counter_id)
        centre = session.get_one(Centre, counter.centre_id)
    session.merge(
        PendingComment(
            id=remark.id,
            round=remark.round,
            centre_id=centre.id if centre else None,
            area_id=centre.area_id if centre else None,
            field=remark.field,
            month=remark.month,
            question=remark.question,
            text=remark.text,
        )
    )
