"""Results as a table that people can read: in a terminal and in a notebook."""

from html import escape

import pyarrow as pa

HIDDEN = ("estimate", "deff", "n_eff", "rows", "level", "method")
MOST = 40  # rows shown; more are counted


def text(table: pa.Table) -> str:
    """The rows with aligned columns, numbers to four decimals; what has no number is a dash."""
    names, lines = cells(table)
    widths = [max(len(row[i]) for row in [names, *lines]) for i in range(len(names))]
    right = [numeric(table, name) for name in names]
    out = [
        "  ".join(
            one.rjust(width) if side else one.ljust(width)
            for one, width, side in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [names, *lines]
    ]
    return "\n".join([*out, *more(table)])


def html(table: pa.Table) -> str:
    """The rows as an HTML table, every cell escaped."""
    names, lines = cells(table)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in lines
    )
    rest = "".join(f"<p>{escape(line)}</p>" for line in more(table))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def more(table: pa.Table) -> list[str]:
    return [f"({table.num_rows - MOST} more rows)"] if table.num_rows > MOST else []


def numeric(table: pa.Table, name: str) -> bool:
    kind = table.schema.field(name).type
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def cells(table: pa.Table) -> tuple[list[str], list[list[str]]]:
    """The names of the columns shown, and the rows' cells as text."""
    names = [name for name in table.column_names if name not in HIDDEN]
    shown = table.select(names).slice(0, MOST).to_pylist()
    return names, [[cell(row[name]) for name in names] for row in shown]


def cell(value: object) -> str:
    """A number to four decimals, or to six digits where it is large; a dash for none.

    >>> cell(0.12345), cell(12345.678), cell(None), cell(7)
    ('0.1235', '12345.7', '-', '7')
    """
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) >= 100 else f"{value:.4f}"
    return str(value)
