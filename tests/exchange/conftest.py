"""People at the desk, as for rounds."""

from tests.fieldwork.conftest import areas, person, stored

__all__ = ["areas", "person", "stored"]
