"""What was typed, given back: all of it, in messages that Discord takes."""

from bot.chat.quotes import quoted
from bot.core.draft import Typed

WHY = "It is so. Nothing was charged."
LONGEST = 1900
FULL: Typed = {
    "picture": ("0", "4", "9"),
    "prompt": ("a boat",),
    "model": ("seedance-lite-from",),
    "resolution": ("720p",),
    "seed": (),
    "options": ("audio", "spoiler"),
}


def test_all_that_was_typed_is_given_back_as_the_form_showed_it() -> None:
    (words,) = quoted(WHY, FULL, "en")
    assert words.startswith(WHY)
    assert words.endswith("\n>>> a boat")
    for line in ("Picture: 1, 5, 10", "Resolution: 720p", "Seed: none", "Options: Sound, Spoiler"):
        assert line in words
    assert "Model: Seedance 1.0 Lite, from the picture before" in words


def test_a_prompt_that_finds_no_room_beside_the_rest_follows_whole() -> None:
    prompt = ("0123456789" * 200)[:LONGEST]
    first, second = quoted(WHY, {**FULL, "prompt": (prompt,)}, "en")
    assert first.startswith(WHY)
    assert "Resolution: 720p" in first
    assert second == f">>> {prompt}"


def test_whatever_is_sent_no_message_is_longer_than_discord_takes() -> None:
    sent = dict.fromkeys(("picture", "model", "resolution", "options"), ("*" * 100,) * 25)
    messages = quoted("w" * 400, {**sent, "prompt": ("x" * 4000,), "what": ("?",)}, "en")
    assert max(len(words) for words in messages) <= 2000
    assert "".join(words.removeprefix(">>> ") for words in messages[1:]) == "x" * 4000


def test_where_nothing_was_typed_only_the_reason_is_told() -> None:
    for typed in ({}, {"prompt": ()}, {"prompt": (" ",)}):
        assert quoted(WHY, typed, "en") == [WHY]
