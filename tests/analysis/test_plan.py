"""A plan is understood to the letter, or refused with the name of the key."""

import pytest

from analysis import read_plan
from analysis.errors import PlanError

SHARE = {"kind": "share", "of": ["q1"], "satisfied": [4, 5]}


def plan(estimate: dict | None = None, **tables) -> dict:
    return {"estimate": [SHARE | (estimate or {})], **tables}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (plan(weights={}), "unknown key `weights`"),
        (plan(design={"wieght": "w"}), r"\[design\]: unknown key `wieght`"),
        (plan({"confidence": 0.9}), r"\[\[estimate\]\] 0: unknown key `confidence`"),
        (plan({"level": 95}), "`level` must lie between 0 and 1"),
        (plan({"ci": "exact"}), '`ci` is "exact", but must be one of wald'),
        (plan({"missing": [4]}), "the code 4 has two meanings"),
        (plan({"df": -1}), "`df` must be"),
        (plan({"probs": [0.5]}), "unknown key `probs`"),
        (plan(design={"lonely": "ignore"}), '`lonely` is "ignore"'),
        (plan(design={"fpc": ["N"], "stages": ["a", "b"]}), "one column a stage: 2, not 1"),
        (plan(design={"where": [{"column": "y", "op": "like", "value": 1}]}), "`op`"),
        ({"estimate": [{"kind": "share", "of": ["q"]}]}, "`satisfied` is needed for a share"),
        ({"estimate": [{"kind": "mean", "of": ["q"], "ci": "wilson"}]}, "is for shares"),
        ({"estimate": [{"kind": "mean", "of": ["q"], "satisfied": [1]}]}, "`satisfied`"),
        ({"estimate": [{"kind": "ratio", "of": ["a"]}]}, "numerator/denominator"),
        ({"estimate": [{"kind": "mode", "of": ["a"]}]}, '`kind` is "mode"'),
        ({"estimate": [{"of": ["a"]}]}, "`kind` is needed"),
        (plan(calibration={"method": "rake"}), "`margins` is needed"),
        (plan(calibration={"method": "rake", "margins": [{"by": ["s"]}]}), "`file`"),
        ({"design": {"lonely_domains": True}}, 'is for lonely = "adjust" or "average"'),
    ],
)
def test_a_plan_that_says_something_it_may_not_is_told_which_key(asked, told):
    with pytest.raises(PlanError, match=told):
        read_plan(asked)


def test_a_plan_is_a_file_a_mapping_or_itself(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[estimate]]\nkind = "mean"\nof = ["điểm.số"]\n', encoding="utf-8")
    read = read_plan(path)
    assert read.estimates[0].of == ("điểm.số",)
    assert read.folder == tmp_path
    assert read_plan(read) is read
    path.write_text("[[estimate]\n", encoding="utf-8")
    with pytest.raises(PlanError, match="is not TOML"):
        read_plan(path)
    with pytest.raises(PlanError, match=r"nowhere\.toml cannot be read"):
        read_plan(tmp_path / "nowhere.toml")


def test_the_default_interval_of_a_share_is_logit_and_of_a_mean_wald():
    mean = {"kind": "mean", "of": ["q1"]}
    index = {"kind": "index", "groups": [{"name": "f", "of": ["q1"]}], "satisfied": [4]}
    index |= {"formula": "pooled-items"}
    blocks = read_plan({"estimate": [SHARE, mean, index]}).estimates
    assert [block.ci for block in blocks] == ["logit", "wald", "logit"]
