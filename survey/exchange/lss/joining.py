"""Conditions put together so that they say the same in fewer words."""

from collections.abc import Iterable

from questionnaires.expressions import ConditionFault
from questionnaires.expressions import parse as parse_condition
from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Joined,
    Name,
    Not,
    Number,
    names,
)
from survey.exchange.fidelity import N_
from survey.exchange.lss.script import ScriptFault

Found = Condition | bool
TOO_LONG = N_("Written as a condition it would be longer than 400 letters, or nested too deep.")


def opposite(found: Found) -> Found:
    if isinstance(found, bool):
        return not found
    return found.part if isinstance(found, Not) else Not(found)


def joined(op: str, parts: Iterable[Found]) -> Found:
    """op: && or ||. What always or never holds is taken out; equal codes of one name are listed."""
    whole = op == "&&"
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not whole:
                return part
        elif isinstance(part, Joined) and (part.op == "and") == whole:
            kept += part.parts
        else:
            kept.append(part)
    kept = _needed(dict.fromkeys(kept)) if whole else _listed(dict.fromkeys(kept))
    if not kept:
        return whole
    return kept[0] if len(kept) == 1 else Joined("and" if whole else "or", tuple(kept))


def _needed(parts: Iterable[Condition]) -> list[Condition]:
    """A comparison holds of answered things only: `answered(q1) and q1 > 2` is `q1 > 2`."""
    kept = list(parts)
    compared = {name for part in kept if isinstance(part, Comparison | Among)
                for name in names(part)}  # fmt: skip
    return [part for part in kept if not (isinstance(part, Answered) and set(part.ids) <= compared)]


def _listed(parts: Iterable[Condition]) -> list[Condition]:
    """`q1 == 1 or q1 == 2` is `q1 in [1, 2]`."""
    found: list[Condition] = []
    codes: dict[str, list[int]] = {}
    places: dict[str, int] = {}
    for part in parts:
        match part:
            case Comparison("==", Name(id), Number(value)):
                numbers: tuple[int, ...] = (value,)
            case Among(Name(id), tuple(several)):
                numbers = several
            case _:
                found.append(part)
                continue
        if id not in places:
            places[id] = len(found)
            found.append(part)
        codes.setdefault(id, []).extend(numbers)
    for id, place in places.items():
        listed = among(id, codes[id])
        assert not isinstance(listed, bool)
        found[place] = listed
    return found


def fitting(found: Found) -> Found:
    """The same, if a form can hold it. Raises ScriptFault."""
    if not isinstance(found, bool):
        try:
            return parse_condition(str(found))
        except (ConditionFault, RecursionError) as error:
            raise ScriptFault(TOO_LONG) from error
    return found


def among(name: str, codes: Iterable[int]) -> Found:
    found = sorted(set(codes))
    if not found:
        return False
    if len(found) == 1:
        return Comparison("==", Name(name), Number(found[0]))
    return Among(Name(name), tuple(found))
