"""From the codes of one scale to those of another: whether a recode says all that it must."""

from collections.abc import Iterator, Mapping

from questionnaires.facts import DIFFERENT
from questionnaires.model import Item, Scale


def opinions(scale: Scale) -> tuple[int, ...]:
    """The codes that are an opinion, in the order shown."""
    return tuple(code for code in scale.codes if code not in scale.missing)


def same_scale(one: Scale, other: Scale) -> bool:
    """Whether figures of both mean the same: equal opinion codes, and equal satisfied ones."""
    codes = set(opinions(one)) == set(opinions(other))
    return codes and set(one.satisfied) == set(other.satisfied)


def misfits(
    item: Item, reference: Item, grade: str, recode: Mapping[int, int], is_reference: bool
) -> Iterator[tuple[str, str]]:
    """What forbids to grade an item so against the reference, each with its remedy."""
    if recode:
        yield from _recode_faults(item, reference, recode, is_reference)
    elif item.wide or reference.wide:
        if grade != DIFFERENT and not is_reference:
            what = "a number, a day or a place has no scale that could be compared."
            yield what, f"Grade it “{DIFFERENT}”."
    elif grade != DIFFERENT and not same_scale(item.scale, reference.scale):
        what = (
            f"it is graded “{grade}” and its scale ({_told(item.scale)}) is not the reference's "
            f"({_told(reference.scale)})."
        )
        yield what, f"Add recode = {{ … }} to the reference's codes, or grade it “{DIFFERENT}”."


def _recode_faults(
    item: Item, reference: Item, recode: Mapping[int, int], is_reference: bool
) -> Iterator[tuple[str, str]]:
    if is_reference:
        yield "the reference item has a recode.", "Remove it: the others are recoded to it."
        return
    if item.wide or reference.wide:
        what = "a number, a day or a place has no codes."
        yield what, "Remove the recode, and grade it “different”."
        return
    own, target = opinions(item.scale), opinions(reference.scale)
    if lost := [code for code in own if code not in recode]:
        what = f"the recode leaves out {_list(lost)}."
        yield what, "Say of every code that is an opinion what it becomes."
    if silent := [code for code in recode if code in item.scale.missing]:
        what = f"the recode makes an opinion of {_list(silent)}, which means no opinion."
        yield what, "Leave it out: what is missing stays missing."
    if odd := [code for code in recode if code not in item.codes]:
        what = f"the recode speaks of {_list(odd)}, which is not on the item's scale."
        yield what, f"Use its codes: {_list(own)}."
    if wrong := [code for code in dict.fromkeys(recode.values()) if code not in target]:
        what = f"the recode gives {_list(wrong)}, which is no opinion on the reference's scale."
        yield what, f"Use the reference's codes: {_list(target)}."


def _list(codes: list[int] | tuple[int, ...]) -> str:
    return ", ".join(map(str, codes))


def _told(scale: Scale) -> str:
    satisfied = f", satisfied {_list(scale.satisfied)}" if scale.satisfied else ", rates nothing"
    return f"codes {_list(sorted(opinions(scale)))}{satisfied}"
