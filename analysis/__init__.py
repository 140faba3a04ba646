"""Numbers only: a plan and a table come in, estimates with their uncertainty go out.

Knows no questionnaire, database, request, clock or language. Randomness is an argument.
"""

from analysis.covariance import Covariance, covariance
from analysis.disclosure import publish
from analysis.errors import AnalysisError
from analysis.estimates import estimate
from analysis.plan import Plan, read_plan
from analysis.results import Estimate, Results
from analysis.weights import Weighed, weigh

__all__ = [
    "AnalysisError",
    "Covariance",
    "Estimate",
    "Plan",
    "Results",
    "Weighed",
    "covariance",
    "estimate",
    "publish",
    "read_plan",
    "weigh",
]
