"""How a form is put together: screens, questions, rows, names."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from questionnaires.lint.known import COUNTER
from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Source

LONGEST_ID = 32
MOST_AT_COUNTER, MOST_ON_SCREEN, MOST_ROWS = 25, 12, 12
COLUMNS = (
    "round",
    "version",
    "day",
    "area",
    "counter",
    "agency",
    "field",
    "mode",
    "assisted",
    "flagged",
    "stratum",
    "cluster1",
    "cluster2",
)

rules = Rules("Screens, questions and names")


@rules.table(
    "file-name",
    WARNING,
    "The file is named after another form or version than the one in it.",
    "Name it <form>@<version>.toml.",
)
def file_name(source: Source) -> Iterator[Fault]:
    name = PurePath(source.file).name.removesuffix(".toml")
    inside = f"{source.table.get('form')}@{source.table.get('version')}"
    if "@" in name and name != inside:
        yield Fault(("form",), "", f"the file is “{name}”, the form is “{inside}”")


@rules.form(
    "long-for-counter",
    WARNING,
    f"A form for the counter asks for more than {MOST_AT_COUNTER} answers.",
    "Ask less: people answer standing, with others waiting.",
)
def long_for_counter(source: Source) -> Iterator[Fault]:
    answers = sum(len(asked.question.rows) or 1 for asked in source.asked if asks(asked.table))
    at_home = source.method is not None and source.method.id != COUNTER
    if answers > MOST_AT_COUNTER and not at_home:
        yield Fault(("screens",), "", f"it asks for {answers} answers")


@rules.form(
    "long-screen",
    WARNING,
    f"A screen asks for more than {MOST_ON_SCREEN} answers.",
    "Spread them over several screens.",
)
def long_screen(source: Source) -> Iterator[Fault]:
    if source.table["paging"] == "one-page":
        return
    for index, screen in enumerate(source.table["screens"]):
        answers = sum(len(q.get("rows", [])) or 1 for q in screen["questions"] if asks(q))
        if answers > MOST_ON_SCREEN:
            what = f"the screen “{screen['id']}” asks for {answers} answers"
            yield Fault(("screens", index), "", what)


@rules.form(
    "silent-screen",
    WARNING,
    "A screen only tells something and asks nothing.",
    "Put its notes on the screen they belong to.",
)
def silent_screen(source: Source) -> Iterator[Fault]:
    silent = not any(asks(asked.table) for asked in source.asked)
    for index, screen in enumerate(source.table["screens"]):
        if not silent and not any(asks(question) for question in screen["questions"]):
            yield Fault(("screens", index), "", f"the screen “{screen['id']}” asks nothing")


def asks(question: object) -> bool:
    return isinstance(question, dict) and question.get("kind") != "note"


@rules.form(
    "nothing-asked", ERROR, "The whole form asks nothing.", "Add a question that is not a note."
)
def nothing_asked(source: Source) -> Iterator[Fault]:
    if not any(asks(asked.table) for asked in source.asked):
        yield Fault(("screens",), "", "there are only notes")


@rules.form(
    "same-question",
    WARNING,
    "Two questions on one screen have the same words.",
    "Ask once, or say what is different.",
)
def same_question(source: Source) -> Iterator[Fault]:
    seen: set[tuple[object, str]] = set()
    for asked in source.asked:
        key = (asked.path[1], asked.question.text["vi"].casefold())
        if key in seen:
            yield Fault((*asked.path, "text"), asked.id, "a question before it has its words")
        seen.add(key)


@rules.form("same-row", ERROR, "Two rows of a grid have the same words.", "Remove one.")
def same_row(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        seen: set[tuple[str, str]] = set()
        for index, row in enumerate(asked.question.rows):
            keys = {(language, text.casefold()) for language, text in row.text.items()}
            if keys & seen:
                what = f"row {index + 1} has the words of one before it"
                yield Fault((*asked.path, "rows", index, "text"), asked.id, what)
            seen |= keys


@rules.form(
    "same-title", WARNING, "Two screens have the same title.", "Say what each of them is about."
)
def same_title(source: Source) -> Iterator[Fault]:
    titles = Counter(screen["title"]["vi"].casefold() for screen in source.table["screens"])
    seen: set[str] = set()
    for index, screen in enumerate(source.table["screens"]):
        title = screen["title"]["vi"].casefold()
        if titles[title] > 1 and title in seen:
            yield Fault(("screens", index, "title"), "", "a screen before it has its title")
        seen.add(title)


@rules.form(
    "hint-repeats",
    WARNING,
    "A hint says what its question says.",
    "Remove it, or say how to answer.",
)
def hint_repeats(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        for language, hint in asked.question.hint.items():
            if hint.casefold() == asked.question.text[language].casefold():
                yield Fault((*asked.path, "hint"), asked.id, "the hint repeats the question")
                break


@rules.form(
    "long-id",
    WARNING,
    f"An item's id has more than {LONGEST_ID} letters, which Stata cuts.",
    "Give the question a shorter id.",
)
def long_id(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        longest = max((item.id for item in asked.question.items), key=len, default="")
        if len(longest) > LONGEST_ID:
            yield Fault((*asked.path, "id"), asked.id, f"“{longest}” has {len(longest)} letters")


@rules.form(
    "id-is-column",
    ERROR,
    "An item is named as a column that every data file has.",
    "Give the question another id.",
)
def id_is_column(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        for item in asked.question.items:
            if item.id in COLUMNS or item.id.startswith("w_"):
                yield Fault((*asked.path, "id"), asked.id, f"“{item.id}” is a column of its own")


@rules.form(
    "long-grid",
    WARNING,
    f"A grid has more than {MOST_ROWS} rows, more than a phone shows with its options in sight.",
    "Make two grids of it.",
)
def long_grid(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if len(asked.question.rows) > MOST_ROWS:
            what = f"there are {len(asked.question.rows)} rows"
            yield Fault((*asked.path, "rows"), asked.id, what)


@rules.form("one-row-grid", WARNING, "A grid has one row.", "Use the kind rating or single.")
def one_row_grid(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if len(asked.question.rows) == 1:
            yield Fault((*asked.path, "rows"), asked.id, "there is one row")


@rules.form(
    "required-note",
    WARNING,
    "A note is compulsory, and nobody can answer it.",
    "Remove required, or ask a question.",
)
def required_note(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if asked.question.kind == "note" and asked.table.get("required"):
            yield Fault((*asked.path, "required"), asked.id, "a note cannot be answered")


@rules.form(
    "asking-note",
    WARNING,
    "A note asks a question that cannot be answered.",
    "Use a kind that takes an answer, or do not ask.",
)
def asking_note(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if asked.question.kind == "note" and asked.question.text["vi"].endswith("?"):
            yield Fault((*asked.path, "text"), asked.id, "the note ends with a question mark")
