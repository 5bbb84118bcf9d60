"""One job looked back at: whatever it holds, it fits into one private message."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.history import CHAIN, picker, view
from bot.core.descent import Descent, How
from bot.core.ids import ChannelId, MessageId, new_job_id
from bot.core.job import State
from bot.core.models import PRO_PROMPT_LIMIT, SeedancePro
from tests.builders import NOON, a_job
from tests.chat.shown import presses, words

BAD = "|*_~`[]()<>#@-:>\\ \n"
prompts = st.text(
    st.sampled_from(BAD) | st.characters(codec="utf-8"), min_size=1, max_size=PRO_PROMPT_LIMIT
).filter(str.strip)
hows = st.sampled_from(How)


@given(prompts, st.integers(0, CHAIN), st.integers(0, CHAIN), st.sampled_from(State), hows)
def test_whatever_a_job_holds_its_view_fits(
    prompt: str, before: int, after: int, state: State, how: How
) -> None:
    job = replace(a_job(state, request=SeedancePro(prompt=prompt)), descent=descent(how))
    others = [replace(a_job(State.DELIVERED), descent=descent(how)) for _ in range(before + after)]
    layout = view(job, [*others[:before], job, *others[before:]], "en-GB")

    assert layout.content_length() <= 4000
    assert f"job {job.id}" in words(layout)
    assert ("Post it here again" in presses(layout)) is (state is State.DELIVERED)
    if before + after:
        assert "➤" in words(layout)


def descent(how: How) -> Descent:
    return Descent(new_job_id(), how, ChannelId(2**63), MessageId(2**63))


@given(prompts)
def test_the_list_keeps_discords_limits(prompt: str) -> None:
    jobs = [a_job(State.DELIVERED, request=SeedancePro(prompt=prompt)) for _ in range(30)]
    (select,) = picker(jobs, "en-GB").to_components()[0]["components"]

    assert len(select["options"]) == 25
    assert all(1 <= len(option["label"]) <= 100 for option in select["options"])
    assert all(1 <= len(option["description"]) <= 100 for option in select["options"])


def test_a_deleted_result_is_called_so_and_not_linked() -> None:
    job = replace(a_job(State.DELIVERED), deleted_at=NOON)
    layout = view(job, [job], "en-GB")
    assert "deleted" in words(layout)
    assert "see the result" not in words(layout)
    assert presses(layout) == {}
