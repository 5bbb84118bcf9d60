"""Every text that members read: complete, safe, and in one place."""

import re
import string
from pathlib import Path

import pytest

from bot.chat import cards, listing
from bot.chat.english import ENGLISH
from bot.chat.texts import say, text
from bot.chat.words import alt_text, plain
from bot.core.errors import Problem, Reason
from bot.core.ids import new_job_id
from bot.core.job import State
from tests.builders import a_job

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_text_that_its_facts_fill(problem: Problem) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(ENGLISH[problem]) if name}
    words = {"filename", "option", "format", "allowed", "permissions", "detail", "why"}
    facts = {name: "x" if name in words else 3 for name in names}
    said = say(Reason(problem, facts))
    assert said
    assert "{" not in said


def test_a_failure_without_a_reason_is_told_as_well() -> None:
    assert say(Reason(Problem.GENERATION_FAILED)) == "RunComfy could not make it, and gave no reason."
    assert "because" in say(Reason(Problem.GENERATION_FAILED, {"detail": "because"}))


def test_every_key_that_the_program_uses_is_in_the_catalogue() -> None:
    used: set[str] = set()
    for path in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/*.py")):
        used |= set(re.findall(r'text\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert len(used) > 20
    assert used <= set(ENGLISH)


@pytest.mark.parametrize("locale", ["en-GB", "de", "xx-YY"])
def test_an_unknown_language_falls_back_to_english(locale: str) -> None:
    assert text("card.cancel", locale) == "Cancel"


@pytest.mark.parametrize(
    ("prompt", "forbidden"),
    [
        ("@everyone <@123> <@&4>", ["<@", "@everyone"]),
        ("**bold** __u__ `code` ||spoiler||", ["**", "__", "||"]),
        ("[click](https://evil.example)", ["](", "https://"]),
        ("# heading\n- list\n> quote", ["\n"]),
        ("<t:0:R> <#1> <:x:1>", ["<t:", "<#", "<:"]),
    ],
)
def test_a_prompt_is_shown_without_markup_or_mentions(prompt: str, forbidden: list[str]) -> None:
    shown = plain(prompt, 300)
    unescaped = re.sub(r"\\.", "", shown)
    for sign in forbidden:
        assert sign not in unescaped


def test_long_words_are_cut_and_alt_text_fits_discord() -> None:
    assert len(plain("a" * 1000, 300)) == 300
    assert len(alt_text("a" * 5000)) == 1024


def test_a_custom_id_comes_back_and_foreign_ones_do_not() -> None:
    job_id = new_job_id()
    assert cards.parse_custom_id(f"zoetrope:cancel:{job_id}") == cards.Press("cancel", job_id)
    assert cards.custom_id("cancel", job_id) == f"zoetrope:cancel:{job_id}"
    for foreign in ("", "zoetrope", "zoetrope:cancel", "zoetrope:cancel:../x", f"other:cancel:{job_id}"):
        assert cards.parse_custom_id(foreign) is None


@pytest.mark.parametrize("state", State)
async def test_a_card_has_a_cancel_button_only_while_that_can_help(state: State) -> None:
    layout = cards.card(a_job(state), ())
    buttons = [item for item in layout.walk_children() if getattr(item, "custom_id", None)]
    active = {State.PREPARING, State.QUEUED, State.SUBMITTING, State.RUNNING}
    assert bool(buttons) == (state in active)
    assert layout.content_length() < 4000
    assert not layout.is_dispatchable() or layout.is_finished()


def test_jobs_fit_into_one_message() -> None:
    many = [a_job(State.DELIVERED) for _ in range(10)]
    assert len(listing.jobs(many, "en")) <= 2000
