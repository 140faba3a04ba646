"""What answers of a form must be to one another, as JSON Schema: asked, offered, compulsory."""

from collections.abc import Iterator

from questionnaires.model import Option, Question, Questionnaire, Screen
from questionnaires.trees import Condition, names
from survey.exchange.schema_conditions import (
    Schema,
    Unsayable,
    answered,
    chosen,
    empty,
    said,
    sayable,
)


def always(form: Questionnaire) -> list[str]:
    """The ids of the items that are compulsory whatever else is answered."""
    return [
        item.id
        for screen in form.screens
        for question in screen.questions
        if question.required and question.kind != "multiple" and not whens(screen, question)
        for item in question.items
    ]


def rules(form: Questionnaire) -> list[Schema]:
    """Each with a comment that names what it is made of."""
    return [
        rule
        for screen in form.screens
        for question in screen.questions
        if question.items
        for rule in _Asked(form, screen, question).rules()
    ]


def whens(screen: Screen, question: Question) -> list[Condition]:
    """The conditions under which a question is asked."""
    return [one for one in (screen.show_when, question.show_when) if one is not None]


class _Asked:
    """The rules of one question, where it is asked."""

    def __init__(self, form: Questionnaire, screen: Screen, question: Question) -> None:
        self.form = form
        self.question = question
        self.whens = whens(screen, question)
        self.by_option = {f"{question.id}_{option.code}": option for option in question.choices}

    def rules(self) -> Iterator[Schema]:
        yield from self._shown()
        if self.question.kind == "multiple":
            yield from self._several()
        else:
            yield from self._offered()
        yield from self._compulsory()
        yield from self._checks()

    def _shown(self) -> Iterator[Schema]:
        for when in self.whens:
            comment = f"{self.question.id} is asked when {when}"
            try:
                here = said(self.form, when)
            except Unsayable:
                yield {"$comment": f"{comment}: JSON Schema cannot say it"}
            else:
                yield {"$comment": comment, "if": here, "else": empty(self.question.items)}

    def _offered(self) -> Iterator[Schema]:
        """Options that can be chosen only under a condition."""
        for option in self.question.options:
            when = self._when(option)
            if when is not None:
                other = {item.id: {"not": {"const": option.code}} for item in self.question.items}
                comment = f"{self.question.id}: {option.code} is offered when {option.show_when}"
                yield {"$comment": comment, "if": when, "else": {"properties": other}}

    def _several(self) -> Iterator[Schema]:
        """Every option is chosen or not, and one is chosen; or there is no answer at all."""
        full = self._full()
        comment = f"{self.question.id}: 1 or 2 for each option, at least one 1, or nothing"
        yield {"$comment": comment, "anyOf": [empty(self.question.items), full]}
        for item in self.question.items:
            if self.by_option[item.id].exclusive:
                others = {i.id: {"enum": [0, 2]} for i in self.question.items if i is not item}
                comment = f"{item.id} excludes the others"
                yield {"$comment": comment, "if": chosen(item), "then": {"properties": others}}

    def _full(self) -> Schema:
        every: list[Schema] = [{"anyOf": [chosen(item) for item in self.question.items]}]
        for item in self.question.items:
            option = self.by_option[item.id]
            when = self._when(option)
            if option.show_when is None:
                every.append(answered(item))
            elif when is not None:
                every.append({"if": when, "then": answered(item), "else": empty([item])})
        return {"allOf": every}

    def _compulsory(self) -> Iterator[Schema]:
        asked = self._asked()
        if not self.question.required or asked is None:
            return
        several = self.question.kind == "multiple"
        if several:
            must = self._full()
        else:
            must = {"allOf": [answered(item) for item in self.question.items]}
        if self.whens:
            comment = f"{self.question.id} is compulsory where it is asked"
            yield {"$comment": comment, "if": asked, "then": must}
        elif several:
            yield {"$comment": f"{self.question.id} is compulsory", **must}

    def _checks(self) -> Iterator[Schema]:
        """What must hold once everything named is answered."""
        asked = self._asked()
        for check in self.question.checks:
            named = dict.fromkeys(names(check.holds))
            own = any(item.id in named for item in self.question.items)
            if not sayable(self.form, check.holds) or (asked is None and not own):
                comment = f"{self.question.id}: {check.holds}, which JSON Schema cannot say"
                yield {"$comment": comment}
                continue
            given = [answered(self.form.by_id[name]) for name in named]
            yield {
                "$comment": f"{self.question.id}: {check.holds}",
                "if": {"allOf": [asked or {}, *given]},
                "then": said(self.form, check.holds),
            }

    def _asked(self) -> Schema | None:
        """When it is asked; None when that cannot be said."""
        if not all(sayable(self.form, when) for when in self.whens):
            return None
        return {"allOf": [said(self.form, when) for when in self.whens]} if self.whens else {}

    def _when(self, option: Option) -> Schema | None:
        """When an option is offered; None when it always is, or when that cannot be said."""
        if option.show_when is None or not sayable(self.form, option.show_when):
            return None
        return said(self.form, option.show_when)
