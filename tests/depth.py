"""How deep the tests search that draw whole stories: the same short search in `make test`, more where told.

    HYPOTHESIS_TIMES=50 make test ARGS="tests/store/test_store_machine.py tests/core/test_job_machine.py"
This draws fifty times as many stories, other ones each time, and prints how to draw a failing one again.
"""

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings

TIMES: Final = int(os.environ.get("HYPOTHESIS_TIMES", "1"))


def stories(number: int, steps: int, *, shrunk: bool = True) -> settings:
    """Return how many stories are drawn, of how many steps each, and whether a failing one is made short."""
    return settings(
        max_examples=number * TIMES,
        stateful_step_count=steps,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[Phase.generate, Phase.shrink] if shrunk else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
