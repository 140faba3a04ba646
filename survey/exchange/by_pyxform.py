"""The door to pyxform, which is slow to load: what converts an XLSForm comes here, nothing else."""

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

__all__ = ["PyXFormError", "convert"]
