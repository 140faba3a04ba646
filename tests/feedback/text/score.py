"""How much of what is to be found is found, and how much of what is found is to be."""

from collections import Counter
from collections.abc import Iterable

from survey.feedback.text.redaction import found
from tests.feedback.text.lines import NUMBERS, Line


def score(made: Iterable[Line]) -> tuple[dict[str, float], list[str]]:
    """Recall and precision of numbers and names, and each failure as a line to read.

    Found means wholly covered by marks, but for what is not a letter or digit; a mark is right
    when it touches something of its own sort.
    """
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for line in made:
        marks = found(line.text)
        covered = {at for mark in marks for at in range(mark.start, mark.end)}
        for gold in line.gold:
            sort = "numbers" if gold.kind in NUMBERS else "names"
            whole = all(
                at in covered or not line.text[at].isalnum() for at in range(gold.start, gold.end)
            )
            counts[f"{sort} {'found' if whole else 'missed'}"] += 1
            if not whole:
                faults.append(
                    f"MISSED {gold.kind} {line.text[gold.start : gold.end]!r} in {line.text!r}"
                )
        for mark in marks:
            sort = "names" if mark.kind == "name" else "numbers"
            right = any(
                gold.start < mark.end
                and mark.start < gold.end
                and (gold.kind in NUMBERS) == (sort == "numbers")
                for gold in line.gold
            )
            counts[f"{sort} {'right' if right else 'wrong'}"] += 1
            if not right:
                faults.append(
                    f"WRONG {mark.kind} {line.text[mark.start : mark.end]!r} in {line.text!r}"
                )
    figures = {}
    for sort in ("numbers", "names"):
        for figure, good, bad in (("recall", "found", "missed"), ("precision", "right", "wrong")):
            yes, no = counts[f"{sort} {good}"], counts[f"{sort} {bad}"]
            figures[f"{sort} {figure}"] = yes / (yes + no) if yes + no else 1.0
    return figures, faults
