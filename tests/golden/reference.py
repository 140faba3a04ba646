"""The reference cases of R survey, read once, and how a case becomes a plan."""

import json
from functools import cache
from pathlib import Path

import pyarrow as pa

from analysis.data import read_all

HERE = Path(__file__).parent
DATA = HERE / "data"
STYPE = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}


@cache
def cases(name: str) -> dict[str, dict]:
    read = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in read["cases"]}


@cache
def table(name: str) -> pa.Table:
    ending = "parquet" if name.startswith("sipas") else "csv"
    return read_all(DATA / f"{name}.{ending}")


def design(case: dict) -> dict:
    """The [design] of a case, with R's lonely rule if it has one."""
    own = case["design"]

    def listed(key: str) -> list[str]:
        value = own.get(key)
        return [value] if isinstance(value, str) else list(value or [])

    rules = {"remove": "certainty"}
    lonely = (case.get("options") or {}).get("survey.lonely.psu", "fail")
    plan = {
        "strata": listed("strata"),
        "stages": listed("ids"),
        "fpc": listed("fpc"),
        "nested": bool(own.get("nest", False)),
        "lonely": rules.get(lonely, lonely),
    }
    return plan | ({"weight": own["weights"]} if own.get("weights") else {})


def with_flag(data: pa.Table, name: str, values: list[bool | None]) -> pa.Table:
    """The table with a column of 1, 0 and missing."""
    numbers = [None if v is None else int(v) for v in values]
    return data.append_column(name, pa.array(numbers, pa.int64()))
