"""What overall satisfaction goes with: importance by factor and item, and where to act first."""

from analysis.drivers.logit import Logit, logit
from analysis.drivers.shapley import Importance, importance
from analysis.drivers.table import Drivers, drivers
from analysis.drivers.words import words
from analysis.driving import DriverOptions

__all__ = [
    "DriverOptions",
    "Drivers",
    "Importance",
    "Logit",
    "drivers",
    "importance",
    "logit",
    "words",
]
