"""The page that describes the format is right: each of its examples is read, each key is there."""

import re
from pathlib import Path

import pytest

import questionnaires
from questionnaires.checks import SHAPES
from questionnaires.expressions import parse
from questionnaires.indicators import SHAPES as INDICATOR_SHAPES
from questionnaires.indicators import with_own
from questionnaires.model import KINDS
from tests.questionnaires.test_indicators import FORMS
from tests.questionnaires.test_loader import EXAMPLE

PAGE = Path(__file__).parents[2] / "docs" / "questionnaire-format.md"
INDICATORS = "[[indicators]]"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks() -> list[str]:
    """The examples after the first, which is the whole form that they are added to."""
    found: list[list[str]] = [[]]
    for line in TEXT.split("\n## ", 1)[1].splitlines():
        if line.startswith("    ") or (not line and found[-1]):
            found[-1].append(line.removeprefix("    "))
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines and lines[0] != INDICATORS]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.splitlines()[1])
def test_each_example_can_be_added_to_the_form_of_the_page(block):
    form = questionnaires.parse(EXAMPLE + "\n" + block, "the page")
    assert questionnaires.from_canonical(questionnaires.canonical(form)) == form


def test_the_example_of_own_indicators_is_read(tmp_path):
    (block,) = re.findall(r"(?:^    .*\n|^\n)+", TEXT[TEXT.index(f"    {INDICATORS}") :], re.M)[:1]
    file = tmp_path / "indicators.toml"
    file.write_text("".join(line[4:] + "\n" for line in block.splitlines()), encoding="utf-8")
    forms = {"waiting@1": questionnaires.parse(EXAMPLE, "the page"), "faces@1": FORMS["faces@1"]}
    own = with_own(file, forms.get)[-1]
    assert [measure.grade for measure in own.items] == ["same", "reworded"]
    assert own.reference.form == "waiting@1" and own.items[1].recode == {1: 5, 2: 4, 3: 2}


def test_every_key_of_the_indicators_is_on_the_page():
    for shape in INDICATOR_SHAPES.values():
        assert [key for key in shape if not re.search(rf"\b{key}\b.* =|\[{key}\]", TEXT)] == []


def test_the_examples_show_every_kind_of_question():
    whole = EXAMPLE + "\n".join(blocks())
    assert [kind for kind in KINDS if f'kind = "{kind}"' not in whole] == []


def test_every_key_of_the_format_is_on_the_page():
    keys = {key for shape in SHAPES.values() for key in shape}
    said = [rf"`{key}\b|\b{key}(\.vi)? =|[.\[]{key}\]\]|\[{key}\." for key in sorted(keys)]
    assert [one for one in said if not re.search(one, TEXT)] == []


def test_every_condition_of_the_page_is_read():
    rows = TEXT.split("| written | holds when |")[1].split("\n\n")[0].splitlines()[2:]
    written = [part for row in rows for part in row.split("|")[1].split("`")[1::2]]
    conditions = [text for text in written if any(sign in text for sign in ("==", " in ", "("))]
    assert len([parse(text) for text in conditions if text != "( )"]) >= 6
