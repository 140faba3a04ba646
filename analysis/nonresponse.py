"""Weights of those who did not answer, carried by those who did.

Source: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 15.6
(response homogeneity groups).
"""

import numpy as np

from analysis.errors import DesignError
from analysis.margins import many
from analysis.propensity import classes_of, propensity
from analysis.totals import Floats, Key
from analysis.units import numbered
from analysis.weighting import Nonresponse


def response_factor(
    nonresponse: Nonresponse, keys: dict[str, Key], answered: Floats, weight: Floats, rows: Floats
) -> Floats:
    """What the weight of each group of rows grows by; 0 for those that did not answer.

    keys : the classes or covariates, a code per group; answered : (groups,) 1 or 0
    weight, rows : (groups,) sums of base weights, numbers of rows
    """
    if nonresponse.covariates:
        return by_propensity(nonresponse, keys, answered, weight, rows)
    own = [keys[c] for c in nonresponse.by]
    group = numbered(np.zeros(len(weight), dtype=np.int64), *(k.codes for k in own))
    everyone = np.bincount(group, weights=weight)
    ours = np.bincount(group, weights=weight * answered)
    for empty in np.flatnonzero((ours == 0) & (everyone > 0)):
        row = np.flatnonzero(group == empty)[0]
        who = ", ".join(f"{k.name} = {k.values[k.codes[row]].as_py()}" for k in own)
        count = many(int(rows[group == empty].sum()))
        raise DesignError(
            f"[nonresponse]: nobody answered in the class {who} ({count}); join classes"
        )
    return answered * np.divide(everyone, ours, out=np.zeros_like(ours), where=ours > 0)[group]


def by_propensity(
    nonresponse: Nonresponse, keys: dict[str, Key], answered: Floats, weight: Floats, rows: Floats
) -> Floats:
    """One over the propensity, or in classes of it the weight of all over that of those who
    answered.
    """
    covariates = [keys[c] for c in nonresponse.covariates]
    found = propensity(covariates, nonresponse.categorical, answered, weight)
    if nonresponse.classes is None:
        return answered / found.probability
    group = classes_of(found.probability, weight, nonresponse.classes)
    everyone = np.bincount(group, weights=weight)
    ours = np.bincount(group, weights=weight * answered)
    empty = np.flatnonzero(ours == 0)
    if len(empty):
        raise DesignError(
            f"[nonresponse]: nobody answered in class {empty[0] + 1} of {len(ours)} of the "
            f"propensity ({many(int(rows[group == empty[0]].sum()))}); ask for fewer classes"
        )
    return answered * (everyone / ours)[group]
