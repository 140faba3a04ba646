"""What a survey file of LimeSurvey is, table by table and field by field.

Sources: the manual's page "Survey structure import/export" and its page on question attributes; the
import (XMLImportSurvey) and export (surveyGetXMLStructure) of LimeSurvey 3 to 6; the rules of its
models Question, Answer and Survey; the fields in surveys exported by LimeSurvey 6.
"""

import re

NUMBER = re.compile(r"[1-9][0-9]*")
WHOLE = re.compile(r"0|[1-9][0-9]*")
MINUS = re.compile(r"-1|[0-9]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)*")
LANGUAGES = re.compile(r"([a-z]{2,3}(-[A-Za-z]+)*)?( [a-z]{2,3}(-[A-Za-z]+)*)*")
ANY = re.compile(r".*", re.DOTALL)
SOME = re.compile(r".+", re.DOTALL)
YN = re.compile(r"[YN]")
YNI = re.compile(r"[YNI]")
TITLE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
ROW_TITLE = re.compile(r"[A-Za-z0-9]{1,20}")
ANSWER = re.compile(r"[A-Za-z0-9]{1,5}")
TYPE = re.compile(r"[15ABCDEFGHIKLMNOPQRSTUXY!|*:;]")
NOT_TITLES = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this"}

_ASKED = {
    "qid": NUMBER, "parent_qid": WHOLE, "sid": NUMBER, "gid": NUMBER, "type": TYPE, "preg": ANY,
    "other": YN, "mandatory": re.compile(r"[YNS]?"), "encrypted": YN, "question_order": WHOLE,
    "scale_id": re.compile(r"[01]"), "same_default": re.compile(r"[01]"), "relevance": SOME,
    "question_theme_name": re.compile(r"[a-z0-9/]*"), "modulename": ANY,
    "same_script": re.compile(r"[01]"),
}  # fmt: skip
TABLES = {  # each field of a table, and what it may hold
    "answers": {
        "aid": NUMBER, "qid": NUMBER, "code": ANSWER, "sortorder": WHOLE, "assessment_value": WHOLE,
        "scale_id": re.compile(r"[01]"),
    },
    "answer_l10ns": {"id": NUMBER, "aid": NUMBER, "answer": SOME, "language": LANGUAGE},
    "groups": {"gid": NUMBER, "sid": NUMBER, "group_order": WHOLE, "randomization_group": ANY,
               "grelevance": SOME},
    "group_l10ns": {"id": NUMBER, "gid": NUMBER, "group_name": SOME, "description": ANY,
                    "language": LANGUAGE},
    "questions": {**_ASKED, "title": TITLE},
    "subquestions": {**_ASKED, "title": ROW_TITLE},
    "question_l10ns": {"id": NUMBER, "qid": NUMBER, "question": SOME, "help": ANY, "script": ANY,
                       "language": LANGUAGE},
    "question_attributes": {"qid": NUMBER, "attribute": re.compile(r"[A-Za-z0-9_]+"), "value": SOME,
                            "language": re.compile(f"({LANGUAGE.pattern})?")},
    "surveys": {
        "sid": re.compile(r"[1-9][0-9]{4,8}"), "gsid": NUMBER, "admin": SOME, "adminemail": SOME,
        "anonymized": YNI, "format": re.compile(r"[SGAI]"), "savetimings": YNI, "template": SOME,
        "language": LANGUAGE, "additional_languages": LANGUAGES, "datestamp": YNI,
        "usecookie": YNI, "allowregister": YNI, "allowsave": YNI, "autonumber_start": WHOLE,
        "autoredirect": YNI, "allowprev": YNI, "printanswers": YNI, "ipaddr": YNI,
        "ipanonymize": YNI, "refurl": YNI, "publicstatistics": YNI, "publicgraphs": YNI,
        "listpublic": YNI, "assessments": YNI, "usetokens": YN, "showwelcome": YNI,
        "showprogress": YNI, "shownoanswer": re.compile(r"[YNIS]"), "questionindex": MINUS,
        "navigationdelay": MINUS, "alloweditaftercompletion": YNI, "tokenlength": MINUS,
    },
    "surveys_languagesettings": {
        "surveyls_survey_id": NUMBER, "surveyls_language": LANGUAGE, "surveyls_title": SOME,
        "surveyls_description": ANY, "surveyls_welcometext": ANY, "surveyls_endtext": ANY,
        "surveyls_dateformat": NUMBER, "surveyls_numberformat": re.compile(r"[01]"),
    },
}  # fmt: skip
NEEDED = {  # tables and fields without which the import stops or loses the row
    "surveys": ("sid", "language"),
    "surveys_languagesettings": ("surveyls_survey_id", "surveyls_language", "surveyls_title"),
    "groups": ("gid", "sid"),
    "group_l10ns": ("gid", "group_name", "language"),
    "questions": ("qid", "parent_qid", "sid", "gid", "type", "title"),
    "subquestions": ("qid", "parent_qid", "sid", "gid", "title"),
    "question_l10ns": ("qid", "question", "language"),
    "answers": ("aid", "qid", "code", "scale_id"),
    "answer_l10ns": ("aid", "answer", "language"),
    "question_attributes": ("qid", "attribute"),
}
OWN = "sipas"  # a table that the import does not ask for: unknown tables are not looked at
ROWS_IN = "MFAB"  # types whose rows stand in the table of subquestions, of those written
ANSWERS_IN = "LF"  # types whose answers stand in the table of answers
OTHER_IN = "LM"
ATTRIBUTES = {  # types that have it, and what its value may be; with a language or without
    "other_replace_text": ("LM", SOME, True),
    "exclude_all_others": ("M", re.compile(r"[A-Za-z0-9]+(;[A-Za-z0-9]+)*"), False),
    "min_num_value_n": ("N", WHOLE, False),
    "max_num_value_n": ("N", WHOLE, False),
    "num_value_int_only": ("N", re.compile(r"[01]"), False),
    "suffix": ("N", SOME, True),
    "date_min": ("D", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today"), False),
    "date_max": ("D", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today"), False),
    "em_validation_q": ("5LGMYNDFABST", SOME, False),
    "em_validation_q_tip": ("5LGMYNDFABST", SOME, True),
}  # fmt: skip
FUNCTIONS = ("is_empty", "count", "if", "implode", "substr")
