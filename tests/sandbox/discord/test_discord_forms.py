"""Forms: what Discord refuses to open, and what its client sends of what the member did and did not touch."""

from collections.abc import Mapping
from typing import cast

import discord
import pytest
from discord import ui
from discord.http import Route

from bot.sandbox.discord import Channel, ClientRefusal, Discord, Interaction, Member, Modal, Upload
from bot.sandbox.discord.modal import Entry
from tests.conftest import OPENAPI
from tests.sandbox.discord.crew import Crew, Press, a_picture

Json = Mapping[str, object]


def options(*values: str, **more: object) -> list[Json]:
    return [{"label": value.upper(), "value": value, **more} for value in values]


def a_form(*fields: Json, **more: object) -> dict[str, object]:
    labels = [{"type": 18, "label": f"Field {n}", "component": field} for n, field in enumerate(fields)]
    return {"custom_id": "form", "title": "Animate", "components": labels, **more}


def a_text(**more: object) -> Json:
    return {"type": 4, "custom_id": "prompt", "style": 2, **more}


def a_select(**more: object) -> Json:
    return {"type": 3, "custom_id": "size", "options": options("480p", "720p"), **more}


def boxes(**more: object) -> Json:
    return {"type": 22, "custom_id": "options", "options": options("sound", "spoiler"), **more}


async def show(interaction: Press, form: Json) -> None:
    route = Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
    await interaction.client.http.request(route, json={"type": 9, "data": form})


async def opened(crew: Crew, channel: Channel, ana: Member, form: Json) -> Modal:
    """Have a bot open the form, as plain JSON, and return it as Ana sees it."""

    async def animate(interaction: Press) -> None:
        await show(interaction, form)

    await crew.run(animate=animate)
    reply = await (await ana.command(channel, "animate")).answered()
    assert reply.modal is not None
    return reply.modal


def sent(interaction: Interaction) -> dict[str, object]:
    """Return what a submitted form carries, by field."""
    labels = cast("list[dict[str, dict[str, object]]]", interaction.data["components"])
    fields = [label["component"] for label in labels]
    return {str(one["custom_id"]): one["value"] if "value" in one else one["values"] for one in fields}


@pytest.mark.parametrize(
    "form",
    [
        a_form(),
        a_form(*[a_text(custom_id=f"{n}") for n in range(6)]),
        a_form(a_text(), title="x" * 46),
        a_form(a_text(), custom_id="x" * 101),
        a_form(a_text(), a_text()),
        a_form(a_text(value="x" * 11, max_length=10)),
        a_form(a_text(value="x", min_length=2)),
        a_form(a_text(max_length=4001)),
        a_form(a_text(label="of its own")),
        a_form(a_select(options=options(*map(str, range(26))))),
        a_form(a_select(options=options("a", "b", default=True))),
        a_form(a_select(options=options("a", "a"))),
        a_form(a_select(options=options("x" * 101))),
        a_form(a_select(max_values=3)),
        a_form(a_select(min_values=0)),
        a_form(a_select(disabled=True)),
        a_form({"type": 21, "custom_id": "one", "options": options("alone")}),
        a_form(boxes(options=options(*map(str, range(11))))),
        a_form(boxes(min_values=0)),
        a_form(boxes(max_values=1, options=options("a", "b", default=True))),
        a_form({"type": 19, "custom_id": "file", "max_values": 11}),
        a_form(components=[{"type": 18, "label": "x" * 46, "component": a_text()}]),
        a_form(components=[{"type": 18, "label": "x", "description": "x" * 101, "component": a_text()}]),
        a_form(components=[a_select()]),
        a_form(components=[{"type": 1, "components": [a_select()]}]),
    ],
)
@pytest.mark.parametrize(
    "description", [OPENAPI if OPENAPI.exists() else None, None], ids=["described", "bare"]
)
async def test_a_form_beyond_discords_limits_is_refused_and_recorded(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member, form: Json
) -> None:
    codes: list[int] = []

    async def animate(interaction: Press) -> None:
        try:
            await show(interaction, form)
        except discord.HTTPException as error:
            codes.append(error.code)
        await interaction.response.send_message("refused", ephemeral=True)

    await crew.run(animate=animate)
    await (await ana.command(channel, "animate")).final()

    assert codes == [50035]
    assert pointed.problems


async def test_a_form_within_discords_limits_is_opened(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    form = a_form(
        a_text(value="x" * 4000, max_length=4000, placeholder="x" * 100),
        a_select(options=options(*map(str, range(25))), max_values=25),
        boxes(min_values=0, required=False),
        {"type": 19, "custom_id": "file", "required": False, "min_values": 0, "max_values": 10},
        {"type": 23, "custom_id": "sure", "default": True},
    )
    modal = await opened(crew, channel, ana, form)

    assert list(modal.fields) == ["prompt", "size", "options", "file", "sure"]
    assert modal.labels == [f"Field {n}" for n in range(5)]
    assert pointed.problems == []


async def test_what_is_left_alone_is_sent_as_it_was_opened(crew: Crew, channel: Channel, ana: Member) -> None:
    chosen = [*options("480p"), *options("720p", default=True)]
    form = a_form(
        a_text(value="a boat"),
        a_select(options=chosen),
        boxes(options=[*options("sound", default=True), *options("spoiler")], required=False, min_values=0),
        {"type": 21, "custom_id": "way", "options": options("in", "out"), "required": False},
        {"type": 23, "custom_id": "sure", "default": True},
    )
    modal = await opened(crew, channel, ana, form)

    untouched = sent(await ana.submit(modal))
    changed = sent(
        await ana.submit(
            modal, {"prompt": "a cat", "size": "480P", "options": [], "way": "in", "sure": False}
        )
    )

    assert untouched == {
        "prompt": "a boat",
        "size": ["720p"],
        "options": ["sound"],
        "way": None,
        "sure": True,
    }
    assert changed == {"prompt": "a cat", "size": ["480p"], "options": [], "way": "in", "sure": False}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"prompt": ""}, "prompt: is required"),
        ({"prompt": "x" * 21}, "at most|1 to 20|0 to 20"),
        ({"prompt": "two\nlines"}, "one line"),
        ({"size": "4k"}, "does not offer '4k'"),
        ({"size": ["480p", "720p"]}, "2 chosen"),
        ({"options": "fixed"}, "does not offer"),
        ({"size": []}, "size: is required"),
        ({"colour": "red"}, "no field colour"),
        ({"file": [Upload(b"x", "a.png"), Upload(b"y", "b.png")]}, "2 chosen"),
        ({"file": Upload(b"0" * (10 * 2**20 + 1), "a.png")}, "may upload"),
    ],
)
async def test_the_client_does_not_send_what_the_form_does_not_allow(
    crew: Crew, channel: Channel, ana: Member, *, values: dict[str, Entry], reason: str
) -> None:
    form = a_form(
        a_text(style=1, max_length=20, value="a boat"),
        a_select(options=options("480p", "720p")),
        boxes(required=False, min_values=0),
        {"type": 19, "custom_id": "file", "required": False, "min_values": 0},
    )
    modal = await opened(crew, channel, ana, form)
    before = len(channel.world.interactions)

    with pytest.raises(ClientRefusal, match=reason):
        await ana.submit(modal, {"size": "480p", **values})
    assert len(channel.world.interactions) == before
    await ana.submit(modal, {"size": "480p", **values}, checked=False)
    assert len(channel.world.interactions) == before + 1


class Whole(ui.Modal, title="Animate"):
    """Every field that discord.py knows, filled in before it is opened."""

    prompt = ui.Label[ui.Modal](
        text="Prompt", component=ui.TextInput(custom_id="prompt", default="a boat", max_length=2000)
    )
    size = ui.Label[ui.Modal](
        text="Size",
        component=ui.Select(
            custom_id="size",
            options=[
                discord.SelectOption(label="480p"),
                discord.SelectOption(label="720p", default=True),
            ],
        ),
    )
    boxes = ui.Label[ui.Modal](
        text="Options",
        component=ui.CheckboxGroup(
            custom_id="boxes",
            required=False,
            options=[
                discord.CheckboxGroupOption(label="Sound", value="sound", default=True),
                discord.CheckboxGroupOption(label="Spoiler", value="spoiler"),
            ],
        ),
    )
    file = ui.Label[ui.Modal](text="Picture", component=ui.FileUpload(custom_id="file", required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.prompt.component, ui.TextInput)
        assert isinstance(self.size.component, ui.Select)
        assert isinstance(self.boxes.component, ui.CheckboxGroup)
        assert isinstance(self.file.component, ui.FileUpload)
        files = [file.filename for file in self.file.component.values]
        told = [self.prompt.component.value, self.size.component.values, self.boxes.component.values, files]
        await interaction.response.send_message(f"{told} {interaction.message is not None}")


async def test_the_library_reads_what_was_filled_in(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: Press) -> None:
        await interaction.response.send_modal(Whole(timeout=60))

    await crew.run(animate=animate)
    reply = await (await ana.command(channel, "animate")).answered()
    assert reply.modal is not None
    same = await (await ana.submit(reply.modal)).final()
    reply = await (await ana.command(channel, "animate")).answered()
    assert reply.modal is not None
    values: dict[str, Entry] = {"boxes": ["Spoiler", "sound"], "file": a_picture("cat.png")}
    changed = await (await ana.submit(reply.modal, values)).final()

    assert same.content == "['a boat', ['720p'], ['sound'], []] False"
    assert changed.content == "['a boat', ['720p'], ['spoiler', 'sound'], ['cat.png']] False"
    assert pointed.problems == []


async def test_a_form_that_a_button_opened_is_sent_with_the_buttons_message(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: Press) -> None:
        view: ui.View = ui.View(timeout=None)
        button: ui.Button[ui.View] = ui.Button(label="Change", custom_id="zoetrope:change:1")
        view.add_item(button)
        await interaction.response.send_message("done", view=view)

    bot = await crew.run(animate=animate)

    @bot.listen("on_interaction")
    async def on_press(press: Press) -> None:
        if press.type is discord.InteractionType.component:
            await press.response.send_modal(Whole(timeout=60))

    card = await (await ana.command(channel, "animate")).final()
    press = await (await ana.press(card, "Change")).answered()
    assert press.modal is not None
    sending = await ana.submit(press.modal)

    assert sending.source is card
    assert (await sending.final()).content.endswith("True")
    answer = await bot.get_partial_messageable(channel.id).fetch_message(channel.messages[-1].id)
    about = answer.interaction_metadata
    assert about is not None
    assert about.type is discord.InteractionType.modal_submit
    assert about.modal_interaction is not None
    assert about.modal_interaction.interacted_message_id == card.id
    assert pointed.problems == []


@pytest.mark.parametrize("values", [["a", "b", "c"], [], ["d"]])
async def test_a_select_of_a_message_takes_as_many_values_as_it_says(
    crew: Crew, channel: Channel, ana: Member, values: list[str]
) -> None:
    async def jobs(interaction: Press) -> None:
        view: ui.View = ui.View(timeout=None)
        named = [discord.SelectOption(label=one) for one in "abc"]
        select: ui.Select[ui.View] = ui.Select(custom_id="pick", options=named, max_values=2)
        view.add_item(select)
        await interaction.response.send_message("jobs", view=view, ephemeral=True)

    await crew.run(jobs=jobs)
    listing = await (await ana.command(channel, "jobs")).final()

    with pytest.raises(ClientRefusal):
        await ana.choose(listing, "pick", *values)
    assert (await ana.choose(listing, "pick", "a", "b")).data["values"] == ("a", "b")
