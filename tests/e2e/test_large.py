"""Results larger than their channel takes: made to fit, else linked; and several results at once."""

import signal
from pathlib import Path

import pytest

from bot.sandbox.discord import MIB
from bot.sandbox.runcomfy import Fate
from tests.e2e.films import (
    PADDED,
    ROOM,
    done,
    fits,
    original,
    same,
    size,
    to_children,
    uploads,
    way,
)
from tests.e2e.play import LONG, PROMPT, Play, upload

LEADS = ["Again", "Change", "Extend", "Delete"]


async def test_a_large_film_is_made_to_fit_with_progress_and_the_originals_link(
    play: Play, film: Path
) -> None:
    play.runcomfy.next(Fate(film=film))
    asked = await play.animate()
    await play.until(lambda play: to_children(play, signal.SIGSTOP))
    await play.card_says(asked.message, "larger than I may post here. Making it fit")
    to_children(play, signal.SIGCONT)
    _, result = await done(play, asked)
    fits(result, 6)
    assert f"[The original]({original(play)})" in result.text
    assert f"has {size(film) / 1e6:.1f} MB; this version was made to fit here." in result.text
    assert result.mentions == {play.ana.id}
    assert [button.label for button in result.buttons] == LEADS
    assert [shown.description for shown in result.gallery] == [PROMPT]
    assert way(play) == "fitted"
    assert len(uploads(play)) == 1


async def test_a_boosted_server_takes_it_whole(play: Play, film: Path) -> None:
    play.stage.guild.boost(2)
    play.runcomfy.next(Fate(film=film))
    _, result = await done(play, await play.animate())
    assert same(result.attachments[0].path, film)
    assert "The original" not in result.text
    assert uploads(play) == [size(film)]


@pytest.mark.parametrize("html", [False, True], ids=["by Discord", "by a proxy"])
async def test_what_discord_refuses_although_the_level_says_more_goes_the_next_way(
    play: Play, html: bool
) -> None:
    play.stage.guild.boost(2)
    ceiling = play.discord.refuse_files(ROOM, html=html)
    play.runcomfy.next(PADDED)
    _, result = await done(play, await play.animate())
    assert ceiling.fired == 1
    fits(result)
    assert f"[The original]({original(play)})" in result.text


async def test_what_is_refused_again_is_made_smaller_once_more(play: Play, film: Path) -> None:
    ceiling = play.discord.refuse_files(int(8.5 * MIB))
    play.runcomfy.next(Fate(film=film))
    _, result = await done(play, await play.animate())
    assert ceiling.fired == 1
    fits(result, 6, 8 * MIB)
    assert len(uploads(play)) == 2


@pytest.mark.parametrize("is_covered", [False, True], ids=["", "covered"])
async def test_what_cannot_be_made_so_small_comes_as_a_link_that_unfurls_and_leads_on(
    play: Play, is_covered: bool
) -> None:
    ceiling = play.discord.refuse_files(1000)
    play.runcomfy.next(PADDED)
    asked = await play.ask("seedance-fast", prompt=f"||{PROMPT}||" if is_covered else PROMPT)
    card, link = await done(play, asked)
    assert ceiling.fired == 1
    # On a line of its own and with nothing around it but a cover, so that it unfurls.
    address = original(play)
    assert (f"||{address}||" if is_covered else address) in link.content.splitlines()
    assert "14.0 MB" in link.content
    assert link.mentions == {play.ana.id}
    assert link.attachments == []
    assert [button.label for button in link.buttons] == LEADS
    assert "see the result" in card.text
    assert way(play) == "linked"
    assert len(uploads(play)) == 2


async def test_a_padded_film_that_fits_in_direct_messages_obeys_the_operators_limit(play: Play) -> None:
    await play.bot.terminate()
    await play.start(DISCORD__UPLOAD_LIMIT=str(MIB))
    play.runcomfy.next(Fate(size=2 * MIB))
    typed = await play.ana.command(play.ana.dm, "seedance-fast", prompt=PROMPT)
    asked = await typed.answered(LONG)
    await play.card_says(asked.message, "Done in")
    (result,) = [message for message in play.ana.dm.messages if message.attachments]
    assert result.attachments[0].size <= MIB
    assert "this version was made to fit here" in result.text
    assert uploads(play) == [result.attachments[0].size]


async def test_of_several_results_the_large_one_is_made_to_fit_and_all_come_in_one_gallery(
    play: Play, film: Path
) -> None:
    play.runcomfy.next(Fate(film=film, outputs=2))
    _, result = await done(play, await play.animate())
    assert "Your videos are here" in result.text
    assert [shown.description for shown in result.gallery] == [PROMPT, PROMPT]
    large, small = result.attachments
    assert MIB < large.size <= ROOM
    (job,) = play.runcomfy.jobs.values()
    assert same(small.path, job.files[1])
    assert all(url in result.text for url in job.urls)


async def test_several_pictures_come_as_one_gallery(play: Play) -> None:
    play.runcomfy.next(Fate(outputs=3))
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=upload())
    _, result = await done(play, asked)
    (job,) = play.runcomfy.jobs.values()
    assert "Your pictures are here" in result.text
    assert all(same(file.path, made) for file, made in zip(result.attachments, job.files, strict=True))
    assert [(shown.description, shown.spoiler) for shown in result.gallery] == [(PROMPT, False)] * 3
    assert [button.label for button in result.buttons] == ["Again", "Change", "Animate", "Delete"]
