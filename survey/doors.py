"""The doors of the house, in the order they are hung: each module has `install(app)`."""

from types import ModuleType

from survey.fieldwork import views as fieldwork
from survey.respond import api, health
from survey.respond import views as respond
from survey.staff import views as staff

DOORS: tuple[ModuleType, ...] = (health, respond, api, staff, fieldwork)
