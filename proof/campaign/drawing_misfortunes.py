"""From chance to what goes wrong outside of the bot. Pure: a table of weights, and values out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Final

from bot.sandbox.discord.faults import Action as DiscordAction
from bot.sandbox.discord.faults import AnswerLost, Closed, Delay, Html, Limited, Reset, Status
from bot.sandbox.runcomfy import Action, When
from proof.campaign.script import DiscordFault, Event, Misfortune, Moment, RunComfyFault, Turn

_MOST: Final = {"start": 6, "answer": 6, "edit": 8, "post": 3}
_MOST_OF_RUNCOMFY: Final = {"submit": 3, "status": 5, "result": 3, "cancel": 1, "media": 3}
"""How late in a run the last moment may be, as the n-th call of its kind."""


def misfortunes(chance: Random) -> tuple[Misfortune, ...]:
    """Draw none to six."""
    count = chance.choices(range(7), (8, 22, 24, 20, 14, 8, 4))[0]
    return tuple(_one(chance) for _ in range(count))


def _one(chance: Random) -> Misfortune:
    (draw,) = chance.choices((_at_discord, _at_runcomfy, _event), (35, 35, 40))
    return draw(chance)


# --- Discord --------------------------------------------------------------------------------------------

_DISCORD: Final[Mapping[str, tuple[int, Callable[[Random], DiscordAction]]]] = {
    "Discord 5xx": (4, lambda chance: Status(chance.choice((500, 502, 503, 504)))),
    "Discord 429": (2, lambda chance: Limited(chance.choice((0.05, 0.3, 1.0)))),
    "Discord 429, global": (1, lambda _: Limited(0.3, everywhere=True)),
    "Discord 429 without Via": (2, lambda chance: Limited(chance.choice((0.05, 0.3)), via=False)),
    "Discord resets": (3, lambda _: Reset()),
    "Discord's answer lost": (5, lambda chance: chance.choice((AnswerLost(), Closed(handled=True)))),
    "Discord closes": (1, lambda _: Closed()),
    "Discord slow": (2, lambda chance: Delay(chance.choice((0.1, 0.4, 1.5)))),
    "Discord HTML for JSON": (2, lambda chance: Html(chance.choice((200, 502, 503)))),
}


def _at_discord(chance: Random) -> DiscordFault:
    (kind,) = chance.choices(tuple(_DISCORD), [weight for weight, _ in _DISCORD.values()])
    moment = _discord_moment(chance)
    times = chance.choice((1, 1, 2, 4))
    if moment.call == "start":
        times = 1
    return DiscordFault(kind, moment, _DISCORD[kind][1](chance), times)


def _discord_moment(chance: Random) -> Moment:
    (call,) = chance.choices(
        ("start", "answer", "edit", "post", "follow-up", "read", "removal", "picture", "file"),
        (1, 6, 8, 8, 1, 1, 1, 3, 2),
    )
    return Moment(call, chance.randint(1, _MOST.get(call, 2)))


# --- RunComfy -------------------------------------------------------------------------------------------

_RUNCOMFY: Final[Mapping[str, int]] = {
    "5xx": 5,
    "429": 3,
    "resets": 4,
    "closes": 3,
    "cuts the answer": 3,
    "slow bytes": 2,
    "slow": 2,
    "HTML for JSON": 3,
    "says something strange": 4,
    "refuses": 2,
}
_RETRY_AFTER: Final = (None, "1", "-5", "soon")
_STRANGE: Final = (
    "",
    "[]",
    "{}",
    "null",
    '{"status": "pondering"}',
    '{"status": null}',
    '{"status": "completed"}',
    '{"request_id": 7}',
    '{"request_id": "../../v1/models"}',
    '{"outcome": "perhaps"}',
)


def _at_runcomfy(chance: Random) -> RunComfyFault:
    (call,) = chance.choices(tuple(_MOST_OF_RUNCOMFY), (8, 5, 4, 1, 3))
    (kind,) = chance.choices(tuple(_RUNCOMFY), tuple(_RUNCOMFY.values()))
    moment = Moment(call, chance.randint(1, _MOST_OF_RUNCOMFY[call]))
    plain = RunComfyFault(f"RunComfy {kind}", moment, when=chance.choice((When.READ, When.DONE)))
    times = chance.choice((1, 1, 1, 3))
    match kind:
        case "5xx":
            return replace(plain, times=times, status=chance.choice((500, 502, 503, 504)))
        case "429":
            after = chance.choice(_RETRY_AFTER)
            headers = {} if after is None else {"Retry-After": after}
            return replace(plain, when=None, times=times, status=429, headers=headers)
        case "resets" | "closes":
            action = Action.RESET if kind == "resets" else Action.CLOSE
            return replace(plain, times=times, action=action, when=chance.choice(tuple(When)))
        case "HTML for JSON":
            page = replace(plain, times=times, action=Action.HTML, status=chance.choice((200, 404, 502)))
            # Nobody sells something and says that there is nothing.
            return replace(page, when=When.READ) if page.status == 404 else page
        case "says something strange":
            return replace(plain, times=times, body=chance.choice(_STRANGE))
        case "refuses":
            return replace(plain, when=None, status=chance.choice((400, 404, 422)))
        case _:
            return _altered(replace(plain, when=None), kind, chance)


def _altered(plain: RunComfyFault, kind: str, chance: Random) -> RunComfyFault:
    match kind:
        case "slow bytes":
            return replace(plain, action=Action.DRIP)
        case "slow":
            return replace(plain, action=Action.PASS, delay=chance.choice((0.3, 1.0, 2.0)))
        case _:
            action = chance.choice((Action.CUT, Action.CUT_HEADER))
            return replace(plain, action=action, keep=chance.choice((0.0, 0.05, 0.5, 0.9)))


# --- the world ------------------------------------------------------------------------------------------

_TURNS: Final[Mapping[Turn, int]] = {
    Turn.GATEWAY_LOST: 3,
    Turn.GATEWAY_INVALID: 1,
    Turn.GATEWAY_RECONNECT: 1,
    Turn.TOKENS_DIE: 3,
    Turn.FILES_EXPIRE: 1,
    Turn.CARD_DELETED: 2,
    Turn.CHANNEL_DELETED: 2,
    Turn.MAY_NOT_POST: 2,
    Turn.MAY_NOT_ATTACH: 1,
    Turn.MAY_NOT_READ: 2,
    Turn.MEMBER_LEAVES: 1,
    Turn.DMS_CLOSED: 1,
    Turn.CLOCK_JUMPS: 5,
    Turn.DISK_FULL: 3,
    Turn.LOCKED: 3,
    Turn.SECOND_BOT: 3,
    Turn.SIGTERM: 4,
    Turn.SIGKILL: 3,
    Turn.SUSPENDED: 1,
    Turn.NO_MONEY: 1,
    Turn.TOKEN_REJECTED: 1,
    Turn.FILE_EXPIRES: 1,
}
_LASTING: Final = (0.3, 1.0, 3.0)
"""Real seconds."""
_JUMPS: Final = (150.0, 3600.0, 86_400.0, -60.0, -3600.0, -1_000_000_000.0)
"""Seconds: beyond Discord's memory of nonces, an hour, a day; a correction, an hour back, to before 2000."""


def _event(chance: Random) -> Event:
    (turn,) = chance.choices(tuple(_TURNS), tuple(_TURNS.values()))
    amount = chance.choice(_JUMPS) if turn is Turn.CLOCK_JUMPS else chance.choice(_LASTING)
    return Event(turn, _moment(chance), amount)


def _moment(chance: Random) -> Moment:
    """Draw when the world turns: after a call of the bot that every run has many of."""
    if chance.random() < 0.35:
        (call,) = chance.choices(tuple(_MOST_OF_RUNCOMFY), (5, 4, 3, 1, 3))
        return Moment(call, chance.randint(1, _MOST_OF_RUNCOMFY[call]))
    call = chance.choice(("answer", "edit", "post", "call", "call"))
    return Moment(call, chance.randint(1, 40 if call == "call" else _MOST[call]))
