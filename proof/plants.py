"""Bugs to be planted on purpose, each a small change that somebody could make and that breaks a promise.

Only ever applied to a scratch copy. What stands in `before` is in its file exactly once; a test holds it so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug."""

    name: str
    breaks: str
    """The promise, in a few words."""
    shows: tuple[str, ...]
    """What the judge may call it; anything else that is found is not this bug."""
    file: str
    before: str
    after: str
    pause: str | None = None
    """Where one of several workers has to be stopped for it (`proof.scale.pausing`); None: the campaign's."""

    def put_into(self, tree: Path) -> None:
        """Plant it into a copy of the project; ValueError where its place has changed."""
        path = tree / self.file
        text = path.read_text("utf-8")
        if text.count(self.before) != 1:
            raise ValueError(f"{self.file}: the place of '{self.name}' is not there exactly once")
        path.write_text(text.replace(self.before, self.after), "utf-8")


PLANTS: Final = (
    Plant(
        "a job found in the paid call is sent again",
        "no submit twice",
        ("I1",),
        "bot/flow/steps.py",
        "return Move(ev.Interrupted(Reason(Problem.INTERRUPTED)))",
        "return Move(ev.NotSent(Reason(Problem.INTERRUPTED), None))",
    ),
    Plant(
        "a lost answer to the paid call counts as not sent",
        "no submit twice",
        ("I1",),
        "bot/runcomfy/client.py",
        "return Interrupted(Reason(Problem.ANSWER_LOST))",
        "return NotSent(Reason(Problem.GENERATOR_UNREACHABLE))",
    ),
    Plant(
        "nothing is looked for before a post is repeated",
        "no post twice",
        ("I2", "I4", "request"),
        "bot/flow/once.py",
        "found = await self._courier.find_post(job) if job.posting_at else None",
        "found = None",
    ),
    Plant(
        "posts have no nonce",
        "no post twice",
        ("I2", "I4", "request"),
        "bot/chat/posts.py",
        "files=[*uploads, *results.lists(job, is_wanted=results.needs_list(job, len(files)))],\n"
        "                reference=_optional(reference),\n"
        '                nonce=_nonce(job, "r"),\n',
        "files=[*uploads, *results.lists(job, is_wanted=results.needs_list(job, len(files)))],\n"
        "                reference=_optional(reference),\n",
    ),
    Plant(
        "the quota is read and not checked",
        "nobody overspends",
        ("I3",),
        "bot/store/accounts.py",
        "over = beyond(stands, terms.rates, job.cost, job.estimated)",
        "over = 0",
    ),
    Plant(
        "results that are ready are forgotten at a restart",
        "nothing paid for is lost",
        ("I4", "I5", "I2", "I3", "media"),
        "bot/store/jobs.py",
        "WHERE state IN ('preparing', 'queued', 'submitting', 'running', 'ready')\n    UNION",
        "WHERE state IN ('preparing', 'queued', 'submitting', 'running')\n    UNION",
    ),
    Plant(
        "owners who have not been told are forgotten at a restart",
        "nobody waits in the dark",
        ("I4", "card", "answer"),
        "bot/store/jobs.py",
        "WHERE ended_at IS NOT NULL AND told_at IS NULL\n    ORDER",
        "WHERE ended_at IS NOT NULL AND told_at IS NULL AND 0\n    ORDER",
    ),
    Plant(
        "a cancel that RunComfy has refused counts as done",
        "nothing paid for is lost",
        ("I4", "I5", "I2", "I3", "media"),
        "bot/runcomfy/protocol.py",
        "return CancelRefused()",
        "return Cancelled()",
    ),
    Plant(
        "a result is posted unchecked",
        "a file that really arrives",
        ("media", "I2"),
        "bot/media/results.py",
        "return found and MediaFile(",
        "return MediaFile(path, kind, signature.suffix, size, 1, 1) if not found else MediaFile(",
    ),
    Plant(
        "the database does not sync each commit",
        "what is answered is durable",
        ("I1", "I2", "I3", "I4", "I5", "I6", "card", "answer"),
        "bot/store/database.py",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = OFF",
    ),
    Plant(
        "a write does not name the version that it replaces",
        "a state changes only along its edges",
        ("I6", "I2", "I3", "I4", "I5"),
        "bot/store/jobs.py",
        "WHERE id = :id AND state = :state_before AND version = :version_before",
        "WHERE id = :id AND :state_before <> '' AND :version_before >= 0",
    ),
    Plant(
        "two bots may share a database",
        "one process on one database",
        ("lives", "I1", "I2", "I6", "log"),
        "bot/store/lock.py",
        "if not _try(descriptor, fcntl.LOCK_EX, database):",
        "if not _try(descriptor, fcntl.LOCK_SH, database):",
    ),
    Plant(
        "Cancel leads nowhere",
        "no dead button",
        ("button", "answer"),
        "bot/chat/reception.py",
        "Verb.CANCEL: lambda it, press: presses.cancel(it, press.job_id),",
        "",
    ),
    Plant(
        "downloads are left behind",
        "nothing is left over",
        ("I9", "media"),
        "bot/media/desk.py",
        "shutil.rmtree(path, ignore_errors=True)\n        return len(stale)",
        "return len(stale)",
    ),
    Plant(
        "a command that fails is logged with its prompt",
        "no prompt and no token in the log",
        ("I8", "log"),
        "bot/flow/advance.py",
        'log.info("job %s: %s, now %s", after.id, name, after.state, extra=facts)',
        'log.info("job %s: %s, now %s %s", after.id, name, after.state, after.request.prompt, extra=facts)',
    ),
    Plant(
        "a worker that was stopped for too long goes on",
        "nothing twice by several workers",
        ("I1", "I2"),
        "bot/flow/permit.py",
        "return permit is None or permit()",
        "return True",
        pause="before post",
    ),
)
