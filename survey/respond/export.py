"""Responses of a round for others to work with: nothing in them points at a person.

No key, no hour, no free text. Personal and sensitive items stay out unless asked for; then a
combination of them that fewer than ENOUGH people of a place share is left empty, from the last
item backwards, until as many others look the same. Weights that were fitted to personal items stay
out in any case: their value tells the class that somebody is in. Rows are in the order of what
they say: in that of their keys, two exports could be laid side by side, and what one of them leaves
empty be read in the other.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from questionnaires.model import Item
from survey.database import Database
from survey.fieldwork.rounds import find_round
from survey.respond.columns import layout, open_source
from survey.respond.ladder import ENOUGH

PLACES = ("area", "counter", "cluster1", "cluster2")  # how closely a row says where
CODEBOOK = ("item", "label_vi", "label_en", "code", "code_vi", "code_en", "data_class")


def exported(
    database: Database, round: str, *, demographics: bool = False
) -> tuple[pa.Table, pa.Table]:
    """The responses of a round, and the codebook of the items in them.

    The columns are those of a snapshot without fitted weights; items not answered are null.
    Raises RoundUnknown; FormNotPublished.
    """
    with database.read() as session:
        made = layout(session, find_round(session, round))
    with open_source(database) as source:
        blocks = list(source.blocks(made))
    table = pa.concat_tables(blocks) if blocks else made.schema.empty_table()
    telling = [f"w_{kept.name}" for kept in made.weights if "margins" in kept.method]
    table = table.drop_columns(telling)
    personal = [item.id for item in made.items if item.data_class != "none"]
    table = k_anonymous(table, personal) if demographics else table.drop_columns(personal)
    shown = [item for item in made.items if item.id in table.column_names]
    for item in shown:
        column = table[item.id]
        if column.type == pa.int8():  # a number's 0 is an answer, and its column has nulls already
            column = pc.if_else(pc.equal(column, 0), None, column)
        table = table.set_column(table.column_names.index(item.id), item.id, column)
    return table.sort_by([(name, "ascending") for name in table.column_names]), codebook(shown)


def k_anonymous(table: pa.Table, items: Sequence[str], k: int = ENOUGH) -> pa.Table:
    """The table in which each pattern of `items` within a place is shared by k rows, or is empty.

    A row keeps as many of its first items as k rows of its place share, counting those that show
    just as much; the rest becomes 0, or null in a column of numbers. Rows that keep none say
    nothing but their place.
    """
    if not items:
        return table
    places = list(zip(*(table[name].to_pylist() for name in PLACES), strict=True))
    codes = list(zip(*(table[name].to_pylist() for name in items), strict=True))
    kept: dict[int, tuple[int, ...]] = {}
    left = list(range(len(codes)))
    for length in range(len(items), 0, -1):
        groups: dict[Any, list[int]] = defaultdict(list)
        for row in left:
            groups[places[row], codes[row][:length]].append(row)
        left = []
        for (_, pattern), rows in groups.items():
            if len(rows) < k:
                left += rows
            else:
                kept.update(dict.fromkeys(rows, pattern))
    for position, name in enumerate(items):
        nothing = 0 if table.schema.field(name).type == pa.int8() else None
        shown = [
            kept[row][position] if position < len(kept.get(row, ())) else nothing
            for row in range(len(codes))
        ]
        column = pa.array(shown, table.schema.field(name).type)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def codebook(items: Sequence[Item]) -> pa.Table:
    """One row an item and code: what was asked and what the code means, in both languages."""
    rows = [
        (
            item.id,
            item.label.get("vi", ""),
            item.label.get("en", ""),
            option.code,
            option.text.get("vi", ""),
            option.text.get("en", ""),
            item.data_class,
        )
        for item in items
        for option in item.options
    ]
    types = [pa.int64() if name == "code" else pa.string() for name in CODEBOOK]
    schema = pa.schema(list(zip(CODEBOOK, types, strict=True)))
    return pa.Table.from_pylist([dict(zip(CODEBOOK, row, strict=True)) for row in rows], schema)
