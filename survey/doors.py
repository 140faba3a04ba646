"""The doors of the house, in the order they are hung: each module has `install(app)`."""

from types import ModuleType

DOORS: tuple[ModuleType, ...] = ()
