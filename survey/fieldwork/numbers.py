"""The door of fieldwork to the numbers: a plan and a frame in, sizes and samples out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import AnalysisError
from analysis.results import Results, format_of
from analysis.sampling.asked import allocation, size_table
from analysis.sampling.drawn import draw
from analysis.sampling.verified import verify
from survey.errors import SurveyError

Told = Callable[[str], None]


class SampleRefused(SurveyError):
    """A plan and a frame from which no sample can be had; the detail says what and where."""

    title = "The sample cannot be had"


@contextmanager
def told() -> Iterator[None]:
    """Turns what the numbers refuse, and files that cannot be written, into SampleRefused."""
    try:
        yield
    except AnalysisError as error:
        raise SampleRefused(str(error)) from error
    except OSError as error:
        raise SampleRefused(f"{error.filename}: {error.strerror}") from error


def _apart(out: Path | None, *read: Path) -> None:
    """Raises SampleRefused when what is written would take the place of what is read."""
    for path in read:
        if out is not None and out.resolve() == path.resolve():
            raise SampleRefused(f"{out} is read: write to another file")


def size_file(plan: Path, frame: Path, out: Path | None, kind: str | None) -> str:
    """The sizes written to `out`, or as text when there is none; "" when written."""
    _apart(out, plan, frame)
    with told():
        form = format_of(out, kind) if out is not None else kind
        return _delivered(Results(size_table(plan, frame), ()), out, form)


def allocate_file(
    plan: Path, frame: Path, out: Path | None, kind: str | None
) -> tuple[str, list[str]]:
    """The allocation as `size_file` delivers it, and sentences about it."""
    _apart(out, plan, frame)
    with told():
        form = format_of(out, kind) if out is not None else kind
        done = allocation(plan, frame)
        return _delivered(Results(done.table, ()), out, form), done.lines()


def draw_file(
    plan: Path, frame: Path, out: Path, kind: str | None, pairs: Path | None, say: Told
) -> None:
    """Draws, writes the rows to `out` and the record beside it; `say` gets a sentence a stage.

    pairs : where joint probabilities of first-stage units go, if anywhere
    """
    _apart(out, plan, frame)
    _apart(pairs, plan, frame, out)
    with told():
        form = format_of(out, kind)
        if pairs is not None:
            format_of(pairs)
        drawn = draw(plan, frame, pairs=pairs is not None, told=say)
        drawn.write(out, form)
        if pairs is not None:
            Results(drawn.pairs, ()).write(pairs)


def verify_file(plan: Path, frame: Path, out: Path) -> list[str]:
    """What speaks against `out` being what the plan draws from the frame; [] when it is that."""
    with told():
        return verify(plan, frame, out)


def _delivered(results: Results, out: Path | None, kind: str | None) -> str:
    if out is None:
        return results.text(kind or "csv")
    results.write(out, kind)
    return ""
