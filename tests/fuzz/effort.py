"""How hard the fuzzing tries: little and always the same, unless the environment says more.

`FUZZ=20 python -m pytest tests/fuzz` tries twenty times as often, and other things each time; what fails is
printed with what reproduces it.
"""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from hypothesis import HealthCheck, Phase, settings

EFFORT: Final = int(os.environ.get("FUZZ", "0"))

_HURRIED: Final = (
    HealthCheck.function_scoped_fixture,  # one bot or folder serves all examples
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)


def tries(count: int) -> settings:
    """Return the settings of a test that is worth so many examples in an ordinary run."""
    return settings(
        max_examples=count * max(EFFORT, 1),
        derandomize=not EFFORT,
        database=None,
        # Time is judged where it matters, by the processor's clock: the machine may be busy with others.
        deadline=None,
        suppress_health_check=_HURRIED,
        # Explaining costs hundreds of runs, and targets are not used.
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )


@contextmanager
def promptly(seconds: float = 1.0) -> Generator[None]:
    """Fail where what is done here takes this thread more processor time."""
    start = time.thread_time()
    yield
    taken = time.thread_time() - start
    assert taken < seconds, f"{taken:.2f} s of processor time"
