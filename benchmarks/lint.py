"""How long linting takes, beside merely parsing the TOML of the same file.

Two forms: the largest that is shipped, and one of 2,000 questions made by repeating questions of a
sound form. The baseline is measured in the same rounds. Run: python -m benchmarks.lint
"""

import statistics
import time
import tomllib
from collections.abc import Callable

import click

from questionnaires import shipped
from questionnaires.lint import lint

ROUNDS = 5
QUESTIONS, A_SCREEN, IN_FACTOR = 2000, 10, 5
TARGETS = {"shipped": 0.1, "generated": 2.0}
HEAD = """
form = "one-stop-ward"
version = 2
title = { vi = "Phiếu khảo sát rất dài", en = "A very long survey" }
languages = ["vi", "en"]
paging = "screens"
status = "draft"
source = "Written for the benchmark"
notice = "2026-01"

[scales.satisfaction]
satisfied = [4, 5]
"""
OPTIONS = (
    ("Rất không hài lòng", "Very dissatisfied"),
    ("Không hài lòng", "Dissatisfied"),
    ("Bình thường", "Neutral"),
    ("Hài lòng", "Satisfied"),
    ("Rất hài lòng", "Very satisfied"),
)


def options(table: str) -> str:
    return "".join(
        f'[[{table}.options]]\ncode = {code}\ntext.vi = "{vi}"\ntext.en = "{en}"\n\n'
        for code, (vi, en) in enumerate(OPTIONS, 1)
    )


def question(number: int) -> str:
    """Every second question rates, the others have options of their own and a condition."""
    head = f'[[screens.questions]]\nid = "q{number}"\n'
    words = (
        f'text.vi = "Ông/Bà thấy việc thứ {number} thế nào?"\n'
        f'text.en = "How did you find thing number {number}?"\n'
    )
    if number % 2:
        return f'{head}kind = "rating"\nscale = "satisfaction"\n{words}\n'
    condition = f'show_when = "q{number - 1} in [1, 2]"\n'
    return f'{head}kind = "single"\n{words}{condition}\n{options("screens.questions")}'


def generated() -> str:
    """A form of 2,000 questions on 200 screens."""
    text = HEAD + options("scales.satisfaction")
    for number in range(1, QUESTIONS + 1):
        if number % A_SCREEN == 1:
            text += f'[[screens]]\nid = "s{number}"\ntitle.vi = "Phần {number}"\n'
            text += f'title.en = "Part {number}"\n\n'
        text += question(number)
    for first in range(1, QUESTIONS, 2 * IN_FACTOR):
        items = ", ".join(f'"q{first + 2 * place}"' for place in range(IN_FACTOR))
        text += f'[[factors]]\nid = "f{first}"\nlabel.vi = "Yếu tố {first}"\n'
        text += f'label.en = "Factor {first}"\nitems = [{items}]\n\n'
    return text


def seconds(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main() -> None:
    largest = max(shipped().values(), key=lambda path: path.stat().st_size)
    texts = {"shipped": largest.read_text(encoding="utf-8"), "generated": generated()}
    click.echo(
        "form | kB | findings | lint, s | TOML, s | ratio (medians of 5, interleaved) | target"
    )
    for name, text in texts.items():
        count = len(lint(text, f"{name}.toml"))
        rounds = [
            (
                seconds(lambda text=text: lint(text, "x")),
                seconds(lambda text=text: tomllib.loads(text)),
            )
            for _ in range(ROUNDS)
        ]
        own, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
        size = len(text.encode()) // 1000
        told = f"{name} | {size} | {count} | {own:.3f} | {bare:.3f} | {own / bare:.1f}"
        click.echo(f"{told} | {TARGETS[name]} s {'met' if own <= TARGETS[name] else 'MISSED'}")


if __name__ == "__main__":
    main()
