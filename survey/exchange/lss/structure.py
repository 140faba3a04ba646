"""What a `.lss` file is made of: an element for each table, in it rows, in these fields.

The facts are those of LimeSurvey's own import and export and of its manual. Until version 4
(DBVersion 400) a row stood once for each language; since then words stand in tables of their own,
`…_l10ns`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]

DB_VERSION = "641"
CARRIER = (
    "sipas"  # a table of ours, which LimeSurvey's import passes over: it asks for its own only
)
OTHER = "-oth-"
LONGEST_CODE, LONGEST_ANSWER_CODE = 20, 5
RESERVED = ("LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this")
ROW_RESERVED = ("other", "time", "comment")

TYPES: Mapping[str, str] = {
    "1": "array, two scales",
    "5": "5 point choice",
    "A": "array of 5 points",
    "B": "array of 10 points",
    "C": "array yes, no, uncertain",
    "D": "date",
    "E": "array increase, same, decrease",
    "F": "array",
    "G": "gender",
    "H": "array by column",
    "I": "language switch",
    "K": "several numbers",
    "L": "list",
    "M": "multiple choice",
    "N": "number",
    "O": "list with comment",
    "P": "multiple choice with comments",
    "Q": "several short texts",
    "R": "ranking",
    "S": "short text",
    "T": "long text",
    "U": "huge text",
    "X": "text display",
    "Y": "yes or no",
    "!": "dropdown list",
    "|": "file upload",
    "*": "equation",
    ":": "array of numbers",
    ";": "array of texts",
}

# Where a row belongs and in which order it stands: the frame, which is not told field by field.
FRAME: Mapping[str, frozenset[str]] = {
    "surveys": frozenset(("sid", "gsid", "language", "additional_languages")),
    "surveys_languagesettings": frozenset(("surveyls_survey_id", "surveyls_language")),
    "groups": frozenset(("gid", "sid", "group_order", "language", "id")),
    "questions": frozenset(
        ("qid", "sid", "gid", "parent_qid", "title", "question_order", "scale_id", "language", "id")
    ),
    "answers": frozenset(("aid", "qid", "code", "sortorder", "scale_id", "language", "id")),
}
# Names of looks that are LimeSurvey's own, one for each type.
OWN_LOOKS = frozenset(
    (
        "core", "5pointchoice", "boilerplate", "date", "equation", "file_upload", "gender",
        "hugefreetext", "language", "list_dropdown", "list_with_comment", "listradio",
        "longfreetext", "multiplechoice", "multiplechoice_with_comments", "multiplenumeric",
        "multipleshorttext", "numerical", "ranking", "shortfreetext", "yesno", "arrays/10point",
        "arrays/5point", "arrays/array", "arrays/column", "arrays/dualscale",
        "arrays/increasesamedecrease", "arrays/multiflexi", "arrays/texts",
        "arrays/yesnouncertain",
    )
)  # fmt: skip
# Values with which a field says nothing.
SILENT: Mapping[str, frozenset[str]] = {
    "surveys": frozenset(("", "I", "N", "inherit", "0", "-1", "E")),
    "questions": frozenset(("", "N")),
    "groups": frozenset(("",)),
    "answers": frozenset(("", "0")),
}
NOTHING = frozenset(  # fields that say nothing with these values, and fields that say something
    [("relevance", "1"), ("grelevance", "1"), ("same_default", "0"), ("same_script", "0")]
    + [("question_theme_name", look) for look in OWN_LOOKS]
)
SOMETHING = frozenset((("type", "N"), ("anonymized", "N")))

# Settings that keep something of the person who answers, and who runs the survey over there.
PERSONAL = (
    "anonymized", "private", "datestamp", "ipaddr", "ipanonymize", "refurl", "savetimings",
    "usetokens", "usecookie", "allowregister", "allowsave", "alloweditaftercompletion",
    "tokenanswerspersistence", "tokenlength", "tokenencryptionoptions", "attributedescriptions",
    "googleanalyticsstyle", "googleanalyticsapikey", "emailresponseto", "emailnotificationto",
)  # fmt: skip
KEEPER = (
    "admin", "adminemail", "faxto", "owner_id", "bounce_email", "bounceprocessing", "bouncetime",
    "bounceaccounttype", "bounceaccounthost", "bounceaccountpass", "bounceaccountencryption",
    "bounceaccountuser",
)  # fmt: skip

# Attributes as LimeSurvey writes them out when nobody touched them.
_UNTOUCHED = (
    "hidden=0 page_break=0 public_statistics=0 hide_tip=0 random_order=0 scale_export=0 "
    "time_limit_action=1 time_limit_disable_next=0 time_limit_disable_prev=0 display_columns=0 "
    "display_columns=1 assessment_value=1 other_numbers_only=0 other_comment_mandatory=0 "
    "exclude_all_others_auto=0 reverse=0 alphasort=0 location_mapservice=0 "
    "location_nodefaultfromip=0 location_city=0 location_country=0 location_postal=0 "
    "location_state=0 location_mapheight=300 location_mapwidth=500 location_mapzoom=11 "
    "numbers_only=0 num_value_int_only=0 slider_layout=0 slider_middlestart=0 slider_showminmax=0 "
    "slider_rating=0 multiflexible_checkbox=0 input_boxes=0 use_dropdown=0 save_as_default=N "
    "statistics_graphtype=0 statistics_showgraph=1 array_filter_style=0 other_position=default "
    "other_position=end dropdown_dates=0 dropdown_dates_minute_step=1 dropdown_dates_month_style=0 "
    "keep_codes_order=0 question_template=core random_group=0 show_title=1 show_comment=1 "
    "answer_order=normal subquestion_order=normal input_size= repeat_headings= display_type=0 "
    "choice_title= dropdown_separators=| clear_default=N keep_aspect=0 fix_height= crop=0"
)
UNTOUCHED = frozenset(tuple(one.split("=", 1)) for one in _UNTOUCHED.split())


def seal(tables: Tables) -> str:
    """The hash of everything in the tables but ours; a file with another hash was changed."""
    told = [
        [name, [{k: v for k, v in sorted(row.items()) if v} for row in rows]]
        for name, rows in sorted(tables.items())
        if name != CARRIER and rows
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
