"""From a seed to a script: members, their acts, RunComfy's fates, and when the bot dies. Pure.

What goes wrong outside of the bot is drawn in `proof.campaign.drawing_misfortunes`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Final, TypeVar

from bot.sandbox.runcomfy import Ending, Fate, Served, Unfinished, Wire
from bot.sandbox.runcomfy.wire import ErrorBody, Output
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
from proof.campaign.drawing_misfortunes import misfortunes
from proof.campaign.drawing_server import on_server
from proof.campaign.script import Database, Event, LifeOrders, Script, Turn
from proof.inside.crossings import ANY
from proof.inside.orders import Phase, Point

_T = TypeVar("_T")

BEGINNINGS: Final = (
    # Noon; a minute before the end of a day, of a month and of a year; when clocks in Europe go on an hour.
    1_907_150_400.0,
    1_907_193_540.0,
    1_909_007_940.0,
    1_924_991_940.0,
    1_901_062_740.0,
)
"""Seconds since 1970: days of 2030, so that nothing takes them for the machine's own."""
_MEMBERS: Final = 3
CHANNELS: Final = 2
_MOODS: Final = ("boat", "heron", "lantern", "willow", "carp", "moon")
_LIVELY: Final = {Picture.PLAIN: 16, Picture.BANNER: 3, Picture.BROKEN: 1}
_FORGED: Final = ("cancel", "again", "change", "animate", "extend", "delete", "delete-sure", "repost", "crop")


_OTHERS_AT_THE_DATABASE: Final = (Turn.LOCKED, Turn.SECOND_BOT)


def draw(seed: int, on: Database = Database.SQLITE) -> Script:
    """Return the script of a seed, always the same."""
    script = _draw(seed)
    return on_server(script) if on is Database.POSTGRESQL else script


def _draw(seed: int) -> Script:
    chance = Random(seed)
    parts, wrong, lives = _Cast(chance, seed).parts(), misfortunes(chance), _lives(chance)
    if any(isinstance(one, Event) and one.turn in _OTHERS_AT_THE_DATABASE for one in wrong):
        # A power loss ends every process, and the one that holds the database here would live on.
        lives = tuple(replace(life, power_lost=False) for life in lives)
    return Script(
        seed=seed,
        parts=parts,
        misfortunes=wrong,
        lives=lives,
        fates=tuple(_fate(chance) for _ in range(6)),
        wire=_wire(chance),
        settings=_settings(chance),
        began=chance.choice(BEGINNINGS),
        deliver_twice=chance.random() < 0.1,
    )


class _Cast:
    """Draws what the members do; slots are numbered over all of them."""

    def __init__(self, chance: Random, seed: int) -> None:
        self._chance = chance
        self._seed = seed
        self._slots = 0

    def parts(self) -> tuple[Part, ...]:
        count = self._chance.randint(1, _MEMBERS)
        return tuple(
            Part(self._chance.randrange(CHANNELS), tuple(self._acts(scenes=3 - count // 2)))
            for _ in range(count)
        )

    def _acts(self, scenes: int) -> Iterator[Act]:
        for _ in range(self._chance.randint(1, scenes)):
            asked = self._asked()
            yield asked
            if Picture.BANNER in getattr(asked, "pictures", ()) and self._happens(0.8):
                yield Frame(asked.slot, self._chance.choice(("Crop", "Bars", "Cancel")))
            yield from self._sequels(asked.slot)
        if self._happens(0.3):
            yield LookUp(self._chance.choice(("quota", "jobs")))

    def _sequels(self, slot: int) -> Iterator[Act]:
        patient = self._happens(0.8)
        if self._happens(0.2):
            yield Cancel(slot, self._chance.choice((1, 1, 3)), patient)
        if self._happens(0.15):
            yield Redeliver(slot)
        if self._happens(0.15):
            other = self._chance.randrange(self._slots)
            yield Forge(other, self._chance.choice(_FORGED), patient)
        if self._happens(0.3):
            way = self._chance.choice(tuple(Way))
            yield GoOn(slot, self._slot(), way, self._prompt(), patient)
        if self._happens(0.12):
            yield BringBack(slot, patient)
        if self._happens(0.12):
            yield Delete(slot, patient)

    def _asked(self) -> Ask | UseMenu:
        patient = self._happens(0.75)
        if self._happens(0.1):
            entry = self._chance.choice(("Animate image", "Edit image"))
            return UseMenu(self._slot(), entry, self._prompt(), patient)
        command = _weighed(
            self._chance,
            {"seedance-fast": 5, "seedance-pro": 4, "seedance-lite": 2, "seedream-edit": 3},
        )
        slot, prompt = self._slot(), self._prompt()
        match command:
            case "seedance-fast":
                return Ask(slot, command, prompt, {"duration": self._chance.randint(2, 4)}, patient=patient)
            case "seedance-pro":
                options = {"duration": 4, "audio": self._happens(0.5)}
                return Ask(slot, command, prompt, options, self._pictures(1), patient)
            case "seedance-lite":
                return Ask(slot, command, prompt, {}, self._pictures(2), patient)
            case _:
                return Ask(slot, command, prompt, {"resolution": "1K"}, self._pictures(3), patient)

    def _pictures(self, most: int) -> tuple[Picture, ...]:
        return tuple(_weighed(self._chance, _LIVELY) for _ in range(self._chance.randint(1, most)))

    def _prompt(self) -> str:
        # Told apart from all others of the run, since RunComfy's ledger has no better name for a job.
        return f"a {self._chance.choice(_MOODS)} by the pond, {self._seed}-{self._chance.getrandbits(40):x}"

    def _slot(self) -> int:
        self._slots += 1
        return self._slots - 1

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


def _lives(chance: Random) -> tuple[LifeOrders, ...]:
    """Draw how the first lives end: none, one, or several in a row."""
    count = _weighed(chance, {0: 35, 1: 45, 2: 14, 3: 6})
    return tuple(_life(chance) for _ in range(count))


def _life(chance: Random) -> LifeOrders:
    match _weighed(chance, {"killed": 80, "disk": 8, "slow": 6, "small": 6}):
        case "killed":
            # Few crossings before it is connected, many in a life with several jobs.
            number = chance.choice((chance.randint(1, 15), chance.randint(10, 45), chance.randint(20, 110)))
            point = Point(seam=ANY, phase=chance.choice(tuple(Phase)), nth=number)
            outage = chance.choice(_OUTAGES) if chance.random() < 0.2 else 0.0
            return LifeOrders(kill_at=point, power_lost=chance.random() < 0.25, outage=outage)
        case "disk":
            return LifeOrders(sync_fails_at=chance.randint(1, 40))
        case "slow":
            return LifeOrders(sync_seconds=chance.choice((0.005, 0.02, 0.05)))
        case _:
            return LifeOrders(memory=_SHORT)


_SHORT: Final = 1_200_000_000
"""Bytes of address space: what a life with its threads reserves, and little more."""


_OUTAGES: Final = (200.0, 3600.0, 86_400.0)
"""Seconds: longer than Discord remembers a nonce, than a token lives, than an address is good for."""


def _fate(chance: Random) -> Fate:
    return chance.choice(_ODD_FATES) if chance.random() < 0.4 else Fate()


_ODD_FATES: Final = (
    Fate(ends=Ending.FAILED),
    Fate(ends=Ending.FAILED, error="The model saw @everyone at https://evil.example"),
    Fate(ends=Ending.FAILED_IN_RESULT),
    Fate(ends=Ending.CANCELLED),
    Fate(ends=Ending.NEVER),
    Fate(queue=4.0),
    Fate(work=6.0),
    Fate(relapses=2),
    Fate(result_late=2),
    Fate(output_late=2),
    Fate(outputs=2),
    Fate(size=14_000_000),
    Fate(served=Served.HTML, served_times=1),
    Fate(served=Served.HTML),
    Fate(served=Served.EMPTY, served_times=1),
    Fate(served=Served.CUT_LENGTH, served_times=1),
    Fate(served=Served.CUT_CHUNKED, served_times=1),
    Fate(served=Served.CUT_CLOSE, served_times=1),
    Fate(served=Served.CUT_CLOSE),
    Fate(served=Served.OVERLONG, served_times=1),
    Fate(served=Served.GONE),
    Fate(served=Served.REDIRECT),
    Fate(address="http://example.com/a.mp4"),
    Fate(address="file:///etc/passwd"),
)


def _wire(chance: Random) -> Wire:
    if chance.random() < 0.6:
        return Wire()
    return Wire(
        submit_code=chance.choice((200, 201)),
        submit_status=chance.random() < 0.5,
        queued=chance.choice(("in_queue", "queued", "limbo")),
        working=chance.choice(("in_progress", "warming_up")),
        succeeded=chance.choice(("completed", "succeeded")),
        unfinished=chance.choice(tuple(Unfinished)),
        output=chance.choice(tuple(Output)),
        echoes_inputs=chance.random() < 0.5,
        cancel_outcome=chance.choice(("cancelled", "cancellation_requested", None)),
        not_cancellable_code=chance.choice((200, 409)),
        error_body=chance.choice(tuple(ErrorBody)),
        token_code=chance.choice((400, 401, 403)),
        balance_code=chance.choice((400, 402)),
    )


def _settings(chance: Random) -> dict[str, str]:
    return {
        "QUOTA__MAX_ACTIVE_JOBS": chance.choice(("1", "2", "3", "8")),
        "QUOTA__DAILY_CREDITS": chance.choice(("12", "60", "60", "200")),
        "RUNCOMFY__MAX_IN_FLIGHT": chance.choice(("1", "2", "8")),
        "RUNCOMFY__LATE_AFTER": chance.choice(("5", "1800")),
    }


def _weighed(chance: Random, weights: dict[_T, int]) -> _T:
    names: Sequence[_T] = tuple(weights)
    return chance.choices(names, tuple(weights.values()))[0]
