"""Prompts between bars, and requests from options."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.orders import uncovered


@pytest.mark.parametrize(
    ("typed", "prompt", "is_covered"),
    [
        ("||a cat||", "a cat", True),
        ("  ||a cat||\n", "a cat", True),
        ("|| a | b ||", " a | b ", True),
        ("a ||cat||", "a ||cat||", False),
        ("||a|| and ||b||", "||a|| and ||b||", False),
        ("||||", "||||", False),
        ("||  ||", "||  ||", False),
        ("|||", "|||", False),
        ("||a cat", "||a cat", False),
        ("", "", False),
    ],
)
def test_only_a_prompt_that_is_wrapped_as_a_whole_is_covered(
    *, typed: str, prompt: str, is_covered: bool
) -> None:
    assert uncovered(typed) == (prompt, is_covered)


def test_no_prompt_is_no_covered_one() -> None:
    assert uncovered(None) == (None, False)


@given(st.text().filter(lambda words: words.strip() and "||" not in f"|{words}|".strip("|")))
def test_bars_around_words_are_taken_off(words: str) -> None:
    if words.startswith("|") or words.endswith("|"):
        return
    assert uncovered(f"||{words}||") == (words, True)
