"""What a card tells: the question, what was mended, where a job comes from, how far its result is."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat import cards
from bot.chat.english import ENGLISH
from bot.chat.words import covered, plain
from bot.core import events as ev
from bot.core.descent import How
from bot.core.errors import Problem, Reason
from bot.core.events import Way
from bot.core.job import Job, State, apply
from bot.core.mending import Framing, Mending
from bot.core.models import SeedancePro
from tests.builders import NOON, a_descent, a_job
from tests.chat.shown import gallery, presses, words

SHAPE = Reason(Problem.PICTURE_ASPECT, {"filename": "wide.png", "aspect": 3.2, "low": 0.4, "high": 2.5})


def shown(job: Job, done: float | None = None) -> str:
    return words(cards.card(job, (), done))


async def test_a_card_tells_that_its_owner_is_asked_and_of_it_no_longer_once_there_is_an_answer() -> None:
    job = apply(a_job(), ev.Asked(SHAPE), NOON)
    told = shown(job)
    assert "3.20 to 1" in told
    assert "is asked privately" in told
    assert "within 10 min " in told
    assert presses(cards.card(job, ())) == {"Cancel": f"zoetrope:cancel:{job.id}"}
    assert "privately" not in shown(replace(job, framing=Framing.BARS))


@pytest.mark.parametrize(
    ("mended", "told"),
    [
        ([[Mending.UPRIGHT, Mending.REDUCED]], "Mended: turned upright, made smaller."),
        ([[Mending.REDUCED], [Mending.REDUCED]], "Mended: made smaller."),
        ([[], [Mending.BARRED]], "Mended: picture 2: bars added."),
        ([[Mending.LAST_FRAME], [], [Mending.CROPPED]], "picture 1: last frame taken; picture 3: cropped"),
    ],
)
async def test_a_card_says_what_was_mended_once_or_picture_by_picture(
    mended: list[list[Mending]], told: str
) -> None:
    job = replace(a_job(State.QUEUED), mended=tuple(tuple(one) for one in mended))
    assert told in shown(job)


@pytest.mark.parametrize("mended", [(), ((),), ((), ())])
async def test_a_card_says_nothing_of_pictures_that_were_good(
    mended: tuple[tuple[Mending, ...], ...],
) -> None:
    assert "Mended" not in shown(replace(a_job(State.QUEUED), mended=mended))


async def test_much_that_was_mended_is_cut_between_two_pictures() -> None:
    most = tuple(tuple(Mending)[number:] for number in range(10))
    (line,) = [line for line in shown(replace(a_job(), mended=most)).splitlines() if "Mended" in line]
    assert line.endswith("; and more.")
    assert 300 < len(line) < 700


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("state", State)
async def test_a_card_names_its_parent_and_leads_to_the_parents_result(how: How, state: State) -> None:
    parent = a_job(State.DELIVERED)
    descent = a_descent(parent, how)
    job = a_job(state, descent=descent)
    link = f"[job {parent.id}](https://discord.com/channels/7/8/{descent.message_id})"
    assert link in shown(job)
    assert link.replace("/7/", "/@me/") in shown(replace(job, guild_id=None))
    assert parent.id not in shown(replace(job, descent=None))


async def test_each_way_of_going_on_has_words_of_its_own() -> None:
    said = {ENGLISH[f"origin.{how}"] for how in How}
    assert len(said) == len(How)


@pytest.mark.parametrize(
    ("way", "how", "done", "told"),
    [
        (Way.WHOLE, How.EXTEND, None, "It is finished. Bringing it here…"),
        (Way.WHOLE, How.JOIN, None, "Joining it with the clip before it…"),
        (Way.WHOLE, How.JOIN, 0.5, "Joining it with the clip before it: 50 % done."),
        (Way.FITTED, How.EXTEND, None, "Making it fit…"),
        (Way.FITTED, How.EXTEND, 0.333, "Making it fit: 33 % done."),
        (Way.FITTED, How.JOIN, 1.7, "Making it fit: 100 % done."),
        (Way.LINKED, How.JOIN, None, "Bringing you a link…"),
    ],
)
async def test_a_card_tells_what_is_being_done_to_a_result(
    way: Way, how: How, done: float | None, told: str
) -> None:
    job = replace(a_job(State.READY, descent=a_descent(a_job(), how)), way=way)
    assert told in shown(job, done)


async def test_the_card_of_a_deleted_result_leads_nowhere_and_tells_what_was_charged() -> None:
    job = a_job(State.DELIVERED)
    assert cards.jump_url(job) in shown(job)
    deleted = apply(job, ev.Deleted(), NOON)
    assert cards.jump_url(deleted) not in shown(deleted)
    assert "deleted" in shown(deleted)
    assert "5 credits charged" in shown(deleted)


async def test_a_spoiler_covers_pictures_and_prompt() -> None:
    job = a_job(State.QUEUED, spoiler=True)
    assert gallery(cards.card(job, ["attachment://a.png"])) == [
        {"media": {"url": "attachment://a.png"}, "spoiler": True}
    ]
    assert f"> ||{plain(job.request.prompt, 300)}||\n" in shown(job)
    bare = cards.card(replace(job, spoiler=False), ["attachment://a.png"])
    assert gallery(bare)[0]["spoiler"] is False
    assert "||" not in words(bare)


@example("[||](x)")
@given(st.text(st.sampled_from("a|\\ `*_~<>[]():/.h") | st.characters(), min_size=1, max_size=400))
def test_no_prompt_lifts_its_cover(prompt: str) -> None:
    # Discord covers up to the next pair of bars, whether or not they are escaped.
    for typed in (prompt, f"https://{prompt}", f"{prompt}||", f"||{prompt}"):
        inside = plain(typed, 300)
        assert covered(inside)[2:-2].startswith(inside)
        assert covered(inside).index("||", 2) == len(covered(inside)) - 2


@given(
    st.text("\\`*_~|<>:#@a", min_size=1900, max_size=1900),
    st.lists(st.lists(st.sampled_from(Mending), max_size=11), max_size=10),
    st.sampled_from(State),
)
async def test_a_card_finds_room_whatever_it_tells(
    prompt: str, mended: list[list[Mending]], state: State
) -> None:
    parent = a_job(State.DELIVERED)
    job = a_job(state, request=SeedancePro(prompt=prompt), descent=a_descent(parent), spoiler=True)
    detail = Reason(Problem.GENERATION_FAILED, {"detail": prompt})
    job = replace(job, mended=tuple(tuple(one) for one in mended), reason=job.reason and detail)
    layout = cards.card(job, [])
    assert layout.content_length() < 4000
    assert layout.is_finished()
