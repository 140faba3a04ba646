"""A page of a test's own beside the files as they are shipped, without a server."""

from pathlib import Path

from playwright.sync_api import Page, Route

STATIC = Path(__file__).parents[2] / "survey" / "static"
ADDRESS = "https://sipas.test/"


def beside_the_files(page: Page, body: str, *, title: str = "Trang thử") -> None:
    """Open `body` with the sheets of a kiosk."""
    sheets = "".join(f'<link rel="stylesheet" href="/css/{s}.css">' for s in ("citizen", "kiosk"))
    head = f'<meta charset="utf-8"><title>{title}</title>'
    head += '<meta name="viewport" content="width=device-width">'
    html = f'<!doctype html><html lang="vi"><head>{head}{sheets}</head>{body}</html>'
    page.route(ADDRESS, lambda route: route.fulfill(content_type="text/html", body=html))
    for folder in ("js", "css", "fonts", "img"):
        page.route(f"{ADDRESS}{folder}/**", _file)
    page.goto(ADDRESS)


def _file(route: Route) -> None:
    route.fulfill(path=STATIC / route.request.url.removeprefix(ADDRESS).split("?")[0])
