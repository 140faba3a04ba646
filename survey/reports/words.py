"""What the page says of a figure: why it is not shown, how to read it, how it was made."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.facts import REWORDED, SAME
from survey.errors import Words
from survey.fieldwork.tables import MODES
from survey.fieldwork.words import INTERVAL_NAMES as INTERVAL_NAMES
from survey.fieldwork.words import MODE_NAMES, SAMPLE_NAMES
from survey.i18n import decimal, number, percent
from survey.reports.figures import FEW_LEFT_OUT, OFFICIAL, Figure, Without

STATUSES: Final[Mapping[str, Words]] = {
    "no-answers": _l("Not published: nobody answered"),
    "few-answers": _l("Not published: too few answers"),
    "few-clusters": _l("Not published: too few clusters to measure the error"),
    "undefined": _l("Not published: cannot be computed"),
    "lonely": _l("Not published: a stratum with one cluster only"),
    "withheld": _l("Not published: it could tell what a few people answered"),
    "broken-series": _l("Not published: the series is broken"),
    FEW_LEFT_OUT: _l("Not published: so few are left out that the difference would tell of them"),
}
PARTIAL: Final[Words] = _l("a part of the area only")
FLAGS: Final[Mapping[str, Words]] = {
    "few-clusters": _l("read with care: few clusters"),
    "few-answers": _l("read with care: few answers"),
    "wide-interval": _l("read with care: wide interval"),
}
GRADE_NAMES: Final[Mapping[str, Words]] = {
    "same": _l("the same question"),
    "reworded": _l("reworded: compare with care"),
    "different": _l("another question: do not compare"),
}
BETWEEN: Final[Mapping[str, Words]] = {
    "method": _l("new method"),
    "merged": _l("provinces merged"),
    "different": _l("another question"),
    "reworded": _l("reworded"),
}
LEVEL_NAMES: Final[Mapping[str, Words]] = {
    "province": _l("Province"),
    "district": _l("District (until 30 June 2025)"),
    "commune": _l("Commune"),
}
WEIGHT_NAMES: Final[Mapping[str, Words]] = {
    OFFICIAL: _l("Official way (unweighted)"),
    "base": _l("Weighted: by the design"),
    "poststratified": _l("Weighted: by the design, to the population by sex and age"),
    "served": _l("Weighted: to the transactions served"),
}
assert set(MODE_NAMES) == set(MODES)


def status(figure: Figure) -> str:
    """Why there is no figure; empty when there is one."""
    if figure.status == "ok":
        return ""
    return str(STATUSES.get(figure.status, _("Not published")))


def without(second: Without) -> str:
    """The second figure in a line: its share, interval and n, or why there is none."""
    if second.value is None or second.low is None or second.high is None:
        return str(STATUSES.get(second.status, _("Not published")))
    interval = f"{decimal(second.low * 100)}–{percent(second.high)}"
    return f"{percent(second.value)} ({interval}), n\xa0=\xa0{number(second.n or 0)}"


def flag(figure: Figure) -> str:
    """How to read a figure that is shown; empty when there is nothing to say."""
    return str(FLAGS[figure.flag]) if figure.flag else ""


def grade(figure: Figure) -> str:
    """What the wording's grade of comparability means for the figure; empty when it is the same."""
    return str(GRADE_NAMES[figure.grade]) if figure.grade != SAME else ""


def joins(figure: Figure) -> str:
    """How a figure of a trend is joined to the one before; empty when there is none before."""
    if not figure.joins:
        return "" if figure.joins is None else str(_("joined to the figure before"))
    why = ", ".join(str(BETWEEN[what]) for what in figure.joins)
    if figure.joins == (REWORDED,):
        return str(_("dashed line from the figure before: %(why)s", why=why))
    return str(_("not joined to the figure before: %(why)s", why=why))


def recode(figure: Figure) -> str:
    """`1→5, 2→3, 3→1`: the codes before and after recoding; empty when they were not recoded."""
    return ", ".join(f"{own}→{new}" for own, new in figure.recode.items())


def years(found: Sequence[int]) -> str:
    """`2019–2021, 2023`: years in words, running ones together."""
    runs: list[list[int]] = []
    for year in found:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if run[1:] else str(run[0]) for run in runs)


def interval(figure: Figure) -> str:
    """`81,20–86,40%`, or empty."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{decimal(figure.low * 100)}–{percent(figure.high)}"


def sample(figure: Figure) -> str:
    """Who was asked, in words."""
    return str(SAMPLE_NAMES[figure.sample])


def modes(figure: Figure) -> str:
    """The mode of the answers; of a figure of all of them, those present."""
    names = ", ".join(str(MODE_NAMES[mode]) for mode in MODES if mode in figure.modes)
    return names if figure.mode else _("All modes: %(modes)s", modes=names)
