"""What a form and a method ask is understood by the estimator, word for word."""

from dataclasses import replace

import pytest

import questionnaires
from analysis.blocks import read_block
from analysis.keys import Keys


@pytest.mark.parametrize("scoring", ["share", "mean"])
@pytest.mark.parametrize("method", questionnaires.methods())
@pytest.mark.parametrize("name", questionnaires.shipped())
def test_the_estimator_reads_the_plan_of_every_form_and_method(name, method, scoring):
    form = questionnaires.load(name)
    method = replace(questionnaires.method(method), scoring=scoring)
    plan = questionnaires.plan(form, method, by=("area",))
    items, factors, index = (
        read_block(Keys(block, f"estimate {n}")) for n, block in enumerate(plan["estimate"])
    )
    assert items.of == tuple(item.id for item in form.rated)
    assert [group.name for group in index.groups] == [leaf.id for leaf in form.leaves]
    assert {item for group in factors.groups for item in group.of} == set(items.of)
    assert (index.of, index.top, index.missing) == (("index",), 5, (0,))
    assert index.satisfied == (4, 5) and index.scoring == scoring
    assert items.by == factors.by == index.by == ("area",)
