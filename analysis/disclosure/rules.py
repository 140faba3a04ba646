"""Which figures are hidden for their own sake, and how well they are to stay hidden."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.disclosure.tables import Count, Key
from analysis.errors import DisclosureError

FEW, UNANIMOUS, SECONDARY = "few-answers", "unanimous", "secondary"


@dataclass(frozen=True)
class Limits:
    """What may not be published, and what nobody may find out from what is.

    minimum : figures of fewer answers are hidden
    unanimous : figures of fewer answers are hidden when all or none of them were counted, as
        0 % and 100 % say what each one answered
    width : the number of answers of a figure hidden for `minimum` may not be narrowed down to an
        interval shorter than this
    spread : nor how many of them were counted, or were not, of any figure hidden for its own sake
    sizes_shown : the numbers of answers stay published; only what was answered is hidden
    """

    minimum: int = 10
    unanimous: int = 20
    width: int = 10
    spread: int = 3
    sizes_shown: bool = False

    def __post_init__(self) -> None:
        if min(self.minimum, self.unanimous, self.width, self.spread) < 1:
            raise DisclosureError("every limit of disclosure is a whole number of 1 or more")


PUBLIC = Limits()
INTERNAL = Limits(minimum=5, unanimous=10, width=5, spread=2)


def primary(counts: Mapping[Key, Count], limits: Limits) -> dict[Key, str]:
    """The figures hidden for their own sake, and why: "few-answers" or "unanimous".

    >>> primary({(("area", "south"),): Count(4, 2), (("area", "north"),): Count(15, 15)}, PUBLIC)
    {(('area', 'south'),): 'few-answers', (('area', 'north'),): 'unanimous'}
    """
    found: dict[Key, str] = {}
    for key, count in counts.items():
        people = count.answers if count.people is None else count.people
        if 0 < people < limits.minimum:
            found[key] = FEW
        elif 0 < people < limits.unanimous and count.counted in (0, count.answers):
            found[key] = UNANIMOUS
    return found
