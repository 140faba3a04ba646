"""Conditions and answers made by Hypothesis: any tree that the language can say."""

from hypothesis import strategies as st

from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Count,
    Joined,
    Name,
    Not,
    Number,
    Sum,
)

SINGLE = ("q1", "q2", "q3", "visits", "constructor", "tostring")
SEVERAL = ("c1", "c2")

numbers = st.one_of(st.integers(0, 6), st.integers(0, 2**31 - 1))
some = st.lists(st.sampled_from(SINGLE + SEVERAL), min_size=1, max_size=3).map(tuple)
figures = st.recursive(
    st.one_of(
        st.builds(Number, numbers),
        st.builds(Name, st.sampled_from(SINGLE)),
        st.builds(Count, some),
    ),
    lambda inner: st.builds(Sum, st.sampled_from("+-"), inner, inner),
    max_leaves=4,
)
sets = st.one_of(
    st.lists(numbers, min_size=1, max_size=4).map(tuple), st.sampled_from(SEVERAL + SINGLE)
)


def _joined(op: str, parts: list[Condition]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, Joined) and part.op == op else [part]
    return Joined(op, tuple(flat))


conditions = st.recursive(
    st.one_of(
        st.builds(
            Comparison, st.sampled_from(("==", "!=", "<", "<=", ">", ">=")), figures, figures
        ),
        st.builds(Among, figures, sets),
        st.builds(Answered, some),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(_joined, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(0, 6) for name in SINGLE},
        **{name: st.lists(st.integers(1, 6), min_size=1, unique=True) for name in SEVERAL},
    },
)
