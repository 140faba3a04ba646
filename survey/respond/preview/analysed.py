"""How a form will be analysed: in plain words, with an example, before anybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tomlkit
from flask import Response, request
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires import Method, method, plan
from questionnaires.conditions import route
from questionnaires.model import Questionnaire
from survey.calendar import clock
from survey.database import reading
from survey.errors import NotFound
from survey.fieldwork.catalogue import FormFaulty, method_ids, misfit
from survey.fieldwork.measured import measured
from survey.i18n import decimal, label, language, number, percent
from survey.lazy import load
from survey.respond.preview import explained, words
from survey.respond.preview.door import bp as bp
from survey.respond.preview.door import data, look_at, told, ways
from survey.respond.preview.effort import SECONDS_AN_ANSWER, WORDS_A_MINUTE, effort
from survey.respond.preview.trial import Trial, answers_of, doorway_of
from survey.staff.guard import allowed, anywhere

FIRST_SEED = 1
MOST_WORKED = 120  # rated items of an example: more would keep a page waiting for seconds


@bp.route("/desk/questionnaires/<name>/analysis")
@allowed("questionnaire.see", scope=anywhere)
def analysis(name: str) -> ResponseReturnValue:
    """What each answer counts for, how the index comes about, what is kept and what is not."""
    try:
        form, _state = look_at(name)
    except FormFaulty as error:
        return told(name, error)
    fitting = fitting_methods(form)
    seed = Trial.read(form, request.args).seed
    seed = FIRST_SEED if seed is None else seed
    answers = _example(form, seed)
    chosen = _chosen(fitting)
    small = len(form.rated) <= MOST_WORKED
    worked = Worked(form, chosen, answers) if chosen and small else None
    known = measured(reading(), data())
    weights = explained.weights(form, chosen.index) if chosen else {}
    context = {
        "questionnaire": form,
        "fitting": fitting,
        "method": chosen,
        "parts": words.parts(form, chosen) if chosen else [],
        "worked": worked,
        "seed": seed,
        "scales": explained.scales(form),
        "rated": explained.rated(form, weights),
        "measuring": explained.measuring(form, known.indicators),
        "indicator_faults": known.faults,
        "unrated": explained.unrated(form),
        "factors": explained.factors(form, weights),
        "columns": explained.columns(form),
        "apart": explained.kept_apart(form),
        "private": explained.private(form),
        **_efforts(form, answers),
        **ways(name),
    }
    return render("respond/analysis.html", **context)


@bp.route("/desk/questionnaires/<name>/analysis/plan.toml")
@allowed("questionnaire.see", scope=anywhere)
def plan_file(name: str) -> ResponseReturnValue:
    """The plan that makes these figures, as `sipas estimate` reads it."""
    form, _state = look_at(name)
    chosen = _chosen(fitting_methods(form))
    if chosen is None:
        raise NotFound
    answer = Response(toml_of(form, chosen), mimetype="application/toml")
    title = f"{form.form}-{form.version}-{chosen.id}.toml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{title}"'
    return answer


def fitting_methods(form: Questionnaire) -> list[Method]:
    """The methods that can make an index of the form's answers."""
    return [method(id) for id in method_ids() if not misfit(form, id)]


def _chosen(fitting: list[Method]) -> Method | None:
    """The method that the address asks for, else the newest."""
    wanted = request.args.get("method")
    newest = max(fitting, key=lambda one: one.valid_from, default=None)
    return next((one for one in fitting if one.id == wanted), newest)


def toml_of(form: Questionnaire, chosen: Method) -> str:
    """The plan of a form by a method, and the distributions of what is not rated."""
    text = tomlkit.document()
    for line in (
        _("How %(form)s is analysed by %(method)s.", form=form.name, method=chosen.id),
        _("Blocks: the items, the factors, the index; then what is not rated."),
        _("Add a table [design] for the sample, and by = [...] to a block for domains."),
    ):
        text.add(tomlkit.comment(line))
    text.update({"estimate": [*plan(form, chosen)["estimate"], *_distributions(form, chosen)]})
    return tomlkit.dumps(text)


def _distributions(form: Questionnaire, chosen: Method) -> list[dict[str, Any]]:
    """A block for each set of codes that mean no answer."""
    blocks: dict[tuple[int, ...], list[str]] = {}
    for item in form.items:
        if not item.rated and not item.wide:
            blocks.setdefault((0, *item.scale.missing), []).append(item.id)
    return [
        {"kind": "distribution", "of": items, "missing": list(missing), "level": chosen.level}
        for missing, items in blocks.items()
    ]


def _example(form: Questionnaire, seed: int) -> dict[str, int]:
    """The answers of the example that the preview shows under the same number."""
    return answers_of(doorway_of(reading(), form, Trial.read(form, {}), {}, now=clock()), seed)


def _efforts(form: Questionnaire, answers: Mapping[str, int]) -> dict[str, Any]:
    spoken = language() if language() in form.languages else form.languages[0]
    everything = effort(form, spoken, form.by_question)
    return {
        "everything": everything,
        "this_way": effort(form, spoken, route(form, answers).questions),
        "pace": {"words": WORDS_A_MINUTE, "seconds": SECONDS_AN_ANSWER},
    }


@dataclass(frozen=True)
class Worked:
    """The index of the answers of one person, made by the plan of all."""

    form: Questionnaire
    method: Method
    answers: Mapping[str, int]

    @cached_property
    def plan(self) -> dict[str, Any]:
        return plan(self.form, self.method)

    @cached_property
    def figures(self) -> dict[str, float | None]:
        found: dict[str, float | None] = load("survey.respond.preview.numbers").figures(
            self.plan, self.answers
        )
        return found

    @property
    def index(self) -> str:
        value = self.figures.get("index")
        return "" if value is None else percent(value)

    @property
    def is_share(self) -> bool:
        return self.method.scoring == "share"

    @property
    def rows(self) -> list[list[str]]:
        """Each innermost factor: answers given, satisfied or points, and its figure."""
        return [
            [label(leaf.label), *self._counted(leaf.all_items), self._figure(leaf.id)]
            for leaf in self.form.leaves
        ]

    def _counted(self, items: tuple[str, ...]) -> list[str]:
        found = explained.tally(items, self.form, self.answers)
        return [number(found.answered), number(found.satisfied if self.is_share else found.points)]

    def _figure(self, name: str) -> str:
        value = self.figures.get(name)
        if value is None:
            return explained.NOTHING
        return percent(value) if self.is_share else decimal(value)

    @property
    def sentence(self) -> str:
        """How the index of this example comes about."""
        items = [item for leaf in self.form.leaves for item in leaf.items]
        found = explained.tally(items, self.form, self.answers)
        if not self.index:
            return str(_("Nothing that is rated has an answer here, so there is no index."))
        return str(words.WORKED[self.method.scoring, self.method.index]) % {
            "answered": number(found.answered),
            "satisfied": number(found.satisfied),
            "points": number(found.points),
            "top": self.form.rated[0].scale.top,
            "value": self.index,
        }
