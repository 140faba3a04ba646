"""A form as what its paper says: parts with tables, boxes and lines, all of it plain data."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from questionnaires.features import PIPE
from questionnaires.model import Item, Option, Question, Questionnaire, Row, Screen, Words, day_of
from questionnaires.today import limits
from survey.exchange.paper.numbers import labels, letters
from survey.exchange.paper.said import Teller

WORDS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_OWN = re.compile(r"(?:Phần|Part)\s+[A-Z0-9]+\b", re.IGNORECASE)
MOST_COLUMNS = 7  # options that stand as columns of a table
LONGEST_COLUMN = 46  # letters of one of them
MOST_DIGITS = 6  # that are written into boxes
WIDTHS = ((9, 4), (22, 3), (36, 2))  # letters of the longest option, options beside each other


def words_of(language: str) -> Mapping[str, Any]:
    """What a paper says by itself; Vietnamese where it has no words in the language."""
    return WORDS.get(language, WORDS["vi"])


class Sheet:
    """Makes the parts of a paper in one language."""

    def __init__(self, form: Questionnaire, language: str) -> None:
        self.form = form
        self.language = language
        self.words = words_of(language)
        self.labels = labels(form)
        self.teller = Teller(form, self.labels, self.words, language)

    def parts(self) -> list[dict[str, Any]]:
        """One for each screen of the form."""
        return [
            {
                "letter": "" if _OWN.match(self.said(screen.title)) else f"{letters(place)}. ",
                "title": self.said(screen.title),
                "introduction": self.said(screen.introduction),
                "when": self._when("when_part", screen),
                "blocks": list(self._blocks(screen)),
            }
            for place, screen in enumerate(self.form.screens)
        ]

    def said(self, words: Words) -> str:
        """A wording, in which an earlier answer is pointed at by its question."""
        return PIPE.sub(self._earlier, words.get(self.language, ""))

    def _earlier(self, found: re.Match[str]) -> str:
        return str(self.words["earlier"]).format(question=self.teller.named(found[1]))

    def _when(self, key: str, asked: Option | Question | Screen) -> str:
        if asked.show_when is None:
            return ""
        return str(self.words[key]).format(condition=self.teller.told(asked.show_when))

    def _blocks(self, screen: Screen) -> Iterator[dict[str, Any]]:
        """Ratings that follow one another on the same scale share a table."""
        for table, asked in groupby(screen.questions, self._table_of):
            if table:
                yield self._ratings(list(asked))
            else:
                yield from map(self._block, asked)

    def _table_of(self, question: Question) -> str:
        """The scale whose options are the columns; "" when they are none."""
        if question.kind != "rating" or question.scale is None or not self._columns(question):
            return ""
        return question.scale.id

    def _columns(self, question: Question) -> bool:
        longest = max(len(self.said(option.text)) for option in question.options)
        return len(question.options) <= MOST_COLUMNS and longest <= LONGEST_COLUMN

    def _ratings(self, asked: Sequence[Question]) -> dict[str, Any]:
        rows = [{**self._head(question), "item": question.id, "how": ""} for question in asked]
        return {"kind": "table", "options": self._options(asked[0]), "rows": rows, "head": None}

    def _block(self, question: Question) -> dict[str, Any]:
        match question.kind:
            case "note":
                return {**self._head(question), "kind": "note"}
            case "grid" if self._columns(question):
                return self._grid(question)
            case "grid":
                rows = [self._row(question, row) for row in question.rows]
                head = {**self._head(question), "how": self.words["each_row"]}
                return {**head, "kind": "rows", "rows": rows, **self._choices(question)}
            case "number":
                return self._number(question)
            case "date":
                return {
                    **self._head(question),
                    "kind": "date",
                    "how": self._sentences(self.words["day"], self._limits(question.items[0])),
                }
            case "place" | "text":
                how = self.words[question.kind]
                return {**self._head(question), "kind": question.kind, "how": how}
        several = question.kind == "multiple"
        how = self.words["several" if several else "one"]
        head = {**self._head(question), "how": how}
        return {**head, "kind": "choice", **self._choices(question)}

    def _head(self, question: Question) -> dict[str, Any]:
        """What stands above the boxes of any question."""
        legal = question.legal_basis and str(self.words["basis"]).format(basis=question.legal_basis)
        months = question.retention_months
        personal = question.data_class != "none" and question.items
        alt = question.picture_alt.get(self.language, "")
        return {
            "label": self.labels.get(question.id, ""),
            "text": self.said(question.text),
            "hint": self.said(question.hint),
            "picture": alt and str(self.words["picture"]).format(words=alt),
            "when": self._when("when_question", question),
            "star": question.required and bool(question.items),
            "item": question.id if question.kind != "note" else "",
            "aside": self._sentences(
                self.words["empty"] if personal else "",
                legal,
                str(self.words["kept"]).format(months=months) if months else "",
            ),
            "how": "",
        }

    def _sentences(self, *told: str) -> str:
        return " ".join(one for one in told if one)

    def _options(self, question: Question) -> list[dict[str, Any]]:
        return [self._option(question, option) for option in question.options]

    def _option(self, question: Question, option: Option) -> dict[str, Any]:
        alone = question.kind == "multiple" and option.exclusive
        return {
            "code": str(option.code),
            "text": self.said(option.text),
            "say": self.words["say"] if option.other else "",
            "aside": "; ".join(
                one
                for one in (
                    self._when("when_option", option),
                    self.words["alone"] if alone else "",
                )
                if one
            ),
        }

    def _choices(self, question: Question) -> dict[str, Any]:
        """The options, and how many of them stand beside each other."""
        options = self._options(question)
        longest = max(len(f"{o['text']} {o['aside']}") for o in options)
        beside = next((many for letters, many in WIDTHS if longest <= letters), 1)
        if any(option["say"] for option in options):
            beside = min(beside, 2)
        return {"options": options, "beside": min(beside, len(options))}

    def _grid(self, question: Question) -> dict[str, Any]:
        head = {**self._head(question), "how": self.words["each_row"]}
        rows = [self._row(question, row) for row in question.rows]
        return {"kind": "table", "options": self._options(question), "rows": rows, "head": head}

    def _row(self, question: Question, row: Row) -> dict[str, Any]:
        apart = row.data_class != "none" and question.data_class == "none"
        return {
            "label": str(row.number),
            "text": self.said(row.text),
            "item": f"{question.id}_{row.number}",
            "star": False,
            "aside": self.words["empty"] if apart else "",
            "hint": "",
            "picture": "",
            "when": "",
        }

    def _number(self, question: Question) -> dict[str, Any]:
        [item] = question.items
        digits = len(str(item.most))
        boxes = digits if digits <= MOST_DIGITS else 0
        how = self.words["number" if boxes else "number_line"]
        return {
            **self._head(question),
            "kind": "number",
            "how": self._sentences(how, self._limits(item)),
            "digits": boxes,
            "unit": self.said(question.unit),
        }

    def _limits(self, item: Item) -> str:
        """The limits that the form states; the widest that the format has are not said."""
        told = [self._limit(item, limit) for limit in limits(item)]
        widest = {"number": ("0", str(2**31 - 1)), "date": ("01/01/1900", "31/12/2199")}
        least, most = widest[item.kind]
        values = {"least": told[0], "most": told[1]}
        if told[1] == most:
            return "" if told[0] == least else str(self.words["from"]).format(**values)
        key = "until" if told[0] == least and item.kind == "date" else "limits"
        return str(self.words[key]).format(**values)

    def _limit(self, item: Item, limit: int | str) -> str:
        if isinstance(limit, str):
            return str(self.words["today"])
        day = day_of(limit) if item.kind == "date" else None
        return self.teller.day(day) if day else str(limit)
