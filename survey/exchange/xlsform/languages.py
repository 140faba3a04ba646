"""The languages of an XLSForm, which names them as it likes, and its words in ours."""

import re
from collections.abc import Callable, Iterable, Mapping

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import NEEDED, in_every_language, language_code, plain
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.rows import TWICE, Line

GUESSED = N_("The file does not say in which language it is; it was taken for “%(code)s”.")
UNKNOWN = N_("“%(label)s” is the name of no language that is known here; it is called %(code)s.")
BRACES = N_("Braces repeat an answer on this platform; brackets stand for them.")
NOT_PIPED = N_("The answer to “%(names)s” cannot be repeated here; “…” stands for it.")
NAME_STANDS = N_("It has no wording; its name stands for it.")
PIPED = re.compile(r"\$\{\s*((?:last-saved#)?[^{}]*?)\s*\}")
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


class Languages:
    """Codes for the names that a file uses; those that our forms need are always among them.

    labels: as written in the headers, in their order. sample: words in the unnamed language.
    """

    def __init__(self, labels: Iterable[str], default: str, sample: str, ledger: Ledger) -> None:
        labels = list(labels)
        self._codes: dict[str, str] = {}
        own = 0
        for label in labels:
            if not label:
                continue
            code = language_code(label)
            if code is None:
                code, own = f"qa{chr(97 + own % 26)}", own + 1
                ledger.added("language", label, UNKNOWN, label=label, code=code)
            self._codes[label] = code
        if "" in labels or not labels:
            self._codes[""] = self._unnamed(default, sample, ledger)
        found = list(dict.fromkeys(self._codes[label] for label in labels))
        self.codes = [*found, *(code for code in NEEDED if code not in found)]
        named = language_code(default) if default else None
        self.main = named if named in found else found[0] if found else "en"

    def _unnamed(self, default: str, sample: str, ledger: Ledger) -> str:
        if default in self._codes:
            return self._codes[default]
        code = language_code(default) if default.lower() not in ("", "default") else None
        if code is None:
            code = "vi" if _VIETNAMESE.search(sample) else "en"
            ledger.added("language", "survey", GUESSED, code=code)
        return code

    def of(self, line: Line, key: str) -> dict[str, str]:
        """The texts of a column by language, accounted for as kept."""
        found: dict[str, str] = {}
        for label, cell in line.cells.get(key, {}).items():
            code = self._codes.get(label, self.main)
            if code in found:
                line.ledger.dropped(cell.place, TWICE)
            else:
                line.ledger.kept(cell.place)
                found[code] = cell.text
        return found


class Wording:
    """Words of a file as those of a form: plain, in every language, earlier answers repeated.

    known: what was asked so far, by name. page: number of the page that is being filled.
    """

    def __init__(
        self,
        languages: Languages,
        known: Mapping[str, Asked],
        page: Callable[[], int],
        ledger: Ledger,
    ) -> None:
        self.languages = languages
        self.known = known
        self.page = page
        self.ledger = ledger

    def of(self, line: Line, key: str, fallback: str = "", *, pipes: bool = True) -> dict[str, str]:
        """The wording in every language; empty when the file has none and there is no fallback."""
        texts = {code: plain(text) for code, text in self.languages.of(line, key).items()}
        texts = self._with_answers(line, key, {c: t for c, t in texts.items() if t}, pipes)
        if not texts:
            if not fallback:
                return {}
            self.ledger.added(key, line.place, NAME_STANDS)
            return dict.fromkeys(self.languages.codes, fallback)
        return self.every(texts, f"{line.place} {key}")

    def every(self, texts: Mapping[str, str], place: str) -> dict[str, str]:
        return in_every_language(
            texts, self.languages.codes, self.languages.main, self.ledger, place
        )

    def names(self, line: Line, *keys: str) -> set[str]:
        """The questions whose answers these columns repeat."""
        cells = [cell for key in keys for cell in line.cells.get(key, {}).values()]
        return {name for cell in cells for name in PIPED.findall(cell.text)}

    def _with_answers(
        self, line: Line, key: str, texts: dict[str, str], pipes: bool
    ) -> dict[str, str]:
        repeated = {code: sorted(PIPED.findall(text)) for code, text in texts.items()}
        earlier = {
            name: self.known[name].id
            for names in repeated.values()
            for name in names
            if pipes and name in self.known and self.known[name].page < self.page()
        }
        alike = len({tuple(n for n in names if n in earlier) for names in repeated.values()}) == 1
        said = earlier if alike else {}
        if lost := sorted({n for names in repeated.values() for n in names if n not in said}):
            line.near(key, NOT_PIPED, names=", ".join(lost)[:80])
        return {code: self._said(line, key, text, said) for code, text in texts.items()}

    def _said(self, line: Line, key: str, text: str, said: Mapping[str, str]) -> str:
        pieces = PIPED.split(text)
        for place in range(0, len(pieces), 2):
            if set("{}") & set(pieces[place]):
                line.near(key, BRACES)
                pieces[place] = pieces[place].translate(str.maketrans("{}", "()"))
        for place in range(1, len(pieces), 2):
            id = said.get(pieces[place])
            pieces[place] = f"{{{id}}}" if id else "…"
        return "".join(pieces)
