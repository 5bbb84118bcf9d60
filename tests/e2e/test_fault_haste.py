"""RunComfy says "too many requests", and says it strangely: all slow down together, nobody fails."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.sandbox.runcomfy import Fault
from tests.e2e.hurried import all_over, ask_many, hurried, prompts, told

SPEED: Final = 5.0
PER_SECOND: Final = 5.0
# Without a sensible word from RunComfy, and with the shortest one that counts; seconds.
OWN_PAUSE: Final = 5.0
SHORTEST: Final = 1.0
# Calls that may be on their way when a refusal comes, on a busy machine, and those that quiet time saves up.
ON_THE_WAY: Final = 5
BURST: Final = 3

PAUSES: Final[dict[str | None, float]] = {
    None: OWN_PAUSE,
    "-1": OWN_PAUSE,
    "1000000000": OWN_PAUSE,
    "1e400": OWN_PAUSE,
    "nan": OWN_PAUSE,
    "Wed, 21 Oct 2015 07:28:00 GMT": OWN_PAUSE,
    "Fri, 31 Dec 9999 23:59:59 GMT": OWN_PAUSE,
    "soon": OWN_PAUSE,
    "0": SHORTEST,
    "0.001": SHORTEST,
    "7": 7.0,
}
"""What stands in the header, and for how many seconds all are silent then."""


async def test_in_a_storm_of_429_all_wait_together_and_nobody_rushes_in_afterwards(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(
        tmp_path,
        description,
        SPEED,
        settings={
            "RUNCOMFY__CALLS_PER_SECOND": str(PER_SECOND),
            "RUNCOMFY__LOOK_MIN": "1",
            "RUNCOMFY__LOOK_MAX": "3",
        },
    ) as play:
        play.runcomfy.hold()
        running = await ask_many(play, 10, "running")
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        quiet = len(play.runcomfy.calls)
        faults = [
            play.runcomfy.fault(
                Fault("*", status=429, headers={} if header is None else {"Retry-After": header})
            )
            for header in PAUSES
        ]
        waiting = await ask_many(play, 5, "waiting")
        await play.runcomfy.wait_for(lambda: all(fault.spent for fault in faults), 30)
        play.runcomfy.release()
        for one in [*running, *waiting]:
            await play.result_of(one.message)
        await all_over(play)

        assert [fault.fired for fault in faults] == [1] * len(faults)
        assert {(row.state, row.hold) for row in play.rows()} == {("delivered", "charged")}
        assert all(told(play, one.message) == [] for one in [*running, *waiting])
        bought = [submit for submit in play.runcomfy.submits if submit.request_id]
        assert len(bought) == len(set(prompts(play))) == 15

        calls = [call for call in play.runcomfy.calls[quiet:] if call.name != "media"]
        _judge_pauses([(call.at, call.status) for call in calls])
        _judge_pace([call.at for call in calls])


def _judge_pauses(calls: Sequence[tuple[datetime, int | None]]) -> None:
    """Assert that after each refusal nobody asked for as long as was due, but whoever was on the way."""
    refused = [place for place, (_, status) in enumerate(calls) if status == 429]
    assert len(refused) == len(PAUSES)
    for place, pause in zip(refused, PAUSES.values(), strict=True):
        at = calls[place][0]
        early = [t for t, _ in calls[place + 1 :] if t - at < timedelta(seconds=0.9 * pause / SPEED)]
        assert len(early) <= ON_THE_WAY


def _judge_pace(calls: Sequence[datetime]) -> None:
    """Assert that in any stretch of time there were no more calls than allowed, burst and jitter in."""
    for seconds in (2, 5, 20):
        most = int(PER_SECOND * seconds) + BURST + ON_THE_WAY
        for first, last in zip(calls, calls[most:], strict=False):
            assert last - first > timedelta(seconds=seconds / SPEED)
