"""What is left of RunComfy's own words about a failure."""

import pytest
from pydantic import JsonValue

from bot.runcomfy.answers import Content
from bot.runcomfy.detail import LIMIT, detail, one_line


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Model run failed", "Model run failed"),
        ("two\nlines\tand\x00 more", "two lines and more"),
        ("right\u202eto left\u2028new", "right to left new"),
        ("cannot fetch https://cdn.example/a.png?ex=1&hm=2 in time", "cannot fetch in time"),
        ("see s3://bucket/key or www.example.com/x.", "see or"),
        ("data:image/png;base64,AAAA is no picture", "is no picture"),
        ("Authorization: Bearer abcdef rejected", "Authorization: rejected"),
        ("api_key=sk-12345 rejected", "rejected"),
        ("token 9f8e7d6c was revoked", "was revoked"),
        ("job 0f8fad5b-d9cb-469f-a165-70867728950e died", "job died"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", ""),
        ("the prompt has too many tokens: 300", "the prompt has too many tokens: 300"),
        ("Bild ist zu groß 🦊", "Bild ist zu groß 🦊"),
        ("", ""),
    ],
)
def test_a_failure_is_told_in_one_line_without_addresses_and_keys(said: str, shown: str) -> None:
    assert one_line(said) == shown


def test_a_long_tale_is_cut() -> None:
    line = one_line("word " * 10_000)
    assert len(line) <= LIMIT
    assert line.endswith("word…")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"error": "a"}, "a"),
        ({"error": {"message": "b", "code": 3}}, "b"),
        ({"error": {"detail": "c"}}, "c"),
        ({"error": ["d", "e"]}, "d"),
        ({"detail": [{"loc": ["body"], "msg": "f"}]}, "f"),
        ({"error": "", "error_message": "g"}, "g"),
        ({"error": 3, "message": "h"}, "h"),
        ({"error": {"nested": {"message": "i"}}}, ""),
        ({"error": "https://only.an/address", "message": "j"}, "j"),
        ({}, ""),
    ],
)
def test_the_words_are_found_where_the_vendor_puts_them(fields: dict[str, JsonValue], shown: str) -> None:
    assert detail(Content.model_validate(fields)) == shown
