"""An answer that was promised comes, also where Discord stumbles when it is to be given."""

import pytest

from bot.sandbox.discord import Closed, Fault, Reset, Status
from bot.sandbox.discord.faults import Action
from tests.e2e.play import LONG, Play


@pytest.mark.parametrize(
    ("action", "times"),
    [(Reset(), 2), (Closed(), 2), (Status(503), 4)],
    ids=["reset", "closed", "503 for some seconds"],
)
async def test_nobody_waits_for_ever_for_what_became_of_their_cancel(
    play: Play, action: Action, times: int
) -> None:
    play.runcomfy.hold()
    asked = await play.ask("seedance-fast", prompt="a")
    card = await play.card_says(asked.message, "In RunComfy's queue")
    fault = play.discord.faults.add(Fault("PATCH", "/webhooks/.*/@original", action, times=times))
    pressed = await play.ana.press(card, "Cancel")
    assert "Cancelled" in (await pressed.final(LONG)).text
    assert fault.fired == times
