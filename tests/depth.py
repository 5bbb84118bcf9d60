"""How deep the tests search that draw whole stories: the same short search in `make test`, more where told.

    HYPOTHESIS_TIMES=50 .venv/bin/python -m pytest tests/store/test_store_machine.py

draws fifty times as many. A round that fails says its number: HYPOTHESIS_ROUND=117 draws that one again.
"""

import os
from collections.abc import Iterable
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TIMES: Final = int(os.environ.get("HYPOTHESIS_TIMES", "1"))
ALONE: Final = os.environ.get("HYPOTHESIS_ROUND")

# After ten stories Hypothesis draws mostly variations of those, which find less than new ones.
STORIES: Final = 11


def tell(machine: type[RuleBasedStateMachine], rounds: int, steps: int, *, shrunk: bool = True) -> None:
    """Draw so many rounds of stories, of so many steps each.

    A story that fails is made shorter where `shrunk` says so; that takes a few hundred more.
    """
    chosen = settings(
        max_examples=STORIES,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if shrunk else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    for number in _rounds(rounds):
        try:
            run_state_machine_as_test(seed(number)(machine), settings=chosen)  # pyright: ignore[reportUnknownMemberType] (hypothesis leaves its settings untyped)
        except BaseException as error:
            error.add_note(f"in round {number}")
            raise


def _rounds(number: int) -> Iterable[int]:
    return [int(ALONE)] if ALONE else range(number * TIMES)
