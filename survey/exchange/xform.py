"""A form as an OpenRosa XForm: what ODK Collect asks by, made by pyxform of our XLSForm."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from lxml import etree

from questionnaires import Questionnaire
from survey.exchange.apart import FileRefused
from survey.exchange.fidelity import APPROXIMATED, DROPPED, N_, Fate, Note, Report
from survey.exchange.wishes import Wishes
from survey.exchange.xlsform.fates import OURS, RATING, RENAMED, TITLE
from survey.exchange.xlsform.write import write as write_workbook
from survey.lazy import load

OWN = "sipas_"  # how the columns begin that only this platform reads
INSTEAD: Mapping[str, Fate] = {  # what is said of an XLSForm and is otherwise in an XForm
    OURS.why: Fate(DROPPED, N_("An XForm has no place for it.")),
    TITLE.why: Fate(APPROXIMATED, N_("An XForm has a title in one language.")),
    RATING.why: Fate(APPROXIMATED, N_("It is a choice of one; that it is rated is not said.")),
    RENAMED.why: Fate(APPROXIMATED, N_("Its name there is another one.")),
}


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The XForm in UTF-8, and what became of everything in the form.

    Raises FileRefused when a text is too long, or with what pyxform says against the form.
    """
    book, report = write_workbook(form, wishes)
    pyxform = load("survey.exchange.by_pyxform")
    try:
        made = pyxform.convert(book, file_type=".xlsx", form_name="data").xform
    except pyxform.PyXFormError as error:
        why = _("pyxform makes no XForm of it: %(what)s", what=" ".join(str(error).split())[:600])
        raise FileRefused([str(why)]) from error
    return _without_ours(made), _of_xform(report)


def told(form: Questionnaire) -> Report:
    """What becomes of everything in the form. Raises FileRefused when a text is too long."""
    return _of_xform(write_workbook(form, Wishes(form.languages[0]))[1])


def _without_ours(made: str) -> bytes:
    """The XForm without our columns beside its choices, save those that choices are sought by."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    root = etree.fromstring(made.encode(), parser)
    sought = " ".join(root.xpath("//*[local-name() = 'itemset']/@nodeset"))
    for one in root.xpath(f"//*[starts-with(local-name(), '{OWN}')]"):
        if etree.QName(one).localname not in sought:
            one.getparent().remove(one)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def _of_xform(report: Report) -> Report:
    return Report(tuple(map(_instead, report.notes)))


def _instead(note: Note) -> Note:
    fate = INSTEAD.get(note.why)
    return note if fate is None else replace(note, outcome=fate.outcome, why=fate.why)
