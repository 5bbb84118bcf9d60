"""What the play came to: counted in the stand-ins' books, and compared with what the program promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.table import Table

from bot.sandbox.play.film import Film


@dataclass(frozen=True, slots=True)
class Row:
    """One job: how often it was ordered at RunComfy, how many videos were posted, what was charged."""

    scene: str
    job_id: str
    state: str
    submits: int
    posts: int
    credits: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A video on disk that has been opened."""

    path: Path
    film: Film

    def __str__(self) -> str:
        film, kilobytes = self.film, self.path.stat().st_size / 1000
        sound = "with sound" if film.has_sound else "silent"
        return f"{film.seconds:.1f} s, {film.width} x {film.height}, {sound}, {kilobytes:.0f} kB"


def table(rows: Sequence[Row]) -> Table:
    """Lay the jobs out with their sums."""
    jobs = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False, collapse_padding=True)
    jobs.add_column("scene", footer="all")
    jobs.add_column("job")
    jobs.add_column("state")
    jobs.add_column("submits", str(sum(row.submits for row in rows)), justify="right")
    jobs.add_column("videos", str(sum(row.posts for row in rows)), justify="right")
    jobs.add_column("credits", str(sum(row.credits for row in rows)), justify="right")
    for row in rows:
        counts = (str(row.submits), str(row.posts), str(row.credits))
        jobs.add_row(row.scene, row.job_id, row.state, *counts)
    return jobs


def faults(rows: Sequence[Row]) -> list[str]:
    """Return every promise not kept: one submit a job; a video and a charge where it is delivered."""
    found = [f"job {row.job_id} was submitted {row.submits} times" for row in rows if row.submits != 1]
    for row in rows:
        delivered = row.state == "delivered"
        if row.posts != delivered:
            found.append(f"job {row.job_id} is {row.state}, and {row.posts} videos were posted")
        if (row.credits > 0) != delivered:
            found.append(f"job {row.job_id} is {row.state}, and {row.credits} credits were charged")
    return found
