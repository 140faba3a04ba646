"""What every interval covers where clusters are few, and the variance after raking, by simulation.

Exit code 1 when a promise fails: the pages' intervals are defined everywhere and cover at least
92 % of a nominal 95 % at a cluster sd of .3; the variance of raked totals is within 3 % of the
simulated one. Run: python -m benchmarks.coverage
"""

import sys
import time
from itertools import product

import click

from benchmarks._interviews import Cell, Covered, broken, covered
from benchmarks._raking import raked

DRAWS, SEED = 5000, 1
GRID = [Cell(*at) for at in product((2, 4, 10), (0.5, 0.7, 0.87, 0.97), (0.3, 0.7))]
LEAST, SPREAD, NEAR = 0.92, 0.3, 0.03
RAKED = 3000


def line(cell: Cell, one: Covered) -> str:
    at = f"{cell.df:2} | {cell.share:4} | {cell.spread} | {one.name:19}"
    return f"{at} | {one.held:.3f} | {one.undefined:.4f} | {one.width:.3f} | {one.instead:.3f}"


def intervals() -> list[str]:
    """Prints a line a cell and method; what breaks a promise."""
    click.echo(f"{DRAWS} draws a cell, seed {SEED}, nominal 95 %")
    click.echo("df | share | cluster sd | interval | coverage | undefined | width | kg instead")
    faults = []
    for cell in GRID:
        found = covered(cell, DRAWS, SEED)
        for one in found:
            click.echo(line(cell, one))
        faults += broken(cell, found, LEAST, SPREAD)
    return faults


def raking() -> list[str]:
    """Prints the variance of raked totals beside the simulated one; a sentence when it is off."""
    done = raked(RAKED)
    off = done.estimated / done.simulated - 1
    click.echo("raking | samples | mean estimated variance | simulated | off")
    click.echo(f"raking | {RAKED} | {done.estimated:.5g} | {done.simulated:.5g} | {off:+.2%}")
    return [f"raking: the variance is off by {off:+.2%}"] if abs(off) > NEAR else []


def main() -> None:
    start = time.perf_counter()
    faults = [*intervals(), *raking()]
    click.echo(f"{time.perf_counter() - start:.0f} seconds")
    for fault in faults:
        click.echo(f"MISSED: {fault}")
    if faults:
        sys.exit(1)
    click.echo("Every promise is kept.")


if __name__ == "__main__":
    main()
