"""What the engine says to PostgreSQL beside Procrastinate's own words; each statement commits by itself.

A job of the bot has one row in Procrastinate's queue while anybody is to follow it. Who follows it is the
worker of that row: every word about the row names that worker, so that one who was replaced changes nothing.
"""

from typing import Final

TASK: Final = "zoetrope.follow"
QUEUE: Final = "zoetrope"
CHANNEL: Final = "zoetrope"

# Whoever makes the tables holds this: "ZOEQ".
PREPARING: Final = "SELECT pg_advisory_lock(1514095953)"
IS_PREPARED: Final = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"

# Procrastinate looks for a row by its lock before each fetch; its own index begins with another column.
LOCK_INDEX: Final = """
    CREATE INDEX IF NOT EXISTS zoetrope_queue_lock ON procrastinate_jobs (lock)
    WHERE status IN ('todo', 'doing')
"""

# In the transaction that accepts the job.
DEFER: Final = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW('zoetrope', 'zoetrope.follow', 0, 'job:' || %(job_id)s, 'job:' || %(job_id)s,
            jsonb_build_object('job_id', %(job_id)s::text), NULL)::procrastinate_job_to_defer_v1
    ])
"""

# Whoever follows one of the jobs hears of it; for one that nobody follows, somebody is found.
WAKE: Final = """
    WITH wanted AS (SELECT DISTINCT unnest(%(job_ids)s::text[]) AS job_id),
    found AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
        SELECT 'zoetrope', 'zoetrope.follow', 'job:' || job_id, 'job:' || job_id,
               jsonb_build_object('job_id', job_id)
        FROM wanted WHERE NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs AS queue
            WHERE queue.lock = 'job:' || wanted.job_id AND queue.status IN ('todo', 'doing')
        )
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT pg_notify('zoetrope', %(news)s), (SELECT count(*) FROM found) AS found
"""

TELL: Final = "SELECT pg_notify('zoetrope', %(news)s)"

# A sign of life; no row where this worker was struck off. Brings how many workers there are.
BEAT: Final = """
    UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(worker_id)s
    RETURNING (
        SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => %(stale)s)
    ) AS workers
"""

TIME: Final = "SELECT extract(epoch FROM clock_timestamp())::float8 AS now"

# What silent workers were following goes back into the queue. No lock but the rows' own, and never a wait.
TAKE_OVER: Final = """
    WITH silent AS (
        SELECT job.id FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND job.task_name = 'zoetrope.follow'
          AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(stale)s))
        FOR UPDATE OF job SKIP LOCKED
    ), dropped AS (
        DELETE FROM procrastinate_jobs AS job USING silent
        WHERE job.id = silent.id AND EXISTS (
            SELECT 1 FROM procrastinate_jobs AS other
            WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo'
        )
        RETURNING job.id
    ), back AS (
        UPDATE procrastinate_jobs AS job
        SET status = 'todo', attempts = job.attempts + 1, scheduled_at = NULL, worker_id = NULL
        FROM silent WHERE job.id = silent.id AND job.status = 'doing' AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs AS other
            WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo'
        )
        RETURNING job.id
    )
    SELECT count(*) AS taken FROM back
"""

# A worker that leaves puts back what it follows.
HAND_BACK: Final = """
    WITH back AS (
        UPDATE procrastinate_jobs AS job
        SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL, worker_id = NULL
        WHERE worker_id = %(worker_id)s AND status = 'doing' AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs AS other
            WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo'
        )
        RETURNING id
    )
    SELECT count(*) AS back FROM back
"""

# A row with something left to do that nobody follows: what a crash between two statements may leave.
SWEEP: Final = """
    WITH open AS (
        SELECT id FROM jobs WHERE state IN ('preparing', 'queued', 'submitting', 'running', 'ready')
        UNION ALL
        SELECT id FROM jobs WHERE ended_at IS NOT NULL AND told_at IS NULL
    ), found AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
        SELECT 'zoetrope', 'zoetrope.follow', 'job:' || id, 'job:' || id, jsonb_build_object('job_id', id)
        FROM open WHERE NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs AS queue
            WHERE queue.lock = 'job:' || open.id AND queue.status IN ('todo', 'doing')
        )
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT count(*) AS found FROM found
"""

FINISH: Final = """
    DELETE FROM procrastinate_jobs
    WHERE id = %(row_id)s AND worker_id = %(worker_id)s AND status = 'doing'
"""

RETURN: Final = """
    UPDATE procrastinate_jobs
    SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL, worker_id = NULL
    WHERE id = %(row_id)s AND worker_id = %(worker_id)s AND status = 'doing'
"""

# Procrastinate's own word for "there is something to fetch".
FETCH: Final = """
    SELECT pg_notify('procrastinate_any_queue_v1', '{"type": "job_inserted", "job_id": 0}')
"""
