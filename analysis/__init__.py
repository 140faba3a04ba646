"""Numbers only: a plan and a table come in, estimates with their uncertainty go out.

Knows no questionnaire, database, request, clock or language. Randomness is an argument.
"""

from analysis.by_cell import weigh_file
from analysis.covariance import Covariance, covariance
from analysis.disclosure import publish
from analysis.errors import AnalysisError
from analysis.estimates import estimate, keep
from analysis.kept import Kept
from analysis.plan import Plan, read_plan
from analysis.publication import nchs
from analysis.results import Estimate, Results
from analysis.sampling.asked import Allocation, allocation, size_table
from analysis.sampling.drawn import Drawn, draw
from analysis.sampling.verified import verify
from analysis.weights import Weighed, weigh

__all__ = [
    "Allocation",
    "AnalysisError",
    "Covariance",
    "Drawn",
    "Estimate",
    "Kept",
    "Plan",
    "Results",
    "Weighed",
    "covariance",
    "allocation",
    "draw",
    "estimate",
    "keep",
    "nchs",
    "publish",
    "read_plan",
    "size_table",
    "verify",
    "weigh",
    "weigh_file",
]
