"""LimeSurvey's arrays and questions of several boxes: as grids, or split into one question each."""

from collections.abc import Iterable, Mapping, Sequence

from survey.exchange.fidelity import N_
from survey.exchange.lss.codes import alias_of
from survey.exchange.lss.kinds import NO_OPTIONS, SIMPLE, TOO_MANY, Kind, Maker, Table, points
from survey.exchange.lss.source import Thing
from survey.exchange.lss.variables import CODES, NUMBER, OPTION, SEVERAL, WORDS, Named

UNCERTAIN = (
    ("Y", {"vi": "Có", "en": "Yes"}),
    ("U", {"vi": "Không chắc", "en": "Uncertain"}),
    ("N", {"vi": "Không", "en": "No"}),
)
CHANGE = (
    ("I", {"vi": "Tăng", "en": "Increase"}),
    ("S", {"vi": "Như cũ", "en": "Same"}),
    ("D", {"vi": "Giảm", "en": "Decrease"}),
)
RANK = {"vi": "Thứ", "en": "Rank"}
MOST_SPLIT = 60  # questions that one question may become
SPLIT = N_("Each of its boxes is a question of its own.")
SPLIT_MANY = N_("It would become more than %(n)s questions: it is left out.")
BY_COLUMN = N_("The rows of the array stand below each other here.")
TWO_SCALES = N_("Each of its two scales is a grid of its own.")
RANKED = N_("Each rank is a row of a grid; that no option has two ranks is not checked.")
TICKED_GRID = N_("Each row is a question of its own in which several can be chosen.")
TEXT_GRID = N_("Each row is asked in one box of words; the columns are left out.")


def _rows(maker: Maker, rows: Sequence[Thing]) -> list[Table]:
    """Rows with their numbers: their codes where these can be numbers, else their places."""
    codes = [row.row.get("title", "").strip() for row in rows]
    own = all(code.isascii() and code.isdigit() and 1 <= int(code) <= 127 for code in codes)
    own = own and len({int(code) for code in codes}) == len(codes)
    texts = [
        maker.wordings.plain(row.words.get("question", {}), row.name)
        or maker.wordings.words({}, row.name, code or "?")
        for row, code in zip(rows, codes, strict=True)
    ]
    maker.wordings.distinct(texts, codes, [row.name for row in rows])
    for row in rows:
        _kept(maker, row)
    return [
        {"number": int(code) if own else place, "text": text}
        | alias_of(code, code if own else str(place))
        for place, (code, text) in enumerate(zip(codes, texts, strict=True), 1)
    ]


def _kept(maker: Maker, row: Thing) -> None:
    maker.ledger.kept(row.place)
    if "type" in row.fields:
        maker.ledger.kept(row.fields["type"].place)


def _scale(maker: Maker, question: Thing, options: list[Table]) -> str:
    """The name of the scale with these options, which several grids may share."""
    for name, scale in maker.scales.items():
        if scale["options"] == options:
            return name
    name = maker.scale_ids.new(question.row.get("title", ""))
    maker.scales[name] = {"options": options}
    return name


def _grid(
    maker: Maker, question: Thing, rows: Sequence[Thing], options: list[Table],
    names: Mapping[str, int], mark: str = "",
) -> list[Table]:  # fmt: skip
    """A grid. mark: `0` or `1` of an array with two scales."""
    if not rows or not options:
        return maker.drop(question, NO_OPTIONS)
    if len(rows) > 127 or len(options) < 2:
        return maker.drop(question, TOO_MANY)
    lines = _rows(maker, rows)
    made = maker.table(question, "grid", [line["number"] for line in lines])
    made |= {"scale": _scale(maker, question, options), "rows": lines}
    for row, line in zip(rows, lines, strict=True):
        code = row.row.get("title", "")
        em, sgqa = (f"_{code}_{mark}", f"{code}#{mark}") if mark else (f"_{code}", code)
        item = f"{made['id']}_{line['number']}"
        maker.variables.add(maker.names(question, em, sgqa), Named(CODES, item, names))
    maker.variables.add(maker.names(question), Named(SEVERAL, made["id"], names))
    return [made]


def array(maker: Maker, question: Thing) -> list[Table]:
    """F and H: rows that share the answers of the question."""
    options, names = maker.options(question, question.answers)
    if question.row["type"] == "H":
        maker.typed(question, BY_COLUMN)
    return _grid(maker, question, question.rows, options, names)


def _of(pairs: Sequence[tuple[str, Mapping[str, str]]]) -> Kind:
    def fixed(maker: Maker, question: Thing) -> list[Table]:
        names = {name: code for code, (name, _) in enumerate(pairs, 1)}
        return _grid(maker, question, question.rows, maker.fixed(pairs), names)

    return fixed


def two_scales(maker: Maker, question: Thing) -> list[Table]:
    maker.typed(question, TWO_SCALES)
    made: list[Table] = []
    for mark, header in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
        answers = [one for one in question.answers if one.row.get("scale_id", "0") == mark]
        options, names = maker.options(question, answers)
        if len(options) < 2:
            continue
        grid = _grid(maker, question, question.rows, options, names, mark)
        cells = question.attributes.get(header, {})
        title = maker.wordings.plain(
            {one or maker.wordings.main: cell for one, cell in cells.items()}, question.name
        )
        for one in grid if title else []:
            one["text"] = {key: f"{text} – {title[key]}" for key, text in one["text"].items()}
        made += grid
    return made or maker.drop(question, NO_OPTIONS)


def ranking(maker: Maker, question: Thing) -> list[Table]:
    """R: a row for each rank, in which an answer is chosen."""
    answers = question.answers or question.rows
    options, names = maker.options(question, answers)
    limit = next((cell.text for name in ("max_subquestions", "max_answers")
                  if (cell := question.attribute(name))), "")  # fmt: skip
    ranks = min(int(limit) if limit.isascii() and limit.isdigit() else len(answers), len(answers))
    if len(options) < 2 or ranks < 1:
        return maker.drop(question, TOO_MANY if answers else NO_OPTIONS)
    maker.typed(question, RANKED)
    made = maker.table(question, "grid", range(1, ranks + 1))
    lines = [
        {"number": n, "text": {k: f"{word} {n}" for k, word in maker.given(RANK).items()}}
        for n in range(1, ranks + 1)
    ]
    made |= {"scale": _scale(maker, question, options), "rows": lines}
    for n in range(1, ranks + 1):
        maker.variables.add(
            maker.names(question, f"_{n}", str(n)), Named(CODES, f"{made['id']}_{n}", names)
        )
    maker.variables.add(maker.names(question), Named(SEVERAL, made["id"], names))
    return [made]


def _boxes(maker: Maker, question: Thing, kind: str, named: str) -> list[Table]:
    """A question for each row, or for each cell of an array."""
    rows, columns = _sides(question)
    if kind == "text":
        columns = []
    if not rows:
        return maker.drop(question, NO_OPTIONS)
    if len(rows) * (len(columns) or 1) > MOST_SPLIT:
        return maker.drop(question, SPLIT_MANY, n=str(MOST_SPLIT))
    maker.typed(question, SPLIT)
    made: list[Table] = []
    for row in rows:
        for parts in [[row, column] for column in columns] or [[row]]:
            made.append(_box(maker, question, parts, kind, named, first=not made))
    return made


def _sides(question: Thing) -> tuple[list[Thing], list[Thing]]:
    """The rows and the columns of an array."""
    sides: tuple[list[Thing], list[Thing]] = ([], [])
    for one in question.rows:
        sides[one.row.get("scale_id") == "1"].append(one)
    return sides


def _box(
    maker: Maker, question: Thing, parts: Sequence[Thing], kind: str, named: str, *, first: bool,
    numbers: Sequence[int] = (),
) -> Table:  # fmt: skip
    """numbers: of its items, when it has several."""
    codes = [part.row.get("title", "") for part in parts]
    own = "_".join((question.row.get("title", ""), *codes))
    texts = [maker.wordings.words(question.words.get("question", {}), question.name, own)]
    for part, code in zip(parts, codes, strict=True):
        _kept(maker, part)
        cells = part.words.get("question", {})
        texts.append(maker.wordings.words(cells, part.name, code or "?"))
    text = {one: " – ".join(words[one] for words in texts) for one in texts[0]}
    made: Table = {
        "id": maker.ids.new(own, numbers),
        "kind": kind,
        "text": text,
        **alias_of(own, ""),
    }
    hint = maker.wordings.optional(question.words.get("help", {}), f"{question.name} help")
    if hint and first:
        made["hint"] = hint
    item = made["id"] if named == NUMBER else ""
    names = maker.names(question, "".join(f"_{code}" for code in codes), "_".join(codes))
    maker.variables.add(names, Named(named, item))
    return made


def numbers(maker: Maker, question: Thing) -> list[Table]:
    return _boxes(maker, question, "number", NUMBER)


def texts(maker: Maker, question: Thing) -> list[Table]:
    if question.row["type"] == ";":
        made = _boxes(maker, question, "text", WORDS)
        if made:
            maker.typed(question, TEXT_GRID)
        return made
    return _boxes(maker, question, "text", WORDS)


def cells(maker: Maker, question: Thing) -> list[Table]:
    """`:`, whose cells are boxes to tick, or numbers."""
    box = question.attribute("multiflexible_checkbox")
    if box is None or box.text.strip() != "1":
        return numbers(maker, question)
    maker.ledger.kept(box.place)
    rows, columns = _sides(question)
    if len(columns) < 2 or not rows:
        return maker.drop(question, TOO_MANY if columns else NO_OPTIONS)
    if len(rows) > MOST_SPLIT:
        return maker.drop(question, SPLIT_MANY, n=str(MOST_SPLIT))
    maker.typed(question, TICKED_GRID)
    return list(_ticks(maker, question, rows, columns))


def _ticks(
    maker: Maker, question: Thing, rows: Sequence[Thing], columns: Sequence[Thing]
) -> Iterable[Table]:
    for row in rows:
        options, names = maker.options(question, columns)
        code = row.row.get("title", "")
        own = f"{question.row.get('title', '')}_{code}"
        numbers = [option["code"] for option in options]
        made = _box(maker, question, [row], "multiple", SEVERAL, first=row is rows[0],
                    numbers=numbers)  # fmt: skip
        made["options"] = options
        for name, number in names.items():
            maker.variables.add(
                maker.names(question, f"_{code}_{name}", f"{code}_{name}"),
                Named(OPTION, made["id"], code=number),
            )
        yield made | alias_of(own, "")


KINDS: Mapping[str, Kind] = {
    **SIMPLE,
    "F": array, "H": array, "A": _of(points(5)), "B": _of(points(10)), "C": _of(UNCERTAIN),
    "E": _of(CHANGE), "1": two_scales, "R": ranking, "K": numbers, ":": cells, "Q": texts,
    ";": texts,
}  # fmt: skip
