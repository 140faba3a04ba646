"""LimeSurvey files written for the tests, in today's shape and in that of before version 4."""

from xml.sax.saxutils import escape

from survey.exchange.lss.read import read


def question(title, type, text=None, **more):
    """rows, answers: code to words, of rows with their relevance or without it.

    Words are one text, or a text for each language.
    """
    return {"title": title, "type": type, "text": text or f"Words of {title}", **more}


def survey(*groups, languages=("en", "vi"), old=False, settings=None, words=None, tables=None):
    """The file. A group is a name, or (name, fields), followed by its questions."""
    made = _Made(languages, old)
    for number, (name, *questions) in enumerate(groups, 1):
        name, fields = name if isinstance(name, tuple) else (name, {})
        made.group(str(number), name, fields)
        for one in questions:
            made.question(str(number), one)
    return made.text(settings or {}, words or {}, tables or {})


def one(*questions, **more):
    """The document of a survey with one group, and the report."""
    return read(survey(("Part", *questions), **more), "a.lss")


def asked(document):
    return [q for screen in document["screens"] for q in screen["questions"]]


def notes(report, outcome=None):
    """Place to (outcome, feature, reason)."""
    return {n.place: (n.outcome, n.feature, n.why % n.values) for n in report.notes
            if outcome in (None, n.outcome)}  # fmt: skip


class _Made:
    def __init__(self, languages, old):
        self.languages = languages
        self.old = old
        self.rows = {}
        self.qid = self.aid = 0

    def add(self, table, **fields):
        self.rows.setdefault(table, []).append(fields)

    def worded(self, table, l10n, key, fields, words):
        """A row with words: once for each language, or once and its words beside it."""
        if self.old:
            for language in self.languages:
                said = {name: self.said(text, language) for name, text in words.items()}
                self.add(table, **fields, **said, language=language)
            return
        self.add(table, **fields)
        for language in self.languages:
            said = {name: self.said(text, language) for name, text in words.items()}
            self.add(l10n, **{key: fields[key]}, **said, language=language)

    def said(self, text, language):
        if isinstance(text, dict):
            return text.get(language, "")
        return text if language == self.languages[0] or not text else f"{text} ({language})"

    def group(self, gid, name, fields):
        same = {"gid": gid, "sid": "7", "group_order": gid, **fields}
        words = {"group_name": name, "description": same.pop("description", "")}
        self.worded("groups", "group_l10ns", "gid", same, words)

    def question(self, gid, one):
        qid = self.asked("questions", gid, "0", one["title"], one["type"], one, len(self.rows))
        for place, (code, text) in enumerate(one.get("rows", {}).items()):
            text, relevance = text if isinstance(text, tuple) else (text, "1")
            sub = {"text": text, "relevance": relevance}
            self.asked("subquestions", gid, qid, code, "T", sub, place)
        for place, (code, text) in enumerate(one.get("columns", {}).items()):
            self.asked("subquestions", gid, qid, code, "T", {"text": text, "scale_id": "1"}, place)
        for scale, key in enumerate(("answers", "second")):
            for place, (code, text) in enumerate(one.get(key, {}).items()):
                self.aid += 1
                fields = {"aid": str(self.aid), "qid": qid, "code": code, "sortorder": str(place),
                          "scale_id": str(scale)}  # fmt: skip
                self.worded("answers", "answer_l10ns", "aid", fields, {"answer": text})
        for name, value in one.get("attributes", {}).items():
            values = value if isinstance(value, dict) else {"": value}
            for language, said in values.items():
                self.add("question_attributes", qid=qid, attribute=name, value=said,
                         language=language)  # fmt: skip
        for place, row in enumerate(one.get("conditions", ()), 1):
            self.add("conditions", cid=f"{qid}{place}", qid=qid, **row)

    def asked(self, table, gid, parent, title, type, one, order):
        self.qid += 1
        qid = str(self.qid)
        fields = {"qid": qid, "parent_qid": parent, "sid": "7", "gid": gid, "type": type,
                  "title": title, "question_order": str(order), "other": one.get("other", "N"),
                  "mandatory": one.get("mandatory", "N"), "scale_id": one.get("scale_id", "0"),
                  "relevance": one.get("relevance", "1")}  # fmt: skip
        words = {"question": one["text"], "help": one.get("help", "")}
        self.worded(table, "question_l10ns", "qid", fields, words)
        return qid

    def text(self, settings, words, tables):
        base, *more = self.languages
        self.add("surveys", sid="7", language=base, additional_languages=" ".join(more), **settings)
        for language in self.languages:
            said = {name: self.said(text, language) for name, text in words.items()}
            said.setdefault("surveyls_title", f"Survey ({language})")
            self.add("surveys_languagesettings", surveyls_language=language, **said)
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>",
                 "<LimeSurveyDocType>Survey</LimeSurveyDocType>",
                 f"<DBVersion>{155 if self.old else 641}</DBVersion>", "<languages>"]  # fmt: skip
        lines += [f"<language>{one}</language>" for one in self.languages]
        lines.append("</languages>")
        for table, rows in (self.rows | tables).items():
            lines += [f"<{table}>", "<rows>"]
            lines += [f"<row>{''.join(_cell(*one) for one in row.items())}</row>" for row in rows]
            lines += ["</rows>", f"</{table}>"]
        return "\n".join([*lines, "</document>"]).encode()


def _cell(name, text):
    return f"<{name}>{escape(text)}</{name}>"
