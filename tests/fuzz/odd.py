"""Odd values: what a program sends that is broken, of another version, or means harm. JSON as text as well.

As text, because a library that writes JSON never writes a key twice, half a surrogate or a number without
end, and one that reads it has to live with them.
"""

import json
from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st
from pydantic import JsonValue

NUMBERS: Final = (
    *("0", "-0", "-1", "1.5", "1e400", "-1e400", "NaN", "Infinity", "01", "0x10", "1e-400", "400002.0"),
    *(str(2**31), str(2**53 + 1), str(2**63), str(-(2**63) - 1), str(2**64), "9" * 4300, "9" * 4301),
)
TEXTS: Final = (
    *('""', '" "', '"null"', r'"\u0000"', r'"\ud800"', r'"x\udc00x"', r'"\ud83d\ude00"', r'"a\r\nb: c"'),
    *('"../../etc/passwd"', '"%2e%2e%2f"', '"' + "x" * 5000 + '"', '"`@everyone` <@1>"', r'"\u202e\u2066"'),
)
DEEP: Final = tuple(
    opening * depth + "1" + closing * depth
    for opening, closing in (("[", "]"), ('{"a":', "}"))
    for depth in (5, 190, 210, 2000)
)
"""Readers of JSON stop at a depth of 200 or 1000."""

scalars = st.one_of(
    st.sampled_from(("null", "true", "false", *NUMBERS, *TEXTS)),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(json.dumps),
    st.text(max_size=20).map(json.dumps),
)


def arrays(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(items, max_size=4).map(lambda found: f"[{', '.join(found)}]")


def objects(pairs: st.SearchStrategy[tuple[str, str]], most: int = 8) -> st.SearchStrategy[str]:
    """Return objects of pairs of a name and a value's text; a name may come twice."""

    def written(found: list[tuple[str, str]]) -> str:
        return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in found) + "}"

    return st.lists(pairs, max_size=most).map(written)


anything = st.one_of(
    st.sampled_from(DEEP),
    st.recursive(
        scalars,
        lambda inner: arrays(inner) | objects(st.tuples(st.text(max_size=8), inner), 4),
        max_leaves=8,
    ),
)
"""Any JSON, and what nearly is."""


@st.composite
def near_misses(
    draw: st.DrawFn,
    usual: Mapping[str, st.SearchStrategy[str]],
    unusual: Mapping[str, st.SearchStrategy[str]] | None = None,
) -> str:
    """Return an object with most of the usual fields and few of the others; one in three has an odd one more.

    The odd one may be of another type, there twice, or unheard of.
    """
    chances = {**dict.fromkeys(usual, 8), **dict.fromkeys(unusual or {}, 1)}
    fields = {**usual, **(unusual or {})}
    pairs = [
        (name, draw(fields[name])) for name, chance in chances.items() if draw(st.integers(0, 9)) < chance
    ]
    if draw(st.integers(0, 2)) == 0:
        name = draw(st.sampled_from(sorted(fields)) | st.text(max_size=12))
        pairs.insert(draw(st.integers(0, len(pairs))), (name, draw(anything)))
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs) + "}"


def said(*texts: str) -> st.SearchStrategy[str]:
    """Return these texts as JSON."""
    return st.sampled_from([json.dumps(text) for text in texts])


def spoilt(text: str, draw: st.DrawFn) -> bytes:
    """Return it as bytes: mostly as it is, else cut, or with some of them changed."""
    content = bytearray(text.encode("utf-8", "surrogatepass"))
    match draw(st.integers(0, 19)):
        case 0:
            del content[draw(st.integers(0, len(content))) :]
        case 1 if content:
            for _ in range(draw(st.integers(1, 3))):
                content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
        case _:
            pass
    return bytes(content)


values: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from((0, -1, 1.5, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**30)),
        st.sampled_from(
            ("", " ", "0", "-1", "x" * 5000, "\0", "9" * 5000, "../..", "zoetrope:again:1", "²", "\ud800x")
        ),
        st.text(max_size=20),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Odd values that any reader of JSON takes."""
