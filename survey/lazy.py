"""The one place that imports late, so that a kiosk page and `sipas --help` never wait for SciPy.

Only `numbers` modules of the rooms, the command modules and the door to pyxform are loaded through
here.
"""

from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """The module `name`, imported when first asked for."""
    return import_module(name)
