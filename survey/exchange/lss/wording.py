"""Words of LimeSurvey, which are HTML with expressions in it, as the plain words of a form."""

import re
from collections.abc import Mapping, Sequence

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import in_every_language, plain
from survey.exchange.lss.script import ScriptFault, Variable, parse
from survey.exchange.lss.source import Cell
from survey.exchange.lss.variables import OPTION, SEVERAL, WORDS, Variables

LONGEST = 4000  # letters, as the linter has it
_RAW = 60_000  # letters that are looked at
_OPEN, _CLOSE = "\ue000", "\ue001"  # no letters: they stand for braces while HTML is taken out
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|object|embed|svg)\b", re.IGNORECASE)
_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE)
_TAG = re.compile(r"<\s*[A-Za-z/!?][^<>]*>|&(?:[A-Za-z]+|#\d+);")
_EXPRESSION = re.compile(r"\{(?!\s)([^{}]*)\}")
_UNFINISHED = re.compile(r"\?{3,}")
SCRIPTED = N_("A script in it was taken out; the words are kept.")
MARKED = N_("HTML was taken out; the words are kept.")
SHOWN = N_("A picture or other medium in it was taken out; the words are kept.")
CUT = N_("Only the first %(n)s letters are kept.")
UNPIPED = N_("“%(what)s” cannot be repeated in the words here: “…” stands for it.")
NO_WORDS = N_("There are no words in the file: “%(words)s” stands for them.")
NO_LANGUAGE = N_("“%(language)s” is no language of the form.")
TWICE = N_("The words stood there twice; the code is added.")


class Wordings:
    """languages: those of the form. main: the one that stands for others."""

    def __init__(
        self, languages: Sequence[str], main: str, ledger: Ledger, variables: Variables
    ) -> None:
        self.languages = languages
        self.main = main
        self.ledger = ledger
        self.variables = variables
        self.piping = True

    def words(
        self, cells: Mapping[str, Cell], place: str, instead: str | Mapping[str, str]
    ) -> dict[str, str]:
        """The wording in every language; `instead` stands where the file has no words at all."""
        found = self.optional(cells, place)
        if found:
            return found
        given = {self.main: plain(instead) or "?"} if isinstance(instead, str) else instead
        told = given.get(self.main) or next(iter(given.values()))
        self.ledger.added("wording", place, NO_WORDS, words=told)
        return {language: given.get(language, told) for language in self.languages}

    def optional(self, cells: Mapping[str, Cell], place: str) -> dict[str, str]:
        """The wording in every language; {} where the file has no words."""
        said: dict[str, str] = {}
        for language, cell in cells.items():
            if language not in self.languages:
                self.ledger.dropped(cell.place, NO_LANGUAGE, language=language)
            elif text := self._said(cell):
                said[language] = text
        if not said:
            return {}
        self._same_pipes(said, cells)
        return in_every_language(said, self.languages, self.main, self.ledger, place)

    def plain(self, cells: Mapping[str, Cell], place: str) -> dict[str, str]:
        """As `optional`, where no answer can be repeated."""
        before, self.piping = self.piping, False
        found = self.optional(cells, place)
        self.piping = before
        return found

    def _said(self, cell: Cell) -> str:
        """The words of one cell, and what became of them."""
        text = cell.text[:_RAW]
        bare = _CODE.sub(" ", text)
        words, lost = self._piped(bare)
        words = _UNFINISHED.sub("??", words)
        for what in lost:
            self.ledger.approximated(cell.place, UNPIPED, what=what)
        if len(words) > LONGEST or len(cell.text) > _RAW:
            self.ledger.approximated(cell.place, CUT, n=str(LONGEST))
            words = words[:LONGEST].rsplit("{", 1)[0].strip() if "{" in words else words[:LONGEST]
        if bare != text or _HANDLER.search(text):
            self.ledger.approximated(cell.place, SCRIPTED)
        elif _MEDIA.search(text):
            self.ledger.approximated(cell.place, SHOWN)
        elif _TAG.search(bare):
            self.ledger.approximated(cell.place, MARKED)
        self.ledger.kept(cell.place)
        return words.strip()

    def _piped(self, text: str) -> tuple[str, list[str]]:
        """The text with answers as this platform repeats them, and what cannot be repeated."""
        lost: list[str] = []

        def put(match: re.Match[str]) -> str:
            name = self._name(match[1])
            if not name:
                lost.append(match[0][:60])
            return f"{_OPEN}{name}{_CLOSE}" if name else "…"

        text = _EXPRESSION.sub(put, text.replace(_OPEN, "").replace(_CLOSE, ""))
        text = plain(text.replace("{", "(").replace("}", ")"))
        return text.replace(_OPEN, "{").replace(_CLOSE, "}"), lost

    def _name(self, inside: str) -> str:
        """The answer that an expression repeats, "" when it is none of an earlier page."""
        try:
            tree = parse(inside.removeprefix("INSERTANS:"))
        except ScriptFault:
            return ""
        if not isinstance(tree, Variable) or not self.piping:
            return ""
        named = self.variables.get(tree.name)
        if named is None or tree.name not in self.variables.earlier:
            return ""
        return "" if named.kind in (OPTION, SEVERAL, WORDS) else named.name

    def _same_pipes(self, said: dict[str, str], cells: Mapping[str, Cell]) -> None:
        """Every language repeats the same answers, or none does."""
        pipes = {language: sorted(_EXPRESSION.findall(text)) for language, text in said.items()}
        if len({tuple(one) for one in pipes.values()}) > 1:
            for language, text in said.items():
                for what in pipes[language]:
                    self.ledger.approximated(cells[language].place, UNPIPED, what=f"{{{what}}}")
                said[language] = _EXPRESSION.sub("…", text)

    def distinct(self, texts: list[dict[str, str]], codes: Sequence[str], places: Sequence[str]) \
            -> None:  # fmt: skip
        """Options or rows with the words of one before them get their code behind these."""
        seen: set[tuple[str, str]] = set()
        for text, code, place in zip(texts, codes, places, strict=True):
            if {(language, words.casefold()) for language, words in text.items()} & seen:
                for language, words in text.items():
                    text[language] = f"{words} ({code})"
                self.ledger.added("wording", place, TWICE)
            seen |= {(language, words.casefold()) for language, words in text.items()}
