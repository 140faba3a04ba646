"""What an installation says of itself: the organiser, whom to ask, whether it is simulated."""

from flask import g
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from survey.database import Base, reading

DEFAULTS = {
    "organiser": "",  # who asks, e.g. Sở Nội vụ tỉnh Quảng Trị
    "contact": "",  # whom to ask about the survey or one's data
    "simulated": "",  # "yes": every page says that its data are simulated
}


class SiteValue(Base):
    __tablename__ = "site_value"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def site_values(session: Session) -> dict[str, str]:
    """Every value of DEFAULTS, as stored or empty."""
    stored = {row.name: row.value for row in session.query(SiteValue)}
    return {**DEFAULTS, **stored}


def values_of_page() -> dict[str, str]:
    """The same, read once for a page that asks several times. Raises DatabaseUnreachable."""
    if "site_values" not in g:
        g.site_values = site_values(reading())
    found: dict[str, str] = g.site_values
    return found


def set_site_value(session: Session, name: str, value: str) -> None:
    """Store `value`. Raises KeyError for a name that is not in DEFAULTS."""
    if name not in DEFAULTS:
        raise KeyError(name)
    session.merge(SiteValue(name=name, value=value))
