"""Members at the stand-in's client: each does their part, as far as the world lets them.

What cannot be done, since a card, a result or a channel is not there, is passed over and counted.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bot.sandbox.discord import Channel, ClientRefusal, Discord, Interaction, Member, Message
from bot.sandbox.discord.modal import Entry
from proof.campaign.acts import (
    Act,
    Ask,
    BringBack,
    Cancel,
    Delete,
    Forge,
    Frame,
    GoOn,
    LookUp,
    Part,
    Picture,
    Redeliver,
    UseMenu,
    Way,
)
from proof.campaign.attached import attached
from proof.judging.seen import brings_result_of, ids, job_in, job_of

ANSWER_WITHIN: Final = 2.5
"""Real seconds that a member looks at their screen, which is longer than Discord waits for an answer."""
RESULT_WITHIN: Final = 4.0
_CARD_WITHIN: Final = 1.5
_LABELS: Final = {"Crop": "Crop to the middle", "Bars": "Add bars", "Cancel": "Cancel"}
_PROMPT: Final = "prompt"


class Impossible(Exception):  # noqa: N818 (nobody's error: it is passed over)
    """A member finds nothing to do it with."""


class Company:
    """The members together: what one asked for, another may press."""

    def __init__(self, discord: Discord, channels: Sequence[Channel]) -> None:
        self.done = Counter[str]()
        self._discord = discord
        self._channels = channels
        self._slots: dict[int, Interaction] = {}
        self._busy = set[asyncio.Task[None]]()

    async def play(self, parts: Sequence[tuple[Member, Part]]) -> None:
        """Have every member do their part, all at the same time."""
        async with asyncio.TaskGroup() as together:
            for member, part in parts:
                together.create_task(self._part(member, part))
        await asyncio.gather(*self._busy)

    async def answer_questions(self) -> bool:
        """Have everybody who is still asked about a picture's shape answer; False where somebody cannot."""
        can = True
        for asked in list(self._slots.values()):
            for question in asked.followups:
                crops = [name for name in ids(question) if ":crop:" in name]
                if crops and not question.deleted:
                    try:
                        await _answered(await asked.member.press(question, crops[0], checked=False))
                    except (TimeoutError, ClientRefusal) as error:
                        can = can and isinstance(error, TimeoutError)
        return can

    async def _part(self, member: Member, part: Part) -> None:
        channel = self._channels[part.channel]
        for act in part.acts:
            doing = asyncio.create_task(self._do(member, channel, act))
            if act.patient:
                await doing
            else:
                self._busy.add(doing)
                # Whoever does not wait still needs a moment to type.
                await asyncio.sleep(0.05)

    async def _do(self, member: Member, channel: Channel, act: Act) -> None:
        name = type(act).__name__
        try:
            await self._act(_present(member), channel, act)
        except (Impossible, ClientRefusal):
            self.done[f"{name} passed over"] += 1
        except TimeoutError:
            self.done[f"{name} unanswered"] += 1
        else:
            self.done[name] += 1

    async def _act(self, member: Member, channel: Channel, act: Act) -> None:  # noqa: C901 (one arm an act)
        match act:
            case Ask():
                await self._ask(member, channel, act)
            case GoOn():
                await self._go_on(member, act)
            case UseMenu():
                await self._use_menu(member, channel, act)
            case Cancel():
                await self._cancel(member, act)
            case Frame():
                question = await self._question(act.slot)
                await _answered(await member.press(question, _LABELS[act.label]))
            case Delete():
                await self._delete(member, act)
            case BringBack():
                await self._bring_back(member, channel, act)
            case LookUp():
                await _answered(await member.command(channel, act.command))
            case Forge():
                await self._forge(member, act)
            case Redeliver():
                await self._discord.redeliver(self._slot(act.slot))

    # --- asking --------------------------------------------------------------------------------------

    async def _ask(self, member: Member, channel: Channel, act: Ask) -> None:
        names = {"seedance-lite": ("image", "last_image")}.get(act.command, ("image", "image2", "image3"))
        pictures = dict(zip(names, map(attached, act.pictures), strict=False))
        typed = await member.command(
            channel, act.command, checked=False, **{_PROMPT: act.prompt}, **pictures, **act.options
        )
        self._slots[act.slot] = typed
        await _answered(typed)

    async def _use_menu(self, member: Member, channel: Channel, act: UseMenu) -> None:
        if channel.gone:
            raise Impossible
        message = await member.post(channel, "look", attached(Picture.PLAIN))
        chosen = await _answered(await member.menu(message, act.entry, checked=False))
        await self._fill_in(member, chosen, act.slot, act.prompt)

    async def _go_on(self, member: Member, act: GoOn) -> None:
        result = await self._result(act.source)
        pressed = await _answered(await member.press(result, act.way.value))
        if act.way is Way.AGAIN:
            self._slots[act.slot] = pressed
            return
        await self._fill_in(member, pressed, act.slot, act.prompt)

    async def _fill_in(self, member: Member, opened: Interaction, slot: int, prompt: str) -> None:
        if opened.modal is None:
            raise Impossible
        values: Mapping[str, Entry] = {_PROMPT: prompt} if _PROMPT in opened.modal.fields else {}
        sent = await member.submit(opened.modal, values, checked=False)
        self._slots[slot] = sent
        await _answered(sent)

    # --- what follows --------------------------------------------------------------------------------

    async def _cancel(self, member: Member, act: Cancel) -> None:
        card = await self._card(act.slot)
        (button,) = [one.custom_id for one in card.buttons if "cancel" in (one.custom_id or "")][:1] or [None]
        if button is None:
            raise Impossible
        presses = [await member.press(card, button, checked=False) for _ in range(act.times)]
        await asyncio.gather(*map(_answered, presses))

    async def _delete(self, member: Member, act: Delete) -> None:
        result = await self._result(act.slot)
        asked = await _answered(await member.press(result, "Delete"))
        if asked.message is None or not asked.message.buttons:
            raise Impossible
        await _answered(await member.press(asked.message, "Delete for everyone"))

    async def _bring_back(self, member: Member, channel: Channel, act: BringBack) -> None:
        job = job_of(await self._result(act.slot))
        listed = await _answered(await member.command(channel, "jobs"))
        if listed.message is None or "zoetrope:pick" not in ids(listed.message):
            raise Impossible
        chosen = await _answered(await member.choose(listed.message, "zoetrope:pick", job, checked=False))
        shown = await chosen.final(ANSWER_WITHIN)
        await _answered(await member.press(shown, "Post it here again"))

    async def _forge(self, member: Member, act: Forge) -> None:
        card = await self._card(act.slot)
        jobs = {job_in(name) for name in ids(card)} - {""}
        if not jobs:
            raise Impossible
        forged = f"zoetrope:{act.verb}:{jobs.pop()}"
        await _answered(await member.press(card, forged, checked=False))

    # --- looking -------------------------------------------------------------------------------------

    def _slot(self, slot: int) -> Interaction:
        if slot not in self._slots:
            raise Impossible
        return self._slots[slot]

    async def _card(self, slot: int) -> Message:
        asked = self._slot(slot)

        def look() -> Message | None:
            return asked.message

        card = await self._within(look, _CARD_WITHIN)
        if card.deleted or asked.private:
            raise Impossible
        return card

    async def _question(self, slot: int) -> Message:
        asked = self._slot(slot)

        def look() -> Message | None:
            return next((one for one in asked.followups if one.buttons), None)

        return await self._within(look, RESULT_WITHIN)

    async def _result(self, slot: int) -> Message:
        """Return the message that brings the result; gives up at once where none will come."""
        card = await self._card(slot)

        def look() -> Message | ClientRefusal | None:
            if card.deleted or "given back" in card.text:
                return ClientRefusal("it came to nothing")
            return next((one for one in card.channel.messages if brings_result_of(one, card)), None)

        found = await self._discord.bell.until(look, timeout=RESULT_WITHIN, what="a result")
        if isinstance(found, ClientRefusal):
            raise Impossible
        return found

    async def _within(self, look: "_Look", seconds: float) -> Message:
        try:
            return await self._discord.bell.until(look, timeout=seconds, what="a message")
        except TimeoutError:
            raise Impossible from None


class _Look(Protocol):
    def __call__(self) -> Message | None: ...


def _present(member: Member) -> Member:
    if member.guild is not None and member not in member.guild.members:
        raise Impossible
    return member


async def _answered(interaction: Interaction) -> Interaction:
    return await interaction.answered(ANSWER_WITHIN)
