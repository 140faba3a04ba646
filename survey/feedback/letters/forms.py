"""The form of a template: shape, and that every variable is one that is known."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from survey.feedback.letters.filling import VARIABLES, Written, stray, unknown
from survey.feedback.letters.store import ACTS
from survey.feedback.tables import KINDS
from survey.feedback.words import ACT_WORDS, KIND_WORDS
from survey.forms import StaffForm, choices, tidy_lines
from survey.i18n import LANGUAGES

LONGEST = 5_000


class TemplateForm(StaffForm):
    title = StringField(
        _l("Name of the template"),
        [InputRequired(), Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[tidy_lines],
    )
    act = SelectField(_l("Written with"), choices=choices({act: ACT_WORDS[act] for act in ACTS}))
    kind = SelectField(
        _l("First for"),
        choices=choices({kind: KIND_WORDS[kind] for kind in KINDS}, _l("Every kind")),
    )
    language = SelectField(_l("Language"), choices=choices(LANGUAGES))
    unit = SelectField(_l("Offered to"), coerce=str)
    body = TextAreaField(
        _l("Words"),
        [InputRequired(), Length(max=LONGEST, message=_l("Use at most 5000 characters."))],
        filters=[tidy_lines],
        description=_l(
            "What stands in {braces} is filled in from the case; what stands in [brackets] is "
            "left for whoever writes."
        ),
        render_kw={"rows": 14},
    )

    def validate_body(self, field: Field) -> None:
        """Braces hold names of the closed list only."""
        wrong = unknown(field.data or "")
        if wrong:
            raise ValidationError(
                _(
                    "{%(name)s} is not known. Known are: %(known)s.",
                    name=wrong[0],
                    known=", ".join(f"{{{name}}}" for name in names(self.language.data or "vi")),
                )
            )
        if stray(field.data or ""):
            raise ValidationError(_("A brace { or } has no partner."))

    def written(self) -> Written:
        return Written(
            title=self.title.data or "",
            act=self.act.data,
            body=self.body.data or "",
            language=self.language.data,
            kind=self.kind.data or None,
            topic=None,
        )


def names(language: str) -> list[str]:
    """How the variables are called in a language."""
    return [called[language] for called in VARIABLES.values()]
