"""What a card says of when its job is done: no moment without how likely it is."""

from dataclasses import replace

from bot.chat.status import status
from bot.core.job import Job, State
from tests.builders import NOON, a_job


def running(typical: float | None, likely: float | None) -> Job:
    return replace(a_job(State.RUNNING), typical_seconds=typical, likely_seconds=likely)


def test_a_card_names_the_usual_time_and_the_moment_that_eight_of_ten_keep() -> None:
    shown = status(running(130, 200), "", None)
    likely = int(NOON.timestamp()) + 200
    assert "Such jobs take about 2 min 10 s." in shown
    assert f"This one is done <t:{likely}:R>, with a chance of 8 in 10." in shown


def test_where_no_end_is_likely_any_more_none_is_named() -> None:
    shown = status(running(130, None), "", None)
    assert "Such jobs take about 2 min 10 s." in shown
    assert "chance" not in shown


def test_of_the_first_of_its_kind_a_card_says_that_there_is_no_estimate() -> None:
    assert "There is no estimate yet" in status(running(None, None), "", None)


def test_a_late_job_has_no_estimate_any_more() -> None:
    shown = status(replace(running(130, 200), overdue_at=NOON), "", None)
    assert "chance" not in shown
    assert "It takes longer than usual." in shown
