"""What makes a job a covered one: a covered picture, bars around the prompt, the channel's rule."""

from bot.sandbox.discord import Channel
from tests.chat.members.scene import FILM, Scene, upload


async def test_a_prompt_between_bars_or_a_covered_picture_covers_the_job(scene: Scene) -> None:
    ask = scene.ana.command
    bare = await scene.made(await ask(scene.channel, "seedance-pro", prompt="a ||b||", image=upload()))
    bars = await scene.made(await ask(scene.channel, "seedance-pro", prompt="||b||", image=upload()))
    cover = await scene.made(await ask(scene.channel, "seedance-pro", prompt="b", image=upload(spoiler=True)))

    assert [job.spoiler for job in (bare, bars, cover)] == [False, True, True]
    assert [job.request.prompt for job in (bare, bars, cover)] == ["a ||b||", "b", "b"]


async def test_a_channels_rule_covers_everything_in_it_and_in_its_threads(
    scene: Scene, hidden: Channel
) -> None:
    thread = hidden.add_thread("more")
    for place in (hidden, thread):
        job = await scene.made(await scene.ana.command(place, "seedance-fast", prompt="words"))
        assert job.spoiler


async def test_what_comes_of_a_covered_result_is_covered(scene: Scene) -> None:
    _, result = await scene.delivered(FILM, spoiler=True)
    child = await scene.made(await scene.ana.press(result, "Again"))
    assert child.spoiler
