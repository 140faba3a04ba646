"""What a survey says beside its questions: how it is run, looks, counts, invites and thanks."""

from questionnaires.loader import FOLDER
from survey.exchange.fidelity import N_, Ledger
from survey.exchange.lss.source import Source
from survey.exchange.lss.structure import KEEPER, PERSONAL

PRIVATE = N_(
    "Not taken over: every response here is anonymous, without address, hour or token, and this "
    "cannot be set."
)
RUN_BY = N_("Who runs the survey, with names, addresses and passwords, is not taken over.")
RUN = N_("A setting of how LimeSurvey runs and shows the survey; rounds here have their own.")
UNRUN = N_("Scripts of a survey are not run here.")
BY_QUESTION = N_("Each group of questions is a page, not each question.")
MAILED = N_("Letters and invitations are not part of a form here.")
THANKED = N_("The platform thanks in its own words at the end.")
NOTICED = N_("The privacy notice of the platform stands in its place.")
WRITTEN = N_("Days and numbers are written as the language of the page has them.")
TABLES = {
    "quota": N_("Quotas are not part of a form here: a round has its sample."),
    "assessments": N_("Scores shown to people are not part of a form here."),
    "defaultvalues": N_("No answer is filled in before it is given."),
    "themes": N_("How pages look belongs to the platform."),
    "surveys_groups": RUN,
    "survey_url_parameters": N_("Answers are not taken from addresses."),
    "plugin_settings": N_("Settings of LimeSurvey's plugins are not taken over."),
}
ATTRIBUTES = {
    "random": N_("Questions, options and rows are shown in one order."),
    "array_filter": N_("Options and rows do not depend on those chosen elsewhere."),
    "time_limit": N_("No question has a time limit here."),
    "shown": N_("How the question looks belongs to the platform."),
}
LOOKS = (
    "hide_tip", "cssclass", "display", "slider", "input_size", "text_input", "statistics",
    "answer_width", "repeat_headings", "dropdown", "prefix", "page_break", "printable", "category",
    "use_dropdown", "reverse", "location", "placeholder", "date_format", "samechoiceheight",
    "samelistheight", "showpopups", "choice_title", "rank_title", "scale_export", "maximum",
    "public_statistics",
    "save_as_default", "question_template", "show_", "other_position", "clear_default", "fix_",
    "crop", "keep_aspect", "horizontal_scroll",
)  # fmt: skip


def newest_notice() -> str:
    """The version of the privacy notice that a new form opens with."""
    return max(path.stem for path in (FOLDER / "notices").glob("*.toml"))


def one_page(source: Source) -> bool:
    """Whether everything stands on one page."""
    return source.settings.get("format", "").strip() == "A"


def account_settings(source: Source, ledger: Ledger) -> None:
    """Say what became of everything that belongs to no question, and of attributes of looks."""
    for table, key, cell in source.others:
        if table == "surveys":
            _setting(key, cell.text.strip(), cell.place, ledger)
        else:
            why = next((why for name, why in TABLES.items() if table.startswith(name)), "")
            if why:
                ledger.dropped(cell.place, why)
    for key, cells in source.words.items():
        why = _words(key)
        for cell in cells.values():
            if why:
                ledger.dropped(cell.place, why)
    for place, feature in source.parts.all.items():
        if feature == "question.question_theme_name":
            ledger.unsaid(place, ATTRIBUTES["shown"])
        elif feature == "question.script":
            ledger.unsaid(place, UNRUN)
        elif feature == "answer.assessment_value":
            ledger.unsaid(place, TABLES["assessments"])
        elif feature.startswith("attribute."):
            _attribute(feature.removeprefix("attribute."), place, ledger)


def _setting(key: str, value: str, place: str, ledger: Ledger) -> None:
    if (key, value) == ("anonymized", "Y"):
        ledger.kept(place)
    elif key == "format":
        if value == "S":
            ledger.approximated(place, BY_QUESTION)
        else:
            ledger.kept(place)
    elif key in PERSONAL:
        ledger.dropped(place, PRIVATE)
    elif key in KEEPER:
        ledger.dropped(place, RUN_BY)
    else:
        ledger.dropped(place, RUN)


def _words(key: str) -> str:
    if "email" in key or key in ("attachments", "surveyls_attributecaptions"):
        return MAILED
    if "policy" in key or "legal" in key:
        return NOTICED
    if key in ("surveyls_endtext", "surveyls_url", "surveyls_urldescription"):
        return THANKED
    if key in ("surveyls_dateformat", "surveyls_numberformat"):
        return WRITTEN
    return ""


def _attribute(name: str, place: str, ledger: Ledger) -> None:
    """Attributes that no reader of a question spoke of."""
    if name in ("random_order", "random_group", "answer_order", "subquestion_order", "alphasort",
                "keep_codes_order"):  # fmt: skip
        ledger.unsaid(place, ATTRIBUTES["random"])
    elif name.startswith("array_filter"):
        ledger.unsaid(place, ATTRIBUTES["array_filter"])
    elif name.startswith("time_limit"):
        ledger.unsaid(place, ATTRIBUTES["time_limit"])
    elif name.startswith(LOOKS):
        ledger.unsaid(place, ATTRIBUTES["shown"])
