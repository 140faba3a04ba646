"""Somebody with a browser who answers any form by its questions, as they appear on the page."""

from collections.abc import Iterator

from playwright.sync_api import Page

from questionnaires import Question, Questionnaire
from questionnaires.example import Answers
from tests.browser.people import go_on, wait_for_app
from tests.respond.replies import TOO_LONG, Typed, reply

LONGEST = 40  # pages
LIVE = "form[data-values], [data-screen]"  # where questions appear while others are answered
SEEN = """() => Object.fromEntries([...document.querySelectorAll("main form [name]")]
  .filter(e => !["hidden", "submit"].includes(e.type) && !e.closest("[hidden]"))
  .map(e => [e.name, e.type]))"""
STEP = """() => document.querySelector("[name=form-step]")?.value
  ?? document.querySelector("main").dataset.step"""
PRESS = """typed => Object.entries(typed).forEach(([name, values]) => values.forEach(value =>
  document.querySelector(`main form [name="${name}"][value="${value}"]`).click()))"""
FAULTS = """() => [...document.querySelectorAll(".govuk-error-summary__list a")]
  .map(a => document.querySelector(a.hash)?.name ?? "nothing")"""


class BrowserRobot:
    """answers: what it gives in the end.

    refused: how often a page was sent that must come back. wrong: what was not as it must be.
    """

    def __init__(self, page: Page, form: Questionnaire, language: str, answers: Answers) -> None:
        self.page, self.form, self.language, self.answers = page, form, language, answers
        self.wrong: list[str] = []
        self.refused = 0
        self.controls: dict[str, str] = {}  # name to type of what is to be seen

    def play(self, address: str) -> None:
        """From the address to the thanks; each page is first sent empty, then with what no
        question takes, then as it should be."""
        self._open(address)
        self._go_on()
        for _ in range(LONGEST):
            if self._is_last():
                self._go_on()
                self._end()
                return
            self._send_wrong("empty", {q.id for q in self.seen() if q.required and q.items})
            self._send_wrong("faulty", {q.id for q in self.seen() if self._give_wrong(q)})
            self._give_all()
            before = self._step()
            self._go_on()
            if self._step() == before:
                self.wrong.append(f"page {before} came back: {self.page.evaluate(FAULTS)}")
        raise AssertionError(f"the form does not end: {self.wrong}")

    def _open(self, address: str) -> None:
        self.page.goto(f"{address}?lang={self.language}")
        wait_for_app(self.page)

    def _go_on(self) -> None:
        go_on(self.page)

    def _end(self) -> None:
        assert "/thanks" in self.page.url, self.page.url

    def seen(self) -> list[Question]:
        """The questions that are to be seen, in their order."""
        self.controls = self.page.evaluate(SEEN)
        names = set(self.controls)
        return [question for question in self.form.questions if names & set(reply(question, {}))]

    def _step(self) -> str:
        return str(self.page.evaluate(STEP))

    def _is_last(self) -> bool:
        return self.page.locator("[name=form-comment]:not([type=hidden])").count() > 0

    def _send_wrong(self, what: str, questions: set[str]) -> None:
        """Send the page, which must say a fault of each of some questions, and lead there."""
        if not questions:
            return
        self.refused += 1
        self._go_on()
        told = self.page.evaluate(FAULTS)
        if "nothing" in told:
            self.wrong.append(f"{what}: a fault leads nowhere")
        missed = [one for one in questions if not any(name.startswith(one) for name in told)]
        if missed:
            self.wrong.append(f"{what}: nothing said of {missed}, only of {told}")

    def _give_all(self) -> None:
        """Answer what is to be seen; where answers lead on, look again after each."""
        given: set[str] = set()
        live = self.page.locator(LIVE).count() > 0
        while left := [question for question in self.seen() if question.id not in given]:
            typed: Typed = {}
            for question in left[:1] if live else left:
                given.add(question.id)
                typed |= reply(question, self.answers)
            self._fill(typed)

    def _give_wrong(self, question: Question) -> bool:
        """Type or choose what a hand can and the question does not take; whether there is any."""
        typed = next(_by_hand(question), None)
        if typed is not None:
            self._fill(typed)
        return typed is not None and any(q.id == question.id for q in self.seen())

    def _fill(self, typed: Typed) -> None:
        radios = {n: v for n, v in typed.items() if self.controls.get(n) == "radio"}
        self.page.evaluate(PRESS, radios)
        for name, values in typed.items():
            control = f'main form [name="{name}"]'
            match self.controls.get(name):
                case "checkbox":
                    for box in self.page.locator(control).all():
                        box.set_checked(box.get_attribute("value") in values)
                case "select-one":
                    self.page.select_option(control, values[0])
                case "text" | "textarea":
                    self.page.fill(control, values[0])


def _by_hand(question: Question) -> Iterator[Typed]:
    match question.kind:
        case "number":
            yield {question.id: ["-1"]}
        case "date":
            yield {f"{question.id}-{part}": [text] for part, text in (("d", "31"), ("m", "2"))}
        case "text":
            yield {question.id: [TOO_LONG]}
        case "multiple":
            alone = [str(o.code) for o in question.choices if o.exclusive]
            others = [str(o.code) for o in question.choices if not o.exclusive and not o.show_when]
            if alone and others:
                yield {question.id: [alone[0], others[0]]}
