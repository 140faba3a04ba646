"""Every table of the database, for migrations and commands that look at all of them."""

from survey.database import Base
from survey.feedback import day_tables as days
from survey.feedback import deadline_tables as deadlines
from survey.feedback import desk_tables as feedback_desk
from survey.feedback import tables as feedback
from survey.feedback.hooks import tables as hooks
from survey.feedback.letters import tables as letters
from survey.feedback.notices import tables as notices
from survey.feedback.open311 import tables as open311
from survey.feedback.privacy import tables as privacy
from survey.fieldwork import tables as fieldwork
from survey.fieldwork import ticket_tables as tickets
from survey.fieldwork.devices import tables as devices
from survey.jobs import JobRun
from survey.respond import tables as respond
from survey.site import SiteValue
from survey.staff import tables as staff
from survey.units import tables as units

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "JobRun",
    "SiteValue",
    "days",
    "deadlines",
    "devices",
    "feedback",
    "feedback_desk",
    "fieldwork",
    "hooks",
    "letters",
    "notices",
    "open311",
    "privacy",
    "respond",
    "staff",
    "tickets",
    "units",
]
