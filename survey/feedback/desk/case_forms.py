"""The forms of the acts on one case. The guard of the desk checks the token of each."""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from survey.errors import Words
from survey.feedback.leave_forms import too_long, written
from survey.feedback.letters.filling import unwritten
from survey.feedback.tables import KINDS, SEVERITIES
from survey.feedback.text.lists import labels
from survey.feedback.text.marks import KINDS as MARKS
from survey.feedback.words import KIND_WORDS, SEVERITY_WORDS, TOPIC_WORDS
from survey.forms import CitizenForm
from survey.i18n import language

NUMBER: Final = re.compile(r"(?:PA-)?(\d{1,9})", re.IGNORECASE)
WORDS_OF: Final[Mapping[str, Words]] = {
    "ask": _l("Your question to the sender"),
    "consult": _l("Which agency is asked, and about what"),
    "draft": _l("Words of the reply"),
    "return": _l("What is to be changed"),
    "refuse": _l("Reason why it is not accepted"),
    "transfer": _l("Which agency it is transferred to, and why"),
    "guide": _l("How the sender is to go on"),
    "owe": _l("What will be done, and by when"),
    "extend": _l("Why more time is needed"),
    "note": _l("Words of the note"),
}


class ActForm(CitizenForm):
    """An act that needs nothing but its button."""

    def holds(self) -> bool:
        self.validate()
        return not self.errors

    @property
    def typed(self) -> str:
        """What was written by hand, to be kept when the act is refused."""
        return ""


class WordedForm(ActForm):
    words = TextAreaField(render_kw={"rows": 5})

    def holds(self) -> bool:
        words = self.typed
        fault = too_long(words) if words else _("Please write a few words.")
        return super().holds() and not self._fault(fault)

    def _fault(self, fault: str | None) -> bool:
        self.words.errors = [fault] if fault else []
        return bool(fault)

    @property
    def typed(self) -> str:
        return written(self.words.data)


class LetterForm(WordedForm):
    """Words to the sender, which may begin with a template: none of its blanks is left open."""

    def holds(self) -> bool:
        blanks = unwritten(self.typed)
        fault = _("Please write what is left open: %(blank)s.", blank=blanks[0]) if blanks else None
        return super().holds() and not self._fault(fault)


class AssignForm(ActForm):
    officer = SelectField(_l("Officer"))


class ExtendForm(WordedForm):
    until = SelectField(_l("Until the end of"))


class ClassifyForm(ActForm):
    kind = SelectField(_l("Kind"), choices=[SelectChoice(k, KIND_WORDS[k]) for k in KINDS])
    severity = SelectField(
        _l("Severity"), choices=[SelectChoice(s, SEVERITY_WORDS[s]) for s in SEVERITIES]
    )
    field = SelectField(_l("Field of service"))
    topic = SelectField(
        _l("Topic"),
        choices=[SelectChoice("", "–"), *(SelectChoice(*topic) for topic in TOPIC_WORDS.items())],
    )


class MergeForm(ActForm):
    into = StringField(
        _l("Number of the case that it is merged into"), description=_l("Such as PA-000123")
    )

    @property
    def case_id(self) -> int | None:
        """Of the case whose number was typed; None when it is no number."""
        found = NUMBER.fullmatch((self.into.data or "").strip())
        return int(found[1]) if found else None

    @property
    def typed(self) -> str:
        return (self.into.data or "").strip()


class MaskForm(CitizenForm):
    """What is to be masked beside what is already, for one text."""

    words = TextAreaField(
        _l("Mask as well"),
        description=_l("One piece a line, as it stands above; every place of it is masked."),
        render_kw={"rows": 3},
    )
    kind = SelectField(_l("What these pieces are"), default="name")

    def __init__(self, sent: Any = None, **values: Any) -> None:
        text_id = values.pop("id", None) or (sent or {}).get("of", "")
        super().__init__(sent, prefix=f"m{text_id}-", **values)
        names = labels(language())
        self.kind.choices = [SelectChoice(kind, names[kind]) for kind in MARKS]

    @property
    def pieces(self) -> list[str]:
        return [line.strip() for line in written(self.words.data).split("\n") if line.strip()]


class ReasonForm(CitizenForm):
    """Why somebody looks behind what is masked."""

    why = TextAreaField(
        _l("Why you need to see it"),
        description=_l("It is kept with your name in the history of the case."),
        render_kw={"rows": 3},
    )

    @property
    def reason(self) -> str:
        return written(self.why.data)

    def holds(self) -> bool:
        self.validate()
        fault = too_long(self.reason) if self.reason else _("Please write a few words.")
        self.why.errors = [fault] if fault else []
        return not self.errors


FORMS: Final[Mapping[str, type[ActForm]]] = {
    **dict.fromkeys(("accept", "begin", "resume", "release"), ActForm),
    "draft": LetterForm,
    "return": WordedForm,
    "ask": LetterForm,
    "consult": WordedForm,
    "assign": AssignForm,
    "classify": ClassifyForm,
    "extend": ExtendForm,
    **dict.fromkeys(("owe", "note"), WordedForm),
    "done": ActForm,
    **dict.fromkeys(("transfer", "guide", "refuse"), LetterForm),
    "merge": MergeForm,
    "unmerge": ActForm,
    "undo": ActForm,
}


def form_of(act: str, sent: Any, **values: Any) -> ActForm:
    """The form of an act as it was sent, or with these values; its fields are named after it."""
    form = FORMS[act](sent, prefix=f"{act}-", data=values)
    if isinstance(form, WordedForm):
        form.words.label.text = WORDS_OF[act]
    return form
