"""The forms of what takes a case apart: a part split off, a denunciation sealed."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from survey.feedback.desk.case_forms import WordedForm
from survey.feedback.tables import KINDS
from survey.feedback.words import KIND_WORDS
from survey.staff.tables import Staff


class SplitForm(WordedForm):
    words = TextAreaField(
        _l("Words of the new case"),
        description=_l("Leave what the new case is about, and delete the rest."),
        render_kw={"rows": 8},
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(k, KIND_WORDS[k]) for k in KINDS])
    field = SelectField(_l("Field of service"))

    def __init__(self, sent: Any, fields: Sequence[SelectChoice], **values: Any) -> None:
        super().__init__(sent, prefix="split-", data=values)
        self.field.choices = list(fields)


class SealForm(WordedForm):
    receiver = SelectField(_l("Who receives it"))
    words = TextAreaField(
        _l("What the sender is told"),
        description=_l("They read it with their code."),
        render_kw={"rows": 12},
    )

    def __init__(self, sent: Any, people: Iterable[Staff], **values: Any) -> None:
        super().__init__(sent, prefix="seal-", data=values)
        choices = [SelectChoice(str(one.id), one.name) for one in people]
        self.receiver.choices = [SelectChoice("", _("Choose a person")), *choices]

    def holds(self) -> bool:
        held = super().holds()
        if not self.receiver.data:
            self.receiver.errors = [_("Please choose who receives it.")]
        return held and bool(self.receiver.data)
