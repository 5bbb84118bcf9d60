"""The entries in a message's menu: which pictures they find, and what becomes of the form."""

import pytest

from bot.core.models import SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.source import PictureSource
from bot.sandbox.discord import Foreign, Member, Message
from tests.chat.members.scene import Scene, fields_of, form_of, png, upload


@pytest.fixture
def ben(scene: Scene) -> Member:
    return scene.platform.add_member("ben", scene.channel.guild)


async def sources(scene: Scene, message: Message) -> tuple[PictureSource, ...]:
    """Return what the form about a message offers, as it is kept."""
    form = await form_of(await scene.ana.menu(message, "Edit image"))
    draft = await scene.store.draft(form.custom_id.rpartition(":")[2])  # type: ignore[arg-type]
    assert draft is not None
    return draft.sources


async def test_a_message_with_one_picture_asks_for_no_choice(scene: Scene, ben: Member) -> None:
    message = await ben.post(scene.channel, "look", upload())

    form = await form_of(await scene.ana.menu(message, "Animate image"))
    assert fields_of(form) == ["prompt", "model", "resolution", "duration", "options"]
    child = await scene.made(
        await scene.ana.submit(form, {"prompt": "it sails", "model": "seedance-lite", "duration": "10"})
    )

    assert child.request == SeedanceLite(prompt="it sails", duration=10)
    assert child.owner_id == scene.ana.id
    assert child.descent is None
    assert not child.spoiler
    (source,) = child.sources
    assert isinstance(source, PictureSource)
    assert (source.filename, source.width, source.height) == ("boat.png", 64, 48)
    assert await scene.bot.http.get_from_cdn(source.url) == png()


async def test_up_to_ten_pictures_can_be_chosen_for_an_edit(scene: Scene, ben: Member) -> None:
    message = await ben.post(scene.channel, "", *(upload(f"{n}.png") for n in range(10)))
    answer = await ben.post(scene.channel, "and this", upload("ten.png"), reply_to=message)

    form = await form_of(await scene.ana.menu(answer, "Edit image"))
    assert fields_of(form) == ["picture", "prompt", "resolution", "options"]
    child = await scene.made(
        await scene.ana.submit(form, {"prompt": "mix them", "picture": ["0", "3", "10"], "resolution": "4K"})
    )

    assert child.request == SeedreamEdit(prompt="mix them", resolution="4K")
    assert [source.filename for source in child.sources] == ["ten.png", "2.png", "9.png"]


async def test_pictures_of_embeds_come_through_discords_own_hosts(scene: Scene, ben: Member) -> None:
    there = Foreign("https://example.org/cats/cat.png", upload())
    message = await ben.post(
        scene.channel,
        "",
        embeds=[{"type": "rich", "image": {"url": there.url}, "thumbnail": {"url": there.url}}],
        foreign=[there],
    )

    (source,) = await sources(scene, message)

    assert source.filename == "cat.png"
    assert "example.org" not in source.url.partition("/external/")[0]
    assert await scene.bot.http.get_from_cdn(source.url) == png()


async def test_a_picture_that_discord_does_not_pass_on_is_taken_from_discords_own_hosts_only(
    scene: Scene, ben: Member
) -> None:
    theirs = "https://media.discordapp.net/attachments/1/2/boat.png"
    others = (
        "https://example.org/cat.png",
        "https://discordapp.net.example.org/cat.png",
        "https://example-discord.com/cat.png",
        "http://cdn.discordapp.com/attachments/1/2/cat.png",
        "https://[cat",
    )
    message = await ben.post(
        scene.channel, "", embeds=[{"type": "rich", "image": {"url": url}} for url in (*others, theirs)]
    )

    (source,) = await sources(scene, message)

    assert source.url == theirs


async def test_pictures_of_other_apps_components_are_found(scene: Scene) -> None:
    app = scene.platform.add_app("other", scene.channel.guild)
    parts = [
        {
            "type": 17,
            "spoiler": True,
            "components": [
                {"type": 12, "items": [{"media": {"url": "attachment://in-a-frame.png"}}]},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "words"}],
                    "accessory": {"type": 11, "media": {"url": "attachment://beside.png"}},
                },
            ],
        },
        {"type": 12, "items": [{"media": {"url": "attachment://alone.png"}}]},
    ]
    names = ["in-a-frame.png", "beside.png", "alone.png"]
    message = await app.post(scene.channel, "", *(upload(name) for name in names), components=parts)

    found = await sources(scene, message)

    assert [one.filename for one in found] == ["SPOILER_in-a-frame.png", "SPOILER_beside.png", "alone.png"]
    assert [await scene.bot.http.get_from_cdn(one.url) for one in found] == [png()] * 3


async def test_our_own_results_are_messages_as_others(scene: Scene) -> None:
    job, result = await scene.delivered(SeedreamEdit(prompt="red"), files=2)

    found = await sources(scene, result)

    assert [one.filename for one in found] == [f"zoetrope-{job.id}.png", f"zoetrope-{job.id}-2.png"]


async def test_the_authors_face_is_the_last_choice(scene: Scene) -> None:
    cleo = scene.platform.add_member("cleo", scene.channel.guild, avatar=png(100, 100))
    message = await cleo.post(scene.channel, "only words")

    (face,) = await sources(scene, message)

    assert face.filename == "cleo's avatar"
    assert await scene.bot.http.get_from_cdn(face.url) == png(100, 100)


async def test_a_message_without_a_picture_is_refused(scene: Scene, ben: Member) -> None:
    message = await ben.post(scene.channel, "only words")

    told = await (await scene.ana.menu(message, "Animate image")).final()

    assert "no picture" in told.text
    assert told.ephemeral


async def test_a_covered_picture_makes_a_covered_job(scene: Scene, ben: Member) -> None:
    message = await ben.post(scene.channel, "", upload(spoiler=True), upload("open.png"))

    form = await form_of(await scene.ana.menu(message, "Animate image"))
    assert fields_of(form) == ["picture", "prompt", "model", "resolution", "duration"]
    covered = await scene.made(await scene.ana.submit(form, {"prompt": "x", "picture": "0"}))
    form = await form_of(await scene.ana.menu(message, "Animate image"))
    uncovered = await scene.made(await scene.ana.submit(form, {"prompt": "x", "picture": "1"}))

    assert covered.spoiler
    assert not uncovered.spoiler


async def test_a_picture_that_was_never_offered_is_refused_and_the_form_kept(
    scene: Scene, ben: Member
) -> None:
    message = await ben.post(scene.channel, "", upload(), upload("open.png"))
    form = await form_of(await scene.ana.menu(message, "Animate image"))

    for picture in (["7"], ["-1"], ["0", "1"], [], ["x"]):
        sent = await scene.ana.submit(form, {"prompt": "my words", "picture": picture}, checked=False)
        told = await sent.final()
        assert told.ephemeral
        assert "`picture`" in told.text

    again = await form_of(await scene.ana.press(told, "Back to the form"))
    child = await scene.made(await scene.ana.submit(again, {"picture": "1"}))
    assert child.request == SeedancePro(prompt="my words")
    assert [source.filename for source in child.sources] == ["open.png"]
