"""What may be shown, and what nobody may find out from what is shown."""

from analysis.disclosure.audit import Found, audit
from analysis.disclosure.periods import Period, check_periods, period_dimension
from analysis.disclosure.rows import conceal, results_table
from analysis.disclosure.rules import INTERNAL, PUBLIC, Limits, primary
from analysis.disclosure.shown import publish
from analysis.disclosure.suppression import Protected, protect
from analysis.disclosure.tables import Count, Dimension, Key, Table

__all__ = [
    "INTERNAL",
    "PUBLIC",
    "Count",
    "Dimension",
    "Found",
    "Key",
    "Limits",
    "Period",
    "Protected",
    "Table",
    "audit",
    "check_periods",
    "conceal",
    "period_dimension",
    "primary",
    "protect",
    "publish",
    "results_table",
]
