"""The details of an act on many cases, one form an act; what they make of a case is an `Act`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from survey.errors import Words
from survey.feedback.letters.filling import left_open, stray, unknown
from survey.feedback.letters.forms import names
from survey.feedback.letters.store import Choice
from survey.feedback.looking import NUMBER
from survey.feedback.tables import KINDS, SEVERITIES
from survey.feedback.words import ACT_WORDS, KIND_WORDS, SEVERITY_WORDS
from survey.forms import StaffForm, tidy_lines
from survey.i18n import LANGUAGES
from survey.text import normal

BULK_ACTS: Final = (
    "assign", "classify", "accept", "draft", "transfer", "guide", "refuse", "merge",
)  # fmt: skip
GUIDED: Final[Mapping[str, Words]] = {
    "complaint": _l("a complaint (khiếu nại)"),
    "denunciation": _l("a denunciation (tố cáo)"),
}
LONGEST = 5_000


class BulkForm(StaffForm):
    """What every act carries along: which cases, at which versions."""

    act = HiddenField()
    cases = HiddenField()


class AssignForm(BulkForm):
    to = SelectField(_l("To whom"))


class ClassifyForm(BulkForm):
    """What is left empty stays as it is."""

    kind = SelectField(_l("Kind"))
    severity = SelectField(_l("Severity"))
    field = SelectField(_l("Field of service"))

    def wanted(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("kind", "severity", "field") if self[name].data}

    def validate_kind(self, _field: Field) -> None:
        if not self.wanted():
            raise ValidationError(_("Choose at least one thing to change."))


class MergeForm(BulkForm):
    into = RadioField(_l("Into which case"), [Optional()], validate_choice=False)
    number = StringField(_l("Or its number"), render_kw={"autocomplete": "off"})

    def target(self) -> int | None:
        """The id of the case that was named; None when none was."""
        typed = NUMBER.fullmatch(normal(self.number.data or ""))
        if typed:
            return int(typed[1])
        return int(self.into.data) if (self.into.data or "").isdecimal() else None


class WordsForm(BulkForm):
    """Words to every sender, with variables that are filled in for each."""

    language = SelectField(
        _l("To those who wrote in"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    template = SelectField(_l("Begin with a template"))
    words = TextAreaField(
        _l("Words to the sender"),
        [Length(max=LONGEST, message=_l("Use at most 5000 characters."))],
        filters=[tidy_lines],
        description=_l("What stands in {braces} is filled in for each case."),
        render_kw={"rows": 12},
    )

    def validate_words(self, field: Field) -> None:
        """Something is said, and nothing is left for somebody to write."""
        words = field.data or ""
        if not words and self.act.data != "accept":
            raise ValidationError(_("Please write to the senders what is done and why."))
        if unknown(words) or stray(words):
            known = ", ".join(f"{{{name}}}" for name in names(self.language.data or "vi"))
            raise ValidationError(
                _("Something in braces is not known. Known are: %(known)s.", known=known)
            )
        if left_open(words):
            raise ValidationError(
                _("Please write what is left open: %(blank)s.", blank=left_open(words)[0])
            )


class GuideForm(WordsForm):
    to = RadioField(
        _l("What it is about"),
        [InputRequired()],
        choices=[SelectChoice(code, words) for code, words in GUIDED.items()],
    )


FORMS: Final[Mapping[str, type[BulkForm]]] = {
    "assign": AssignForm, "classify": ClassifyForm, "accept": WordsForm, "draft": WordsForm,
    "transfer": WordsForm, "guide": GuideForm, "refuse": WordsForm, "merge": MergeForm,
}  # fmt: skip


def act_choices() -> list[SelectChoice]:
    return [SelectChoice(act, ACT_WORDS[act]) for act in BULK_ACTS]


def offer_templates(form: WordsForm, choices: Sequence[Choice]) -> None:
    empty = SelectChoice("", _("Without a template"))
    form.template.choices = [empty, *(SelectChoice(c.key, c.written.title) for c in choices)]


def offer_classes(form: ClassifyForm, fields: Sequence[tuple[str, str]]) -> None:
    as_it_is = SelectChoice("", _("Leave as it is"))
    form.kind.choices = [as_it_is, *(SelectChoice(k, KIND_WORDS[k]) for k in KINDS)]
    form.severity.choices = [as_it_is, *(SelectChoice(s, SEVERITY_WORDS[s]) for s in SEVERITIES)]
    form.field.choices = [as_it_is, *(SelectChoice(*one) for one in fields)]
