"""Figures on pages have the interval of few clusters: pooled over all items of the form."""

from datetime import date
from random import Random
from uuid import UUID

import pyarrow as pa
import pytest

from analysis import estimate
from survey.fieldwork.measured import measured
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Cell, Round
from survey.reports.catalogue import SAMPLED, measures, sources
from survey.reports.figures import OFFICIAL, Request, figures
from survey.respond.snapshot import take_snapshots
from survey.respond.tables import Response
from tests.questionnaires.test_indicators import FIVE, LABEL, THREE, rated
from tests.questionnaires.written import HEAD, asked, form, screen, words
from tests.staff.conftest import NOW, small_province

ITEMS = [f"q{n}" for n in range(1, 10)]
OWN = f"""
[[indicators]]
id = "QT.waiting"
{LABEL}
items = [
  {{ form = "five@1", item = "q1", grade = "same" }},
  {{ form = "faces@1", item = "q1", grade = "reworded", recode = {{ 1 = 5, 2 = 3, 3 = 1 }} }},
]
"""


def faces(items: list[str]):
    """A form of those items on three faces, of which 1 is satisfied and 9 no opinion."""
    scale = "[scales.s]\nsatisfied = [1]\nmissing = [9]\n" + "".join(
        f"[[scales.s.options]]\ncode = {code}\n{words('text', vi, en)}" for code, vi, en in THREE
    )
    named = ", ".join(f'"{item}"' for item in items)
    factor = f'[[factors]]\nid = "f"\nitems = [{named}]\n{words("label", "Yếu tố", "Factor")}'
    questions = [asked(item, "rating", 'scale = "s"') for item in items]
    head = HEAD.replace('"small"', '"faces"') + scale
    return form(screen("only", *questions), factor, head=head)


def answers(items: list[str]) -> list[dict[str, int]]:
    """Of twelve people in each of four villages, which differ."""
    rng = Random(5)
    return [
        {item: rng.choices([1, 2, 3, 9], [2 + 5 * village, 5, 3, 1])[0] for item in items}
        for village in range(4)
        for _ in range(12)
    ]


def fill(kept, items: list[str]) -> None:
    """A round of the form in one commune, its snapshot, and the indicator of its first item."""
    with kept.write() as session:
        place = small_province(session).hung
        publish(session, rated("five", FIVE, "[4, 5]"), by="command", now=NOW)
        made = publish(session, faces(items), by="command", now=NOW)
        session.add(
            Round(
                code="nam-2028",
                title={"vi": "Khảo sát 2028"},
                questionnaire=made.name,
                method="qd-1001-2023",
                notice="2026-01",
                sample="probability",
                modes=["web"],
                opens=date(2028, 8, 1),
                closes=date(2028, 9, 30),
                year=2028,
                state="closed",
                simulated=False,
                made_at=NOW,
            )
        )
        session.flush()
        cells = [
            Cell(round="nam-2028", stratum="s", cluster1=f"v{n}", area_id=place, sizes=[[4, 9]])
            for n in range(4)
        ]
        session.add_all(cells)
        session.flush()
        session.add_all(
            Response(
                id=UUID(int=n + 1, version=4),
                round="nam-2028",
                version=made.name,
                day=date(2028, 9, 30),
                area_id=place,
                mode="web",
                assisted=False,
                language="vi",
                cell_id=cells[n // 12].id,
                answers=given,
            )
            for n, given in enumerate(answers(items))
        )
    list(take_snapshots(kept, ["nam-2028"], now=NOW))
    (kept.settings.data / "indicators.toml").write_text(OWN, encoding="utf-8")


def shown(kept, key: str):
    """The one figure of a measure in the commune."""
    data = kept.settings.data
    with kept.read() as session:
        found = sources(session, SAMPLED)
        (one,) = [
            m for m in measures(session, found, measured(session, data).indicators) if m.key == key
        ]
        (figure,) = figures(session, data, found, Request(one, "province", OFFICIAL))
    return figure


def by_hand(items: list[str], **more):
    """The first row of the estimates of the same answers."""
    columns = {item: [one[item] for one in answers(items)] for item in items}
    data = pa.table(columns | {"village": [n // 12 for n in range(48)]})
    share = {"kind": "share", "satisfied": [1], "missing": [0, 9]} | more
    return estimate({"design": {"stages": ["village"]}, "estimate": [share]}, data).rows[0]


@pytest.mark.parametrize(("items", "interval"), [(ITEMS, "pooled"), (ITEMS[:7], "kg")])
def test_an_item_pools_over_the_form_and_has_the_wide_interval_where_the_form_is_short(
    kept, items, interval
):
    """The item is recoded to the scale of the reference, and the others are not."""
    fill(kept, items)
    figure, expected = shown(kept, "item.QT.waiting"), by_hand(items, of=items, ci=interval)
    assert (figure.interval, figure.n) == (interval, expected.n)
    assert (figure.value, figure.se) == pytest.approx((expected.value, expected.se))
    assert (figure.low, figure.high) == pytest.approx((expected.low, expected.high))
    alone = by_hand(items, of=items[:1], ci="pooled")
    assert abs(alone.low - figure.low) > 0.001


@pytest.mark.parametrize(("items", "interval"), [(ITEMS, "logit"), (ITEMS[:7], "kg")])
@pytest.mark.parametrize("key", ["index", "factor.f"])
def test_factors_and_the_index_have_the_interval_of_their_own_clusters(kept, items, interval, key):
    fill(kept, items)
    figure = shown(kept, key)
    expected = by_hand(items, groups=[{"name": "f", "of": items}], ci=interval)
    assert figure.interval == interval
    assert (figure.low, figure.high) == pytest.approx((expected.low, expected.high))
