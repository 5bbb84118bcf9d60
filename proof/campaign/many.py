"""Many runs, several at a time, each worker process with a nursery of its own; yields what comes of them."""

import importlib
import logging
import os
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.sandbox.postgres import server
from proof.campaign.drawing import draw
from proof.campaign.forked import Nursery
from proof.campaign.run import Outcome, run
from proof.campaign.script import Database
from proof.campaign.words import told
from proof.campaign.zygote import SHARED

if TYPE_CHECKING:
    from proof.scale.databases import Databases

STALLED: Final = 0.5
"""Seconds; a run on a machine that stood still for longer proves nothing where it finds something."""
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Workshop:
    """What a worker keeps from run to run."""

    nursery: Nursery
    shelf: Path
    databases: "Databases | None"


_WORKSHOP: list[_Workshop] = []
"""Of this worker process; filled once, where it begins."""


def outcomes(
    seeds: Sequence[int], at_once: int, keep: Path, on: Database = Database.SQLITE
) -> Iterator[Outcome]:
    """Run the seeds and yield what came of each; what a run with findings leaves is kept in a folder."""
    with ExitStack() as stack:
        shelf = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shelf-")))
        # Forked, so that neither the workers nor their zygotes load anything again.
        workers = stack.enter_context(
            ProcessPoolExecutor(
                at_once, get_context("fork"), initializer=_open_workshop, initargs=(shelf, on)
            )
        )
        waiting = {workers.submit(_work, seed, keep) for seed in seeds}
        while waiting:
            done, waiting = _some(waiting)
            for future in done:
                yield future.result()


def _some(waiting: set[Future[Outcome]]) -> tuple[set[Future[Outcome]], set[Future[Outcome]]]:
    found = wait(waiting, return_when=FIRST_COMPLETED)
    return found.done, found.not_done


def _open_workshop(shelf: Path, on: Database) -> None:
    own = shelf / str(os.getpid())
    own.mkdir()
    # The stand-ins' callers die in the middle of a request; that is no news.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    opening = _databases if on is Database.POSTGRESQL else None
    if opening is not None:
        # Before the zygote is forked, so that its lives need not load what they need for it.
        for module in SHARED:
            importlib.import_module(module)
    nursery = Nursery()
    Finalize(None, nursery.close, exitpriority=0)
    _WORKSHOP.append(_Workshop(nursery, own, opening() if opening else None))


def _databases() -> "Databases":
    """Start a server of this worker's own: what befalls it is in the script of one run."""
    from proof.scale.databases import Databases  # noqa: PLC0415 (it loads the queue, which few need)

    stack = ExitStack()
    Finalize(None, stack.close, exitpriority=0)
    return Databases(stack.enter_context(server()), datetime.now(UTC))


def _work(seed: int, keep: Path) -> Outcome:
    """Run a seed; again where the machine stood still and something was found."""
    outcome = _try(seed, keep)
    for _ in range(_TRIES - 1):
        if not outcome.findings or outcome.stall < STALLED:
            break
        outcome = _try(seed, keep)
    return outcome


def _try(seed: int, keep: Path) -> Outcome:
    (workshop,) = _WORKSHOP
    folder = Path(tempfile.mkdtemp(prefix=f"seed-{seed}-"))
    script = draw(seed, Database.POSTGRESQL if workshop.databases else Database.SQLITE)
    try:
        outcome = run(script, folder, workshop.nursery, workshop.shelf, workshop.databases)
    except Exception:  # noqa: BLE001 (a campaign that fails by itself has found nothing, and must say so)
        outcome = _broken(seed, traceback.format_exc())
    if outcome.findings:
        kept = keep / f"seed-{seed}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("*.media"))
        (kept / "findings.txt").write_text("\n".join([*told(script), "", *outcome.findings]), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _broken(seed: int, trace: str) -> Outcome:
    nothing = Counter[str]()
    return Outcome(
        seed=seed,
        findings=(f"the campaign itself failed: {trace}",),
        scripted=nothing,
        fired=nothing,
        done=nothing,
        jobs=nothing,
        codes=(),
        seconds=0.0,
        stall=0.0,
    )
