"""What can go wrong with numbers. Each message names what and where, in one sentence."""


class AnalysisError(Exception):
    """Base of every error of this package; str() is one sentence for the person who asked."""


class PlanError(AnalysisError):
    """The plan says something it may not: the message names the table and the key."""


class NotComputedError(PlanError):
    """The plan asks for something that this release does not compute; the key is named."""


class DataError(AnalysisError):
    """The data cannot be used: the message names the file, the column and, if any, the row."""


class ColumnMissingError(DataError):
    """A column that the plan names is not in the data."""


class EngineError(AnalysisError):
    """The engine that was asked for is not installed or does not start; the remedy is named."""


class DesignError(AnalysisError):
    """Strata, clusters, populations and weights contradict each other."""


class CalibrationError(AnalysisError):
    """Population totals do not fit the sample; the margin is named."""


class NotConvergedError(CalibrationError):
    """Raking or calibration did not settle; no weight is given."""


class ChartError(AnalysisError):
    """There is nothing to draw, or what is asked cannot be drawn."""


class RankError(AnalysisError):
    """Domains cannot be ranked: too few with a number, or no probability sample."""


class CompareError(AnalysisError):
    """Figures cannot be compared: no such domain, two names for one, or no probability sample."""


class SampleError(AnalysisError):
    """No sample can be sized or drawn as asked: the message names the rule, stratum or unit."""


class AllocationError(SampleError):
    """The sample cannot be shared out as asked; the stratum or the target is named."""


class DriversError(AnalysisError):
    """Importance for overall satisfaction cannot be had: the item and the reason are named."""


class SmallAreaError(AnalysisError):
    """No model of small areas can be fitted: the area or the covariate is named."""


class DisclosureError(AnalysisError):
    """Tables that do not add up, that cannot be protected, or periods whose difference tells."""
