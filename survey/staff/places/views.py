"""The pages about units, hung."""

from types import ModuleType
from typing import Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from survey.staff import desk
from survey.staff.places import area_pages, hours_page, import_pages, place_pages
from survey.staff.places.blueprint import bp

PAGES: Final[tuple[ModuleType, ...]] = (
    area_pages,
    import_pages,
    place_pages,
    hours_page,
)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    desk.add_nav(
        app,
        _l("Units"),
        "units.areas",
        "unit.see",
        group="system",
        order=70,
        about=_l("Areas of any day, agencies, centres, counters and their posters."),
    )
