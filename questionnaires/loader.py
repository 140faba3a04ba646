"""Forms: from a file or from the text that was published, to the same questionnaire."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from questionnaires.bounds import check_depth, check_text, read_bytes
from questionnaires.build import build
from questionnaires.checks import check
from questionnaires.document import document
from questionnaires.model import Questionnaire
from questionnaires.problems import Faults, Lines, Problem, QuestionnaireError
from questionnaires.shapes import Table

FOLDER = Path(str(files("questionnaires")))
_LINE = re.compile(r"at line (\d+)")


def shipped() -> dict[str, Path]:
    """The forms that come with the platform: name (`one-stop-ward@1`) to file. Reads none."""
    return {path.stem: path for path in sorted((FOLDER / "forms").glob("*.toml"))}


def load(id_or_path: str | Path) -> Questionnaire:
    """The form of a shipped name, or of a file.

    Raises QuestionnaireError when the name is unknown, the file cannot be read, or with every
    problem found in it.
    """
    path = shipped().get(str(id_or_path)) or Path(id_or_path)
    return parse(read(path, shipped()), str(id_or_path))


def parse(text: str, source: str) -> Questionnaire:
    """The form written in TOML; `source` is the name that problems give for the file.

    Raises QuestionnaireError with every problem found.
    """
    faults = Faults(source, Lines(text))
    table = tables(text, source)
    check_whole(table, faults)
    faults.stop()
    return build(table)


def check_whole(table: Table, faults: Faults) -> None:
    """Add to `faults` all that forbids making a form of `table`, its privacy notice included."""
    check(table, faults)
    versions = [path.stem for path in sorted((FOLDER / "notices").glob("*.toml"))]
    if "notice" in table and table["notice"] not in versions:
        what = f"there is no privacy notice “{table['notice']}”."
        faults.add(("notice",), "", what, f"Use one of: {', '.join(versions)}.")


def canonical(questionnaire: Questionnaire) -> str:
    """The one text of a form: JSON with sorted keys, no spaces, and every default written out."""
    return json.dumps(
        document(questionnaire), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def sha256(questionnaire: Questionnaire) -> str:
    """The hash of its canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(questionnaire).encode()).hexdigest()


def from_canonical(text: str) -> Questionnaire:
    """The form whose canonical text this is; equal to the one it was made from.

    Raises QuestionnaireError when it is not such a text.
    """
    faults = Faults("the published text", Lines())
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        faults.add((), "", f"it is not JSON: {error}.", "Publish the form again.")
    else:
        check_depth(table, faults.file)
        if isinstance(table, dict):
            check(table, faults)
        else:
            faults.add((), "", "it is not a JSON object.", "Publish the form again.")
    faults.stop()
    return build(table)


def read(path: Path, known: Iterable[str]) -> str:
    """The text of a file; `known` are the names that could have been given instead.

    Raises QuestionnaireError when there is none, when it is too large, or not text in UTF-8.
    """
    try:
        text = read_bytes(path).decode("utf-8")
    except FileNotFoundError as error:
        remedy = f"Give the name of a file, or one of: {', '.join(known)}."
        raise QuestionnaireError([Problem(str(path), None, "", "no such file.", remedy)]) from error
    except (OSError, UnicodeDecodeError) as error:
        what = f"it cannot be read: {error}."
        remedy = "Give a text file saved as UTF-8."
        raise QuestionnaireError([Problem(str(path), None, "", what, remedy)]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tables(text: str, source: str) -> Table:
    """What the TOML says. Raises QuestionnaireError with the line where it stops being TOML, or
    where it is larger or deeper than any form."""
    check_text(text, source)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        remedy = "Correct this line; each key may stand once, and text stands in quotes."
        problem = Problem(source, line, "", f"it is not TOML: {error}.", remedy)
        raise QuestionnaireError([problem]) from error
    except (RecursionError, ValueError) as error:
        what = f"it is not TOML that can be read: {error}."
        problem = Problem(source, 1, "", what, "Write less deep tables and smaller numbers.")
        raise QuestionnaireError([problem]) from error
    check_depth(table, source)
    return table
