"""sipas export"""

from pathlib import Path

import click

from survey.calendar import clock
from survey.cli.common import installation
from survey.files import FORMATS, format_of, write_table
from survey.respond.export import exported
from survey.staff.audit import record


@click.command("export")
@click.argument("round_code", metavar="ROUND")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Default: the ending of FILE.")
@click.option("--codebook", type=click.Path(path_type=Path, dir_okay=False), help="Codes, apart.")
@click.option("--demographics", is_flag=True, help="With personal items, rare combinations empty.")
@click.option("--excel", is_flag=True, help="A CSV that Excel reads as UTF-8.")
def command(
    round_code: str,
    out: Path,
    kind: str | None,
    codebook: Path | None,
    demographics: bool,
    excel: bool,
) -> None:
    """Write the released responses of ROUND: no key, no hour, no free text.

    An XLSX carries the codebook as its second sheet.
    """
    kind = format_of(out, kind)
    with installation() as database:
        table, codes = exported(database, round_code, demographics=demographics)
        sheets = {"codebook": codes}
        write_table(table, out, format=kind, sheets=sheets, name="responses", for_excel=excel)
        if codebook is not None:
            write_table(codes, codebook, for_excel=excel)
        with database.write() as session:
            record(
                session,
                actor="command",
                act="round.export",
                object=f"round:{round_code}",
                now=clock(),
                detail=f"{kind} {table.num_rows} demographics={demographics}",
            )
    click.echo(f"{table.num_rows} responses of {round_code} to {out}")
