"""How many lines a second are read for personal data, and that work grows with the text alone."""

import time

from survey.feedback.text.redaction import found
from tests.feedback.text.lines import lines

HARD = ("a", "0912 ", "Nguyễn ", "anh ", "a@", "năm ", "1.000", "9 ", "74A", "anh Hùng ")


def seconds(texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        found(text)
    return time.process_time() - start


def main() -> None:
    texts = [line.text for line in lines(1, 2000)]
    seconds(texts[:50])
    print(f"lines of feedback: {len(texts) / seconds(texts):,.0f} a second of one core")
    print("100,000 letters against 50,000 of the same (2 is linear):")
    for piece in HARD:
        short, long = (seconds([(piece * size)[:size]]) for size in (50_000, 100_000))
        print(f"  {piece!r:12} {long:6.2f} s, {long / short:.1f} times")


if __name__ == "__main__":
    main()
