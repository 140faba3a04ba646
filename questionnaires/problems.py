"""What is wrong with a questionnaire file, said so that its author can mend it."""

import re
from dataclasses import dataclass

Path = tuple[str | int, ...]

MOST = 5000  # problems that are told of one file
_BARE = r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'"
_DOTTED = rf"(?:{_BARE})(?:\s*\.\s*(?:{_BARE}))*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=")
_PART = re.compile(_BARE)
_LIST = re.compile(r"=\s*\[\s*(#.*)?$")  # its values stand on the lines below


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what it is, and what to do about it."""

    file: str
    line: int | None
    question: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        about = f" {self.question}:" if self.question else ""
        return f"{place}:{about} {self.what} {self.remedy}"


class QuestionnaireError(Exception):
    """A form, method, notice or indicator file that cannot be used; `problems` has them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Lines:
    """The line of each key of a TOML text, because the standard reader keeps none."""

    def __init__(self, text: str = "") -> None:
        self._found: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        listed: Path = ()
        closing = ""
        if text:
            self._found[()] = 1
        for number, line in enumerate(text.splitlines(), 1):
            if closing:
                closing = "" if closing in line else closing
                continue
            if listed:
                listed = self._listed(listed, line, number)
            elif header := _HEADER.match(line):
                table = self._enter(_parts(header[2]), array=header[1] == "[[")
                self._note(table, number)
            elif key := _KEY.match(line):
                self._note(table + _parts(key[1]), number)
                closing = _left_open(line)
                listed = table + _parts(key[1]) if _LIST.search(line) else ()

    def of(self, path: Path) -> int | None:
        """The line of the key or of the nearest thing that holds it; None without a text.

        What is missing from the whole file is told at its first line.
        """
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path)

    def _note(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], number)

    def _listed(self, path: Path, line: str, number: int) -> Path:
        """A line inside a list of tables that opened at `path`: the next `{ … }` or the end."""
        if line.lstrip().startswith("]"):
            return ()
        if line.lstrip().startswith("{"):
            self._counts[path] = self._counts.get(path, -1) + 1
            self._note((*path, self._counts[path]), number)
        return path

    def _enter(self, parts: Path, *, array: bool) -> Path:
        """The path that a header opens: `[[a.b]]` is the next b of the last a."""
        path: Path = ()
        for part in parts[:-1]:
            path += (part,)
            if path in self._counts:
                path += (self._counts[path],)
        path += (parts[-1],)
        if array:
            self._counts[path] = self._counts.get(path, -1) + 1
            path += (self._counts[path],)
        return path


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _left_open(line: str) -> str:
    for quotes in ('"""', "'''"):
        if line.count(quotes) % 2:
            return quotes
    return ""


class Faults:
    """Collects the problems of one file; `add` is told the path of the key at fault."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []

    def add(self, path: Path, question: str, what: str, remedy: str) -> None:
        """Keep it, as long as anybody would read on; the last one says that there are more."""
        if len(self.problems) > MOST:
            return
        if len(self.problems) == MOST:
            what, remedy = f"there are more than {MOST} problems.", "Mend those told first."
        self.problems.append(Problem(self.file, self.lines.of(path), question, what, remedy))

    def stop(self) -> None:
        """Raises QuestionnaireError when anything was found, in the order of the lines."""
        if self.problems:
            raise QuestionnaireError(sorted(self.problems, key=lambda p: p.line or 0))
