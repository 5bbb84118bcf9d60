"""Several processes on one PostgreSQL: killed, paused, timed, and judged by the one judge."""
