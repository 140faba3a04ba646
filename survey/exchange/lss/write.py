"""A form as a LimeSurvey survey. It was checked against the documented structure of such files, not
by the program itself."""

import html
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

from questionnaires import Questionnaire, canonical
from questionnaires.features import PIPE
from questionnaires.model import GREATEST, Item, Option, Question, Screen, Words, day_of
from questionnaires.trees import Condition
from survey.exchange.fidelity import Report, account
from survey.exchange.lss.carrier import carrying
from survey.exchange.lss.columns import COLUMNS, RUN
from survey.exchange.lss.fates import fates
from survey.exchange.lss.scripting import ALWAYS, Codes, Scripting, Unwritable, codes_of
from survey.exchange.lss.structure import CARRIER, DB_VERSION, Row, Tables
from survey.exchange.lss.types import THEMES, fixed, type_of
from survey.exchange.wishes import Wishes

Rows = dict[str, list[Row]]
DAYS = ("1900-01-01", "2199-12-31")


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The survey's structure in UTF-8, and what became of everything the form says."""
    codes = codes_of(form)
    tables = tables_of(form, codes)
    tables[CARRIER] = carrying(canonical(form), tables)
    return as_xml(tables).encode(), account(form, fates(form, codes))


def tables_of(form: Questionnaire, codes: Codes) -> Rows:
    """The rows of every table but our own."""
    return _Writer(form, codes).tables()


def as_xml(tables: Tables) -> str:
    """The tables as LimeSurvey's import reads them."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>",
             " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
             f" <DBVersion>{DB_VERSION}</DBVersion>", " <languages>"]  # fmt: skip
    lines += [f"  <language>{row['language']}</language>" for row in tables["languages"]]
    lines.append(" </languages>")
    for table, columns in COLUMNS.items():
        if tables.get(table):
            lines += [f" <{table}>", "  <fields>"]
            lines += [f"   <fieldname>{column}</fieldname>" for column in columns]
            lines += ["  </fields>", "  <rows>"]
            for row in tables[table]:
                lines += ["   <row>", *(_cell(c, row.get(c, "")) for c in columns), "   </row>"]
            lines += ["  </rows>", f" </{table}>"]
    return "\n".join([*lines, "</document>", ""])


def _cell(column: str, text: str) -> str:
    if not text:
        return f"    <{column}/>"
    bare = text.replace("]]>", "]]]]><![CDATA[>")
    return f"    <{column}><![CDATA[{bare}]]></{column}>"


class _Writer:
    """Numbers groups, questions and answers in the order of the form, from 1."""

    def __init__(self, form: Questionnaire, codes: Codes) -> None:
        self.form = form
        self.codes = codes
        self.scripting = Scripting(form, codes)
        self.sid = str(100_000 + crc32(form.name.encode()) % 900_000)
        self.rows: Rows = {table: [] for table in ("languages", *COLUMNS) if table != CARRIER}
        self.qid = 0

    def tables(self) -> Rows:
        form = self.form
        base, *more = form.languages
        self.rows["languages"] = [{"language": one} for one in (*more, base)]
        self.rows["surveys"] = [
            {**RUN, "sid": self.sid, "language": base, "additional_languages": " ".join(more),
             "format": "A" if form.paging == "one-page" else "G"}
        ]  # fmt: skip
        for language in form.languages:
            self.rows["surveys_languagesettings"].append({
                "surveyls_survey_id": self.sid,
                "surveyls_language": language,
                "surveyls_title": self.said(form.title, language),
                "surveyls_welcometext": self.said(form.introduction, language),
                "surveyls_dateformat": "5",  # 31/12/2026
                "surveyls_numberformat": "0" if language == "en" else "1",
            })  # fmt: skip
        for number, screen in enumerate(form.screens, 1):
            self.group(str(number), screen)
        return self.rows

    def said(self, words: Words, language: str) -> str:
        """Words as HTML, with the answers that they repeat."""
        text = html.escape(words.get(language, ""), quote=False)
        return PIPE.sub(lambda match: self.piped(match[1]), text)

    def piped(self, id: str) -> str:
        question = self.form.by_question.get(id)
        if question and question.kind == "multiple":
            every = [one.replace(".NAOK", ".shown") for one in self.scripting.ticks(question)]
            return f"{{implode(', ', {', '.join(every)})}}"
        if question and question.kind == "grid":
            every = [self.scripting.variable(i).replace(".NAOK", ".shown") for i in question.items]
            return f"{{implode(', ', {', '.join(every)})}}"
        item = self.form.by_id[id]
        home = self.form.by_question[item.question_id]
        if home.kind == "multiple":
            tick = next(o for o in home.choices if f"{home.id}_{o.code}" == id)
            return f"{{{self.scripting.tick(home, tick).replace('.NAOK', '.shown')}}}"
        return f"{{{self.scripting.variable(item).replace('.NAOK', '.shown')}}}"

    def when(self, condition: Condition | None) -> str:
        """The relevance; always where it cannot be written, which the report says."""
        try:
            return self.scripting.write(condition) if condition else ALWAYS
        except Unwritable:
            return ALWAYS

    def group(self, gid: str, screen: Screen) -> None:
        self.rows["groups"].append({
            "gid": gid, "sid": self.sid, "group_order": gid,
            "grelevance": self.when(screen.show_when),
        })  # fmt: skip
        for language in self.form.languages:
            self.rows["group_l10ns"].append({
                "id": str(len(self.rows["group_l10ns"]) + 1), "gid": gid, "language": language,
                "group_name": self.said(screen.title, language),
                "description": self.said(screen.introduction, language),
            })  # fmt: skip
        for order, question in enumerate(screen.questions, 1):
            self.question(gid, str(order), question)

    def question(self, gid: str, order: str, question: Question) -> None:
        kind = type_of(question)
        other = kind in "LM" and question.other is not None
        qid = self.asked("questions", {
            "parent_qid": "0", "gid": gid, "type": kind,
            "title": self.codes.questions[question.id], "other": "Y" if other else "N",
            "mandatory": "Y" if question.required else "N", "question_order": order,
            "relevance": self.when(question.show_when), "question_theme_name": THEMES[kind],
        }, question.text, question.hint)  # fmt: skip
        for name, value, language in attributes(question, self):
            self.rows["question_attributes"].append(
                {"qid": qid, "attribute": name, "value": value, "language": language}
            )
        for place, row in enumerate(question.rows, 1):
            self.sub(gid, qid, place, self.codes.rows[question.id][row.number], row.text, None)
        choices = [one for one in question.options if not one.other]
        for place, option in enumerate(choices, 1):
            code = self.codes.options[question.id][option.code]
            if kind == "M":
                self.sub(gid, qid, place, code, option.text, option.show_when)
            elif not fixed(question):
                self.answer(qid, place, code, option)

    def asked(self, table: str, row: Row, text: Words, hint: Words) -> str:
        self.qid += 1
        qid = str(self.qid)
        same = {"sid": self.sid, "qid": qid, "encrypted": "N", "scale_id": "0", "same_default": "0",
                "same_script": "0"}  # fmt: skip
        self.rows[table].append({**same, **row})
        for language in self.form.languages:
            self.rows["question_l10ns"].append({
                "id": str(len(self.rows["question_l10ns"]) + 1), "qid": qid, "language": language,
                "question": self.said(text, language), "help": self.said(hint, language),
            })  # fmt: skip
        return qid

    def sub(self, gid: str, parent: str, place: int, code: str, text: Words,
            when: Condition | None) -> None:  # fmt: skip
        self.asked("subquestions", {
            "parent_qid": parent, "gid": gid, "type": "T", "title": code, "other": "N",
            "question_order": str(place), "relevance": self.when(when),
        }, text, {})  # fmt: skip

    def answer(self, qid: str, place: int, code: str, option: Option) -> None:
        aid = str(len(self.rows["answers"]) + 1)
        self.rows["answers"].append({"aid": aid, "qid": qid, "code": code, "sortorder": str(place),
                                     "assessment_value": "0", "scale_id": "0"})  # fmt: skip
        for language in self.form.languages:
            self.rows["answer_l10ns"].append({
                "id": str(len(self.rows["answer_l10ns"]) + 1), "aid": aid, "language": language,
                "answer": self.said(option.text, language),
            })  # fmt: skip


def attributes(question: Question, writer: _Writer) -> Iterator[tuple[str, str, str]]:
    """Name, value and language of what a question says beside its words."""
    languages = writer.form.languages
    if question.kind in ("number", "date"):
        yield from _limits(question.items[0])
    if question.other:
        for language in languages:
            yield "other_replace_text", writer.said(question.other.text, language), language
    if question.kind == "multiple":
        alone = [
            "other" if o.other else writer.codes.options[question.id][o.code]
            for o in question.choices
            if o.exclusive or o.no_opinion
        ]
        if alone:
            yield "exclude_all_others", ";".join(alone), ""
    if question.unit:
        for language in languages:
            yield "suffix", writer.said(question.unit, language), language
    yield from _checks(question, writer.scripting, languages)


def _limits(item: Item) -> Iterator[tuple[str, str, str]]:
    if item.kind == "number":
        yield "num_value_int_only", "1", ""
        yield "min_num_value_n", str(item.least), ""
        if item.most != GREATEST:
            yield "max_num_value_n", str(item.most), ""
        return
    for name, key, value, widest in zip(
        ("date_min", "date_max"), ("min", "max"), (item.least, item.most), DAYS, strict=True
    ):
        day = day_of(value)
        if key in item.today:
            yield name, "today", ""
        elif day and day.isoformat() != widest:
            yield name, day.isoformat(), ""


def _checks(
    question: Question, scripting: Scripting, languages: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """All checks in one, with their messages one after the other."""
    written: list[tuple[str, Mapping[str, str]]] = []
    for check in question.checks:
        try:
            written.append((scripting.check(check.holds), check.message))
        except Unwritable:
            continue
    if written:
        yield "em_validation_q", " and ".join(text for text, _ in written), ""
        for language in languages:
            said = " ".join(html.escape(message[language], quote=False) for _, message in written)
            yield "em_validation_q_tip", said, language
