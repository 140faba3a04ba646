"""The formats that forms come from and go to, by the endings of their files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires import Questionnaire, QuestionnaireError, parse
from questionnaires.build import build
from questionnaires.loader import check_whole, from_canonical
from questionnaires.problems import Faults, Lines
from survey.errors import Words
from survey.exchange import canonical, paper, schema, toml, xform
from survey.exchange.apart import FileRefused, read_apart
from survey.exchange.fidelity import AS_IS, Report, account, used
from survey.exchange.lss import write as lss
from survey.exchange.wishes import Wishes
from survey.exchange.xlsform import write as xlsform
from survey.fieldwork.drafts import LARGEST

Writer = Callable[[Questionnaire, Wishes], tuple[bytes, Report]]
Reader = Callable[[bytes, str], tuple[Questionnaire, Report]]


@dataclass(frozen=True)
class Format:
    """One format. reads, writes: None where forms do not come from it, or do not go to it.

    one_language: what is written is in the wished language only.
    tells: the report alone, where writing takes long; None where the writer is quick.
    """

    id: str
    title: Words
    endings: tuple[str, ...]
    media_type: str
    reads: Reader | None = None
    writes: Writer | None = None
    one_language: bool = False
    tells: Callable[[Questionnaire], Report] | None = None


def own_text(data: bytes, name: str) -> str:
    """Raises FileRefused when it is not text in UTF-8, or longer than any form of ours."""
    if len(data) > LARGEST:
        raise FileRefused([_("The file is larger than %(size)s kB.", size=str(LARGEST // 1000))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = _("%(file)s:%(line)s: this is not text in UTF-8.", file=name, line=str(line))
        raise FileRefused([why]) from error


def from_toml(data: bytes, name: str) -> tuple[Questionnaire, Report]:
    """A form in TOML, all of which is kept. Raises FileRefused with every problem."""
    return _whole(lambda: parse(own_text(data, name), name))


def from_json(data: bytes, name: str) -> tuple[Questionnaire, Report]:
    """A form's canonical text, all of which is kept. Raises FileRefused with every problem."""
    return _whole(lambda: from_canonical(own_text(data, name)))


def _whole(read: Callable[[], Questionnaire]) -> tuple[Questionnaire, Report]:
    try:
        form = read()
    except QuestionnaireError as error:
        raise FileRefused([str(problem) for problem in error.problems]) from error
    return form, account(form, {one.feature: AS_IS for one in used(form)})


def foreign(kind: str) -> Reader:
    """A reader of another tool's files, which are read apart. Raises FileRefused."""

    def read(data: bytes, name: str) -> tuple[Questionnaire, Report]:
        incoming = read_apart(kind, data, name)
        return built(incoming.document, name), incoming.report

    return read


def built(document: Mapping[str, Any], name: str) -> Questionnaire:
    """The form of a document. Raises FileRefused with every problem."""
    faults = Faults(name, Lines())
    check_whole(document, faults)
    if faults.problems:
        raise FileRefused([str(problem) for problem in faults.problems])
    return build(document)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: tuple[Format, ...] = (
    Format("toml", _l("Questionnaire (TOML)"), (".toml",), "application/toml", from_toml,
           toml.write),
    Format("paper", _l("Paper form (PDF)"), (".pdf",), "application/pdf", writes=paper.write,
           one_language=True, tells=paper.told),
    Format("xlsform", _l("XLSForm (Excel)"), (".xlsx",), XLSX, foreign("xlsform"), xlsform.write),
    Format("xform", _l("OpenRosa XForm"), (".xml",), "application/xml", writes=xform.write,
           tells=xform.told),
    Format("lss", _l("LimeSurvey survey structure"), (".lss",), "application/xml", foreign("lss"),
           lss.write),
    Format("schema", _l("JSON Schema of the answers"), (".schema.json",), "application/schema+json",
           writes=schema.write, tells=schema.told),
    Format("canonical", _l("Canonical text (JSON)"), (".json",), "application/json", from_json,
           canonical.write),
    Format("xlsform-old", _l("XLSForm (old Excel, or with macros)"), (".xls", ".xlsm"),
           "application/vnd.ms-excel", foreign("xlsform")),
)  # fmt: skip
BY_ID: Mapping[str, Format] = {one.id: one for one in FORMATS}


def format_of(name: str, *, writes: bool) -> Format:
    """The first format with the ending of a file's name, to write it or to read it.

    Raises FileRefused when none has it.
    """
    able = [one for one in FORMATS if (one.writes if writes else one.reads)]
    for one in able:
        if name.lower().endswith(one.endings):
            return one
    endings = ", ".join(ending for one in able for ending in one.endings)
    ending = PurePath(name).suffix or name
    raise FileRefused(
        [
            _(
                "“%(ending)s” is no known ending. Use one of: %(endings)s.",
                ending=ending,
                endings=endings,
            )
        ]  # fmt: skip
    )


def read_form(data: bytes, name: str) -> tuple[Questionnaire, Report]:
    """The form of a file, by the ending of its name. Raises FileRefused."""
    reads = format_of(name, writes=False).reads
    assert reads is not None
    return reads(data, name)
