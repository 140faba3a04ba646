"""What is done to a draft as a whole part: moved, copied, deleted, renamed, put elsewhere."""

import re
from collections.abc import Callable, Collection, Iterable

from survey.fieldwork.editor.keys import set_keys
from survey.fieldwork.editor.layout import QUESTION, SCREEN, Block, Layout, place_in
from survey.fieldwork.editor.parts import (
    Part,
    fresh_id,
    items_of,
    leaves,
    parts,
    text_in,
    texts_in,
    used_ids,
)

CONDITION = re.compile(r"^\s*(?:show_when|holds)\s*=")


def move(layout: Layout, kind: str, part: Part, step: int) -> None:
    """One place up (-1) or down (1); a question at the edge of its screen goes to the next one."""
    held = layout.holder(part.block)
    alike = [one for one in held if one.path == part.block.path]
    place = place_in(alike, part.block) + step
    if 0 <= place < len(alike):
        here, there = place_in(held, part.block), place_in(held, alike[place])
        held[here], held[there] = held[there], held[here]
        held[here].fresh = held[there].fresh = True
    elif kind == "question":
        _change_screen(layout, part, step)


def _change_screen(layout: Layout, part: Part, step: int) -> None:
    screens = layout.screens
    here = next(n for n, screen in enumerate(screens) if part.block in screen.inside)
    if 0 <= here + step < len(screens):
        put(layout, part.block, screens[here + step], first=step > 0)


def put(layout: Layout, question: Block, screen: Block, *, first: bool = False) -> None:
    """Move a question to the end of a screen, or to its beginning."""
    held = layout.holder(question)
    del held[place_in(held, question)]
    question.fresh = True
    screen.inside.insert(0 if first else len(screen.inside), question)


def delete(layout: Layout, kind: str, part: Part) -> None:
    """Take a part away, and its items from the factors."""
    if kind in ("screen", "question"):
        drop_items(layout, [item for one in _asked(layout, part) for item in items_of(one.table)])
    held = layout.holder(part.block)
    del held[place_in(held, part.block)]


def _asked(layout: Layout, part: Part) -> list[Part]:
    """The question itself, or those of a screen."""
    inside = [part.block, *part.block.inside]
    return [one for one in parts(layout, "question") if any(one.block is b for b in inside)]


def copy(layout: Layout, kind: str, part: Part) -> None:
    """The same once more right after it, its ids new; copies of rated items join their factors."""
    twin = part.block.copy()
    used = used_ids(layout) | set(layout.scales)
    if kind == "scale":
        rename_scale_block(twin, fresh_id(used, f"{part.place}_1"))
    else:
        _rename(twin, part.id, used)
    if kind == "screen":
        for one, block in zip(_asked(layout, part), twin.of("questions"), strict=True):
            _copy_items(layout, one, _rename(block, one.id, used))
    elif kind == "question":
        _copy_items(layout, part, text_in(_said(twin), "id"))
    held = layout.holder(part.block)
    held.insert(place_in(held, part.block) + 1, twin)


def _said(block: Block) -> dict[str, str]:
    found = re.search(r'^\s*id\s*=\s*"([^"]*)"', block.own, re.MULTILINE)
    return {"id": found[1] if found else ""}


def _rename(block: Block, old: str, used: set[str]) -> str:
    new = fresh_id(used, old)
    used.add(new)
    set_keys(block, {"id": new})
    return new


def _copy_items(layout: Layout, part: Part, new: str) -> None:
    for item in items_of(part.table):
        for factor in leaves(layout):
            if item in texts_in(factor.table, "items"):
                twin = new + item.removeprefix(part.id)
                _set_items(factor, [*_items_now(factor), twin])


def _items_now(factor: Part) -> list[str]:
    """The items of a factor with what was changed since the text was read."""
    return list(factor.table.get("items", []))


def _set_items(factor: Part, items: list[str]) -> None:
    """Writes the list, and remembers it: another change of the same draft may follow."""
    table = factor.table
    if isinstance(table, dict):
        table["items"] = items
    set_keys(factor.block, {"items": items or None})


def drop_items(layout: Layout, items: Iterable[str]) -> None:
    """Take items out of every factor."""
    gone = set(items)
    for factor in leaves(layout):
        drop_items_of(factor, gone)


def drop_items_of(factor: Part, items: Collection[str]) -> None:
    """Take items out of one factor."""
    held = texts_in(factor.table, "items")
    if set(items) & set(held):
        _set_items(factor, [item for item in held if item not in items])


def join_factor(layout: Layout, factor: str, items: list[str]) -> None:
    """Put items into the factor of this id and into no other; "" puts them into none."""
    for one in leaves(layout):
        held = texts_in(one.table, "items")
        rest = [item for item in held if item not in items]
        if one.id == factor and not set(items) <= set(held):
            _set_items(one, [*rest, *items])
        elif one.id != factor and rest != held:
            _set_items(one, rest)


def rename_items(layout: Layout, items: dict[str, str]) -> None:
    """Give items other ids in the factors that hold them."""
    for factor in leaves(layout):
        held = texts_in(factor.table, "items")
        if set(held) & set(items):
            _set_items(factor, [items.get(item, item) for item in held])


def rename_answers(layout: Layout, old: str, new: str) -> None:
    """Give a question another id in all that speaks of its answers: conditions and wordings."""
    name = re.compile(rf"\b{re.escape(old)}(?=(?:_\d+)?\b)")
    piped = re.compile(rf"\{{{re.escape(old)}(?=(?:_\d+)?\}})")

    def line(text: str) -> str:
        text = piped.sub("{" + new, text)
        if not CONDITION.match(text):
            return text
        key, sign, said = text.partition("=")
        return key + sign + name.sub(new, said)

    _each(layout.blocks, lambda own: "".join(map(line, own.splitlines(keepends=True))))


def _each(blocks: list[Block], change: Callable[[str], str]) -> None:
    for block in blocks:
        block.own = change(block.own)
        _each(block.inside, change)


def rename_scale(layout: Layout, old: str, new: str) -> None:
    """Give a scale another name, in its own block and in all questions that use it."""
    rename_scale_block(layout.scales[old], new)
    for one in parts(layout, "question"):
        if text_in(one.table, "scale") == old:
            set_keys(one.block, {"scale": new})


def rename_scale_block(scale: Block, name: str) -> None:
    old = scale.path[1]
    header = re.compile(
        rf"^(\s*\[{{1,2}}\s*scales\s*\.\s*){re.escape(old)}(?=[\s.\]])", re.MULTILINE
    )
    for block in [scale, *scale.inside]:
        block.own = header.sub(rf"\g<1>{name}", block.own)
        block.path = ("scales", name, *block.path[2:])


def add(layout: Layout, block: Block, screen: Block | None = None) -> None:
    """Put a new block where its kind stands: a question at the end of `screen`, a screen, scale or
    factor after the last one."""
    block.fresh = True
    if block.path == QUESTION and screen is not None:
        screen.inside.append(block)
        return
    order = ("scales", SCREEN[0], "factors")
    rank = order.index(block.path[0])
    before = [n for n, b in enumerate(layout.blocks) if order.index(b.path[0]) <= rank]
    layout.blocks.insert(before[-1] + 1 if before else 0, block)
