"""What the loader refuses. Each rule here is kept by it; the pattern finds its words again."""

from questionnaires.lint.rule import Rules

rules = Rules("What cannot be read as a form")
add = rules.refused

add(
    "unreadable",
    "The file cannot be read, is not text in UTF-8, or is larger than any form.",
    "Save it as UTF-8, or ask less.",
    r"^it cannot be read|^no such file|^it is too large",
)
add(
    "not-toml",
    "The file is not TOML.",
    "Correct the line; each key may stand once, and text stands in quotes.",
    r"^it is not TOML",
)
add(
    "too-deep",
    "Tables stand inside each other deeper than any form needs.",
    "Write the tables of the format only.",
    "^tables stand inside each other",
)
add("unknown-key", "A key that the format does not have.", "Use a key that it has.", "^unknown key")
add("missing-key", "A key that every such table needs is missing.", "Add it.", r"^“\w+” is missing")
add(
    "bad-id",
    "An id or a name has letters that it may not have.",
    "Use small letters, digits and _ (in the form's name -).",
    "^bad id",
)
add(
    "wrong-kind",
    "A value is of the wrong kind, such as text where a number belongs.",
    "Write the kind of value that the message names.",
    "has the wrong kind of value|is not a table",
)
add("empty-text", "A text is empty.", "Write the text.", r"is empty\. Write the text")
add("empty-list", "A list that needs something in it is empty.", "Fill it.", r"is empty\. ")
add(
    "language-unknown",
    "A wording is in a language that the form does not name.",
    "Add the language to languages, or remove the wording.",
    "is not a language of this file",
)
add(
    "unknown-value",
    "A value is none of those that the key can have.",
    "Use one of the values that the message lists.",
    r"^“.*” is not a \w+\. Use one of",
)
add(
    "missing-translation",
    "A wording is missing in one of the form's languages.",
    "Add it in that language.",
    "the wording of .* is missing",
)
add("not-text", "A wording is not text.", "Put it in quotes.", "^the wording is not text")
add(
    "not-composed",
    "A text is not in Unicode normal form C: its marks are letters of their own.",
    "Save the file with composed letters (NFC).",
    "normal form C",
)
add(
    "html",
    "A text holds HTML, which would be shown as it stands.",
    "Write plain words; the page sets the type.",
    "holds HTML",
)
add(
    "stray-space",
    "A text has spaces at an end, a tab or a line break.",
    "Write it on one line, without them.",
    "has spaces at an end",
)
add(
    "languages-needed",
    "Vietnamese and English are not both among the languages.",
    'Add "vi" and "en".',
    "vi and en are not both there",
)
add(
    "duplicate-screen",
    "A screen's id is used twice.",
    "Give one of them another id.",
    "the screen id .* is used twice",
)
add(
    "duplicate-question",
    "A question's id is used twice.",
    "Give one of them another id.",
    "the question id .* is used twice",
)
add(
    "duplicate-factor",
    "A factor's id is used twice.",
    "Give one of them another id.",
    "the factor id .* is used twice",
)
add(
    "satisfied-off-scale",
    "A satisfied code is not on the scale.",
    "Use codes of the scale's options.",
    "in “satisfied” is not on the scale",
)
add(
    "missing-off-scale",
    "A missing code is not on the scale.",
    "Use codes of the scale's options.",
    "in “missing” is not on the scale",
)
add(
    "satisfied-and-missing",
    "A code is both satisfied and missing.",
    "Keep it in one of the two lists.",
    "both satisfied and missing",
)
add(
    "one-option",
    "There is nothing to choose between: fewer than two options.",
    "Add the other options.",
    "fewer than two options",
)
add(
    "duplicate-code",
    "Two options have the same code.",
    "Give each option a code of its own.",
    r"the code \d+ is used twice",
)
add(
    "part-missing",
    "A question lacks what its kind needs: scale, options or rows.",
    "Add it, or use another kind.",
    "question without “",
)
add(
    "part-unwanted",
    "A question has what its kind does not take.",
    "Remove it, or use another kind.",
    "question takes no “",
)
add(
    "exclusive-in-single",
    "An option is exclusive where only one can be chosen anyway.",
    "Remove it, or use the kind multiple.",
    "has a meaning only where several",
)
add(
    "duplicate-row",
    "Two rows have the same number.",
    "Give each row a number of its own.",
    r"the row number \d+ is used twice",
)
add(
    "unknown-scale",
    "A question uses a scale that the form does not have.",
    "Use a scale of the file, or add it under [scales].",
    "^unknown scale",
)
add(
    "rating-without-satisfied",
    "A rating uses a scale that does not say which codes are satisfied.",
    "Add satisfied to the scale, or use the kind grid or single.",
    "does not say which codes are satisfied",
)
add(
    "personal-required",
    "A personal or sensitive question is compulsory.",
    "Write required = false.",
    "sensitive question is compulsory",
)
add(
    "duplicate-item",
    "Two questions make the same item.",
    "Give one of them another id.",
    "two questions make the same item",
)
add(
    "mixed-rated-scales",
    "The rated items use more than one scale, so that no index can be made of them.",
    "Use one scale for all of them.",
    "the rated items use more than one scale",
)
add(
    "factor-name-taken",
    "A factor's id is also an item's, or is kept for the index.",
    "Give the factor another id.",
    "is also an item's, or is kept",
)
add(
    "factor-empty",
    "A factor has neither items nor children, or both.",
    "Give it one of the two.",
    "needs either items or children",
)
add(
    "item-without-factor",
    "A rated item is in no factor, so that the index would leave it out.",
    "Add it to a factor.",
    "is in no factor",
)
add(
    "factor-unknown-item",
    "A factor is over an item that the form does not have.",
    "Use the id of an item of the form.",
    "^unknown item",
)
add(
    "factor-unrated-item",
    "A factor is over an item that is not rated.",
    "Leave it out, or give its scale satisfied codes.",
    "is not rated: its scale",
)
add(
    "item-in-two-factors",
    "An item is in two factors and would count twice.",
    "Keep it in one factor.",
    "is already in the factor",
)
add(
    "unknown-notice",
    "There is no privacy notice of that version.",
    "Use a version of questionnaires/notices.",
    "there is no privacy notice",
)
add(
    "condition-unreadable",
    "A condition cannot be read.",
    "Write it as in “q1 in [1, 2] and not answered(q3)”.",
    "^the condition “.*” cannot be read",
)
add(
    "condition-unknown",
    "A condition speaks of something that no answer has.",
    "Use the id of an item; texts and notes have no answer that is kept.",
    "which no answer has",
)
add(
    "condition-later",
    "A condition speaks of a question that is asked later.",
    "Move that question before this one, or use an earlier one.",
    "which is asked later",
)
add(
    "condition-same-page",
    "The condition of an option speaks of an answer given on the same page.",
    "Ask that on an earlier screen, in a form with paging = “screens”.",
    "asked on the same page",
)
add(
    "condition-several",
    "A condition takes several codes for one answer, or one for several.",
    "Write 1 in c2 or count(c2) of a question with several, q1 == 1 of one.",
    "^“.*” has (?:several codes|one answer)",
)
add(
    "piped-unknown",
    "A wording repeats an answer that is not given on an earlier screen.",
    "Use the id of a question asked on an earlier screen.",
    "is not the answer to a question of an earlier page",
)
add(
    "piped-unequally",
    "The languages of a wording do not repeat the same answers.",
    "Use the same {…} in every language.",
    "the languages do not repeat the same answers",
)
add(
    "stray-brace",
    "A brace stands alone.",
    "Write {q1}, or leave it out.",
    "^a brace stands alone",
)
add(
    "two-no-opinions",
    "An option is both not_applicable and dont_know.",
    "Keep one of the two.",
    "both not_applicable and dont_know",
)
add(
    "scale-option-key",
    "An option of a scale has what only an option of one question can have.",
    "Use the kind single, whose options are its own.",
    "^an option of a scale takes no",
)
add(
    "two-others",
    "More than one option of a question asks to say which.",
    "Keep other at one of them.",
    "more than one option asks to say which",
)
add(
    "limit-kind",
    "A limit is not of the kind of its question: a day for a number, or a number for a day.",
    "Write a whole number, a day such as 2026-07-01, or today.",
    "cannot be the “",
)
add(
    "limits-exchanged",
    "The least that is allowed is greater than the greatest.",
    "Exchange min and max.",
    "the least allowed is greater",
)
add(
    "picture-without-words",
    "A picture stands without the words that say what it shows, or these without it.",
    "Give both picture and picture_alt, or none.",
    "^a picture and the words",
)
add(
    "media-name",
    "The name of a sound file is not one that every server takes.",
    "Use small letters, digits, dots and -, such as q1.vi.mp3.",
    "is not the name of such a file",
)
add(
    "place-not-personal",
    "A question on where somebody lives is not personal.",
    'Write data_class = "personal".',
    "where somebody lives is personal",
)
add(
    "text-required",
    "A question for words is compulsory; words never enter a response.",
    "Write required = false.",
    "^a text can be compulsory",
)
