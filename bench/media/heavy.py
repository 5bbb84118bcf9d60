"""One heavy result in a channel that takes little, told: what is posted, and what it costs everybody else.

A hundred megabytes, a minute and 1080p, for a channel of 10 MiB.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Final

from bench.load import percentile
from bench.media.films import MIB
from bench.media.play import Brought, Plan, make_film, play
from bench.media.sheet import Sheet, judged, sides, weight
from tests.media.films import Seen, watch

HEADINGS: Final = ("what", "figure", "beside", "ratio", "aim", "reached")
ABOVE_IDLE: Final = 25.0  # MB
QUICK: Final = 100.0  # ms, for nearly all answers

Row = tuple[str, ...]


async def measure(plan: Plan | None = None, keep: Path | None = None) -> Sheet:
    """Make the film, have it brought, and watch what was posted to its end."""
    plan = plan or Plan()
    with tempfile.TemporaryDirectory() as folder:
        film = await make_film(plan, Path(folder) / "heavy.mp4")
        async with play(film, plan) as brought:
            if keep is not None:
                await asyncio.to_thread(shutil.copyfile, brought.posted, keep / "heavy.mp4")
            before = await asyncio.to_thread(watch, film)
            after = await asyncio.to_thread(watch, brought.posted)
            files = _file_rows(film, before, brought, after)
    title = f"{plan.seconds} s of {plan.height}p in a channel of {brought.room // MIB} MiB"
    rows = (*files, *_time_rows(brought, before), _memory_row(brought), *_answer_rows(brought))
    return Sheet(title, HEADINGS, rows, _notes(brought, plan))


def _file_rows(film: Path, before: Seen, brought: Brought, after: Seen) -> tuple[Row, ...]:
    came, went = film.stat().st_size, brought.posted.stat().st_size
    frame = before.seconds / before.frames
    plays = (
        abs(after.seconds - before.seconds) <= frame and abs(after.sound_seconds - before.seconds) <= frame
    )
    return (
        (
            "file posted",
            weight(went),
            f"{weight(came)} came",
            f"{went / came:.3f}",
            f"<= {brought.room / 1_000_000:.1f} MB",
            judged([went <= brought.room]),
        ),
        ("sides", sides(*after.sides), f"{sides(*before.sides)} came", "", "", ""),
        (
            "frames decoded",
            str(after.frames),
            f"{before.frames} came",
            f"{after.frames / before.frames:g}",
            "",
            "",
        ),
        (
            "plays for",
            f"{after.seconds:.2f} s",
            f"{before.seconds:.2f} s came",
            f"{after.seconds / before.seconds:.4f}",
            "within a frame, sound too",
            judged([plays]),
        ),
    )


def _time_rows(brought: Brought, before: Seen) -> tuple[Row, ...]:
    duration = f"{before.seconds:.0f} s it plays"
    return (
        (
            "made to fit and posted in",
            f"{brought.fitting:.1f} s",
            duration,
            _ratio(brought.fitting, before),
            "",
            "",
        ),
        (
            "from RunComfy's end to the post",
            f"{brought.whole:.1f} s",
            duration,
            _ratio(brought.whole, before),
            "",
            "",
        ),
    )


def _ratio(took: float, before: Seen) -> str:
    return f"{took / before.seconds:.2f}"


def _memory_row(brought: Brought) -> Row:
    memory = brought.memory
    above = memory.peak - memory.idle
    return (
        "the bot's memory above idle",
        f"{above:.1f} MB",
        f"{memory.idle:.0f} MB idle",
        f"{above / memory.idle:.3f}",
        f"<= {ABOVE_IDLE:g} MB",
        judged([above <= ABOVE_IDLE]),
    )


def _answer_rows(brought: Brought) -> tuple[Row, ...]:
    rows: list[Row] = []
    for name, share, aim in (("p50", 0.5, ""), ("p99", 0.99, f"<= {QUICK:g} ms")):
        busy, quiet = (1000 * percentile(delays, share) for delays in (brought.busy, brought.quiet))
        reached = judged([busy <= QUICK]) if aim else ""
        against = f"{quiet:.1f} ms when idle"
        rows.append(
            (f"command answered, {name}", f"{busy:.1f} ms", against, f"{busy / quiet:.2f}", aim, reached)
        )
    return tuple(rows)


def _notes(brought: Brought, plan: Plan) -> tuple[str, ...]:
    commands = (
        f"Commands: {plan.per_second:g} a second at random moments, `/quota` and `/seedance-fast` in turn; "
        f"{len(brought.busy)} while it was made to fit, {len(brought.quiet)} when idle."
    )
    children = f"All processes that parse and encode held at most {brought.memory.children:.0f} MB together."
    return commands, f"The card told {brought.told} times how far it was.", children
