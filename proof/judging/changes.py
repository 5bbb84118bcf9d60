"""The history of the rows as the victim wrote it: whether it keeps the law (I6), and I3 at each acceptance.

A line whose transaction has no outcome may have happened or not: what comes after it decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from proof.judging.evidence import Caps, Finding
from proof.judging.law import FIRST, HOLDS, may_become
from proof.judging.ledgers import Row
from proof.judging.money import day_of


class Image(BaseModel):
    """What the history keeps of a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    interaction_id: int
    owner_id: int
    cost: int
    accepted_at: int
    state: str
    version: int
    hold: str
    wish: str
    request_id: str | None
    result_id: int | None
    told_at: int | None
    deleted_at: int | None


class Line(BaseModel):
    """A change inside a transaction, or the outcome of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    life: str
    transaction: int
    before: Image | None = None
    after: Image | None = None
    outcome: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Which transaction of which life."""
        return self.life, self.transaction


def read(path: Path) -> list[Line]:
    """Return the lines; none where there is no file."""
    if not path.exists():
        return []
    return [Line.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]


def changes(lines: Sequence[Line], rows: Sequence[Row], caps: Caps) -> Iterator[Finding]:
    """Judge every change, the chain of them, and that it leads to the rows as they are."""
    chain = _Chain(lines, caps)
    for line in lines:
        if line.outcome == "undone":
            chain.undo(line.key)
        elif line.outcome is None:
            yield from _lawful(line)
            yield from chain.add(line)
    yield from chain.end(rows)


def _lawful(line: Line) -> Iterator[Finding]:
    before, after = line.before, line.after
    if after is None:
        yield Finding("I6", f"job {before.id if before else '?'} was deleted from the table")
        return
    where = f"job {after.id}, version {after.version}"
    if HOLDS.get(after.state) != after.hold:
        yield Finding("I3", f"{where}: it is {after.state}, but its credits are {after.hold}")
    if before is None:
        if (after.state, after.version) != (FIRST, 0):
            yield Finding("I6", f"{where}: it began as {after.state}")
        return
    if not may_become(before.state, after.state):
        yield Finding("I6", f"{where}: {before.state} may not become {after.state}")
    if after.version not in (before.version, before.version + 1):
        yield Finding("I6", f"{where}: the version before it was {before.version}")
    if after.version == before.version and after.state != before.state:
        yield Finding("I6", f"{where}: {before.state} became {after.state} without a new version")
    if before.request_id is not None and after.request_id != before.request_id:
        yield Finding("I5", f"{where}: the request {before.request_id} was forgotten")


class _Chain:
    """The images of each job, one after the other, and the sums at each acceptance."""

    def __init__(self, lines: Sequence[Line], caps: Caps) -> None:
        self._committed = {line.key for line in lines if line.outcome == "committed"}
        self._caps = caps
        self._links = defaultdict[str, list[Line]](list)

    def undo(self, key: tuple[str, int]) -> None:
        """Take back what a transaction did."""
        for links in self._links.values():
            while links and links[-1].key == key:
                links.pop()

    def add(self, line: Line) -> Iterator[Finding]:
        """Take a change in; it must begin where the one before it ended."""
        image = line.after or line.before
        assert image is not None
        links = self._links[image.id]
        if not self._rewind(links, line.before):
            version = line.before.version if line.before else "none"
            yield Finding("I6", f"job {image.id}: a change of version {version} does not follow what was")
        links.append(line)
        if line.before is None and line.after is not None:
            yield from self._within(line)

    def end(self, rows: Sequence[Row]) -> Iterator[Finding]:
        """Compare with the rows as they are."""
        by_id = {row.id: row for row in rows}
        for job_id, links in self._links.items():
            row = by_id.get(job_id)
            while links and not _is_as(links[-1].after, row) and links[-1].key not in self._committed:
                links.pop()
            if not _is_as(links[-1].after if links else None, row):
                state = row.state if row else "not there"
                yield Finding("I6", f"job {job_id} is {state}, which is not what its history ends with")
        for job_id in by_id.keys() - self._links.keys():
            yield Finding("I6", f"job {job_id} has no history")

    def _rewind(self, links: list[Line], before: Image | None) -> bool:
        """Go back over what a death may have undone; False if the change begins nowhere."""
        while (links[-1].after if links else None) != before:
            if not links or links[-1].key in self._committed:
                return False
            links.pop()
        return True

    def _held(self, life: str) -> Iterator[tuple[Image, Image]]:
        """Return of each job what is sure, and what is the last of it.

        What an earlier life has not lived to hear of may be true or not, and is counted against nobody.
        """
        for links in self._links.values():
            sure = [link for link in links if link.key in self._committed or link.life == life]
            if sure and (first := sure[-1].after) is not None and (last := links[-1].after) is not None:
                yield first, last

    def _within(self, line: Line) -> Iterator[Finding]:
        new = line.after
        assert new is not None
        own = [pair for pair in self._held(line.life) if pair[0].owner_id == new.owner_id]
        day = day_of(new.accepted_at)
        counting = [sure for sure, last in own if "returned" not in (sure.hold, last.hold)]
        daily = sum(image.cost for image in counting if day_of(image.accepted_at) == day)
        monthly = sum(image.cost for image in counting if day_of(image.accepted_at)[:7] == day[:7])
        active = sum(sure.hold == last.hold == "reserved" for sure, last in own)
        for what, found, cap in (
            ("credits a day", daily, self._caps.daily),
            ("credits a month", monthly, self._caps.monthly),
            ("jobs under way", active, self._caps.active),
        ):
            if found > cap:
                yield Finding("I3", f"job {new.id} was accepted, which makes {found} of {cap} {what}")


def _is_as(image: Image | None, row: Row | None) -> bool:
    if image is None or row is None:
        return image is None and row is None
    return (image.state, image.version, image.hold, image.wish, image.request_id, image.result_id) == (
        row.state,
        row.version,
        row.hold,
        row.wish,
        row.request_id,
        row.result_id,
    )
