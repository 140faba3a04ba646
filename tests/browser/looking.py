"""What may be wrong with a page: barriers, another language, width, the browser's complaints."""

import re
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import ConsoleMessage, Page

from translations import FOLDER

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LONG = 12  # shorter English words are Vietnamese ones or names too
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%")
ENGLISH = re.compile(r"\b(?:the|and|with|this|that|please|not|was|were|has|have|from)\b", re.I)
SEEN = """
() => {
  const names = ["aria-label", "alt", "title", "placeholder"];
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll("[lang]:not(html):not([lang=vi]), script, style").forEach(e => e.remove());
  const said = [...page.querySelectorAll("*")].flatMap(e => names.map(n => e.getAttribute(n)));
  return [...said.filter(Boolean), page.textContent].join("\\n").replace(/[ \\t]+/g, " ");
}
"""


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, a line each."""
    page.evaluate(AXE)
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(r => r.violations)", TAGS
    )
    return [
        f"{page.url} {v['id']}: {v['help']} {[n['target'] for n in v['nodes'][:3]]}" for v in found
    ]


class Complaints:
    """What the browser's console complains about on a page; pages that are errors are expected."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.found.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        status = "the server responded with a status of 4" in message.text
        if message.type in ("error", "warning") and not status:
            self.found.append(message.text)


def english_phrases() -> list[str]:
    """What would stand in a page if an interface sentence were not translated, for each of them:
    its longest part without a value, where the Vietnamese is another."""
    path = Path(FOLDER) / "vi" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale="vi")
    found = []
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        parts = [part for i in ids if i not in strings for part in PLACEHOLDER.split(i)]
        found += [part.strip() for part in parts if len(part.strip()) > LONG]
    return found


def english_on(page: Page, phrases: list[str]) -> list[str]:
    """English that stands on a Vietnamese page: untranslated sentences, telltale words."""
    text = page.evaluate(SEEN) + "\n" + page.title()
    found = [phrase for phrase in phrases if phrase in text]
    return found + [f"{m[0]}: {_around(text, m)}" for m in ENGLISH.finditer(text)]


def _around(text: str, match: re.Match[str]) -> str:
    return " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())


def overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width
