"""Configuration files: each setting with what may fit, what does not, and what is no TOML at all."""

import json
from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st

from bot.config import Settings
from tests.fuzz.odd import DEEP, NUMBERS

SECRET: Final = "s3cr3t-MARKER"
SECTIONS: Final = {name: table.annotation for name, table in Settings.model_fields.items()}
KEYS: Final = [
    (section, key)
    for section, table in SECTIONS.items()
    for key in getattr(table, "model_fields", {})
    if "token" not in key
]
ADDRESSES: Final = tuple(
    f"{scheme}{host}{rest}"
    for scheme in ("https://", "http://", "sqlite:///", "ftp://", "//", "")
    for host in (
        *(
            "a.example",
            "127.0.0.1",
            "[::1]",
            "[::1",
            "a..b",
            "*",
            "a%zz",
            "x" * 64,
            "xn--\u00fc",
            "\u2100.com",
        ),
        *(
            "a\0b",
            "a b",
            "",
            "host:0",
            "host:65536",
            "host:-1",
            "host:0x1",
            "1.2.3.4.5",
            "...",
            "\u00df.example",
        ),
    )
    for rest in ("", "/api", "?key=1", "#", "\t", ":8080")
)
texts = st.one_of(
    st.text(max_size=30), st.sampled_from(ADDRESSES), st.sampled_from(("1e999", "0", "\0", "²"))
)
# What TOML writes; the last are dates, and a number that is none in most languages.
literals = st.one_of(
    st.sampled_from(
        (*NUMBERS, *DEEP, "inf", "-inf", "nan", "1_000", "0o7", "1979-05-27", "07:32:00", "true")
    ),
    st.integers().map(str),
    texts.map(json.dumps),
    st.lists(texts.map(json.dumps) | st.integers().map(str), max_size=3).map(
        lambda some: f"[{', '.join(some)}]"
    ),
    st.dictionaries(st.sampled_from(("480p", "720p", "1080p", "1K", "2K", "4K", "a\nb")), st.floats()).map(
        lambda some: "{" + ", ".join(f"{json.dumps(name)} = {number}" for name, number in some.items()) + "}"
    ),
)


def setting(section: str, key: str) -> st.SearchStrategy[tuple[tuple[str, str], str]]:
    """Return a setting with a value that may fit, or any other."""
    if key.endswith(("url", "listen")):
        fitting = st.sampled_from(ADDRESSES).map(json.dumps)
    elif key.endswith(("ids", "channels")):
        fitting = st.lists(st.integers(0, 2**64), max_size=3).map(str)
    elif key.endswith("hosts"):
        fitting = st.lists(st.sampled_from(ADDRESSES), max_size=3).map(json.dumps)
    else:
        fitting = st.integers(0, 2**64).map(str) | st.floats(0).map(str)
    return st.tuples(st.just((section, key)), st.one_of(fitting, fitting, literals))


some_settings = st.lists(
    st.sampled_from(KEYS).flatmap(lambda key: setting(*key)), min_size=1, max_size=2
).map(dict)


def written(lines: Mapping[tuple[str, str], str]) -> str:
    """Return a file that has these settings, and both tokens."""
    content = dict.fromkeys(SECTIONS, "") | {
        section: f'token = "{SECRET}-{section}"\n' for section in ("discord", "runcomfy")
    }
    for (section, key), literal in lines.items():
        content[section] += f"{key} = {literal}\n"
    return "".join(f"[{section}]\n{text}" for section, text in content.items())
