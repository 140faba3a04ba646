"""What is asked and how answers become an index: forms, methods, indicators and notices as data."""

from questionnaires.loader import canonical, from_canonical, load, parse, sha256, shipped
from questionnaires.model import Factor, Item, Option, Question, Questionnaire, Scale, Screen
from questionnaires.problems import Problem, QuestionnaireError

__all__ = [
    "Factor",
    "Item",
    "Option",
    "Problem",
    "Question",
    "Questionnaire",
    "QuestionnaireError",
    "Scale",
    "Screen",
    "canonical",
    "from_canonical",
    "load",
    "parse",
    "sha256",
    "shipped",
]
