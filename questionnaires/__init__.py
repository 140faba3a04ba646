"""What is asked and how answers become an index: forms, methods, indicators and notices as data."""

from questionnaires.changes import Change, Pair
from questionnaires.compare import Comparison, Verdict, compare
from questionnaires.indicators import Indicator, Measure, indicators
from questionnaires.loader import canonical, from_canonical, load, parse, sha256, shipped
from questionnaires.methods import Method, method, method_of, methods, plan
from questionnaires.model import Factor, Item, Option, Question, Questionnaire, Scale, Screen
from questionnaires.notices import Notice, notice, notices
from questionnaires.problems import Problem, QuestionnaireError

__all__ = [
    "Change",
    "Comparison",
    "Factor",
    "Indicator",
    "Item",
    "Measure",
    "Method",
    "Notice",
    "Option",
    "Pair",
    "Problem",
    "Question",
    "Questionnaire",
    "QuestionnaireError",
    "Scale",
    "Screen",
    "Verdict",
    "canonical",
    "compare",
    "from_canonical",
    "indicators",
    "load",
    "method",
    "method_of",
    "methods",
    "notice",
    "notices",
    "parse",
    "plan",
    "sha256",
    "shipped",
]
