"""What becomes of each thing a form says: LimeSurvey says it too, or only our own table does."""

from collections.abc import Callable, Mapping

from questionnaires import Questionnaire
from questionnaires.features import PIPE
from questionnaires.model import Question
from questionnaires.trees import Condition
from survey.exchange.fidelity import APPROXIMATED, AS_IS, N_, Fate, Fates, Used
from survey.exchange.lss.codes import question_code
from survey.exchange.lss.scripting import Codes, Scripting, Unwritable
from survey.exchange.lss.structure import OTHER
from survey.exchange.lss.types import type_of

CARRIED = Fate(
    APPROXIMATED,
    N_(
        "LimeSurvey has no place for it: it stands in a table of the file that only this platform "
        "reads, and that LimeSurvey does not keep."
    ),
)
RATED = N_(
    "A list of answers there: that some of them count as satisfied, only this platform reads."
)
PLACED = N_("Asked in words there: only this platform knows the communes.")
CODED = N_("There its code is “%(code)s”; only this platform reads the one it has here.")
LAST = N_("LimeSurvey shows it after the other options.")
TOGETHER = N_("LimeSurvey has one check for a question: all of them are written as one.")
SEVERAL = N_("It repeats several answers, which LimeSurvey lists in its own way.")
UNWRITTEN = N_(
    "LimeSurvey's expressions cannot say this condition: there it always holds, and only this "
    "platform reads it."
)
KEPT = (
    "form.title", "form.introduction", "form.languages", "form.paging",
    "question.unit", "question.min", "question.max",
    "question.required", "row.text",
)  # fmt: skip
ONLY_HERE = (
    "form.form", "form.version", "form.status", "form.source", "form.mark", "form.notice",
    "form.remark", "scale.satisfied", "scale.missing", "scale.alias", "option.not_applicable",
    "option.dont_know", "screen.id", "screen.alias", "question.data_class", "question.mark",
    "question.source", "question.legal_basis", "question.retention_months", "question.audio",
    "question.picture", "question.picture_alt", "question.scale", "row.data_class", "row.mark",
    "row.source", "factor.id", "factor.label", "factor.items",
)  # fmt: skip


def fates(form: Questionnaire, codes: Codes) -> Fates:
    """A fate for every feature of the format."""
    found: dict[str, Fate | Callable[[Used], Fate]] = {
        **dict.fromkeys(KEPT, AS_IS),
        **dict.fromkeys(ONLY_HERE, CARRIED),
    }
    found.update(_Fates(form, codes).of())
    return found


class _Fates:
    def __init__(self, form: Questionnaire, codes: Codes) -> None:
        self.form = form
        self.codes = codes
        self.scripting = Scripting(form, codes)
        self.numbered = {q.id: self._as_numbers(q) for q in form.questions}

    def of(self) -> Mapping[str, Callable[[Used], Fate]]:
        return {
            "question.id": self.question_id,
            "question.kind": self.kind,
            "question.text": self.text,
            "question.hint": self.text,
            "screen.title": self.text,
            "screen.introduction": self.text,
            "question.alias": self.question_alias,
            "question.show_when": self.question_when,
            "screen.show_when": self.screen_when,
            "option.code": self.option_code,
            "option.text": self.in_use,
            "option.exclusive": self.in_use,
            "option.alias": self.option_alias,
            "option.other": self.option_other,
            "option.show_when": self.option_when,
            "row.number": self.row_number,
            "row.alias": self.row_alias,
            "check.holds": self.check,
            "check.message": self.check,
        }

    def _as_numbers(self, question: Question) -> bool:
        """Whether the codes of its options are the numbers that they have here."""
        codes = self.codes.options[question.id]
        plain = {ours: there for ours, there in codes.items() if there != OTHER}
        other = [ours for ours, there in codes.items() if there == OTHER]
        same = all(there == str(ours) for ours, there in plain.items())
        return same and other in ([], [max(plain, default=0) + 1])

    def _home(self, one: Used) -> list[Question]:
        """The questions that a place speaks of: of a scale all that use it."""
        place = one.place.split(", ")[0]
        if place.startswith("scale "):
            name = place.removeprefix("scale ")
            return [q for q in self.form.questions if q.scale and q.scale.id == name
                    and q.kind in ("rating", "grid")]  # fmt: skip
        return [self.form.by_question[place]]

    def question_id(self, one: Used) -> Fate:
        code = self.codes.questions[one.value]
        return AS_IS if code == one.value == question_code(one.value) else _coded(code)

    def kind(self, one: Used) -> Fate:
        if one.value == "rating":
            return Fate(APPROXIMATED, RATED)
        return Fate(APPROXIMATED, PLACED) if one.value == "place" else AS_IS

    def text(self, one: Used) -> Fate:
        piped = {name for text in one.value.values() for name in PIPE.findall(text)}
        several = any(self._several(name) for name in piped)
        return Fate(APPROXIMATED, SEVERAL) if several else AS_IS

    def _several(self, name: str) -> bool:
        """Whether it is a question with several answers, or one option of it."""
        item = self.form.by_id.get(name)
        question = self.form.by_question.get(item.question_id if item else name)
        return question is not None and (
            question.kind == "multiple" or (question.kind == "grid" and item is None)
        )

    def question_alias(self, one: Used) -> Fate:
        id = one.holder["id"]
        same = self.codes.questions[id] == one.value != question_code(id)
        return AS_IS if same and question_code(id) == id else CARRIED

    def question_when(self, one: Used) -> Fate:
        return self._when(self.form.by_question[one.holder["id"]].show_when)

    def screen_when(self, one: Used) -> Fate:
        screen = next(s for s in self.form.screens if s.id == one.holder["id"])
        return self._when(screen.show_when)

    def _when(self, condition: Condition | None) -> Fate:
        try:
            self.scripting.write(condition) if condition else ""
        except Unwritable:
            return Fate(APPROXIMATED, UNWRITTEN)
        return AS_IS

    def in_use(self, one: Used) -> Fate:
        """A scale that no question uses is not in the survey."""
        return AS_IS if self._home(one) else CARRIED

    def option_code(self, one: Used) -> Fate:
        for question in self._home(one):
            if not self.numbered[question.id] and type_of(question) not in "GY":
                return _coded(self.codes.options[question.id][one.value])
        return self.in_use(one)

    def option_alias(self, one: Used) -> Fate:
        code = one.holder["code"]
        homes = self._home(one)
        kept = homes and all(
            self.codes.options[q.id][code] == one.value != str(code) for q in homes
        )
        return AS_IS if kept else CARRIED

    def option_other(self, one: Used) -> Fate:
        [question] = self._home(one)
        last = question.options[-1].other
        return AS_IS if last else Fate(APPROXIMATED, LAST)

    def option_when(self, one: Used) -> Fate:
        [question] = self._home(one)
        option = next(o for o in question.options if o.code == one.holder["code"])
        if question.kind != "multiple" or option.other:
            return Fate(APPROXIMATED, UNWRITTEN)
        return self._when(option.show_when)

    def row_number(self, one: Used) -> Fate:
        [question] = self._home(one)
        codes = self.codes.rows[question.id]
        same = all(there == str(number) for number, there in codes.items())
        return AS_IS if same else _coded(codes[one.value])

    def row_alias(self, one: Used) -> Fate:
        [question] = self._home(one)
        number = one.holder["number"]
        return (
            AS_IS if self.codes.rows[question.id][number] == one.value != str(number) else CARRIED
        )

    def check(self, one: Used) -> Fate:
        [question] = self._home(one)
        if len(question.checks) > 1:
            return Fate(APPROXIMATED, TOGETHER)
        return self._when(question.checks[0].holds)


def _coded(code: str) -> Fate:
    return Fate(APPROXIMATED, CODED, {"code": code})
