"""Whether a message may be sent now, so that however often it is tried, it is posted once.

The intent to post is committed before the first send. A repeated one is looked for first, and within
Discord's memory of nonces it would be recognised there too; later, the intent has to be renewed.
"""

from datetime import timedelta
from typing import Final

from bot.core.ids import JobId, MessageId
from bot.core.job import Job
from bot.core.ports import Clock, Courier

# Discord forgets nonces after "a few minutes"; below this a repeated send is certainly recognised.
NONCE_LIFE: Final = timedelta(minutes=2)


class Once:
    """Remembers which intents have had no try yet."""

    def __init__(self, courier: Courier, clock: Clock) -> None:
        self._courier = courier
        self._clock = clock
        self._untried = set[JobId]()
        """Jobs whose present intent to post is known to have had no try."""

    def may_send(self, job: Job) -> bool:
        """Tell whether nothing can have been sent yet, or a repetition would be recognised."""
        if job.posting_at is None:
            return False
        return self.is_untried(job) or abs(self._clock.now() - job.posting_at) < NONCE_LIFE

    def is_untried(self, job: Job) -> bool:
        """Tell whether nothing can have been sent under the present intent."""
        return job.posting_at is None or job.id in self._untried

    async def search(self, job: Job) -> MessageId | None:
        """Look for what an earlier try has sent; if there is none, the next intent is a fresh one."""
        found = await self._courier.find_post(job) if job.posting_at else None
        if found is None:
            self._untried.add(job.id)
        return found

    async def earlier(self, job: Job) -> MessageId | None:
        """Look for what an earlier try under the present intent has sent; None where there was none.

        Discord recognises a repeated send in one place only, and a channel that was closed for the first try,
        so that its owner was written to directly, may be open for the second.
        """
        return None if self.is_untried(job) else await self.search(job)

    def trying(self, job: Job) -> None:
        """Note that from now on a message may exist."""
        self._untried.discard(job.id)
