"""The ids of buttons and forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import ids
from bot.chat.cards import custom_id
from bot.chat.ids import Press, Verb
from bot.core.ids import MessageId, new_draft_id, new_job_id


@pytest.mark.parametrize("verb", list(Verb))
def test_an_id_is_understood_as_it_was_meant(verb: Verb) -> None:
    job_id = new_job_id()
    assert ids.parse(custom_id(verb, job_id)) == Press(verb, job_id)


def test_forms_and_copies_have_ids_of_their_own() -> None:
    draft_id, job_id = new_draft_id(), new_job_id()
    for made, verb in ((ids.form_id(draft_id), Verb.FORM), (ids.reopen_id(draft_id), Verb.REOPEN)):
        press = ids.parse(made)
        assert press is not None
        assert (press.verb, press.draft_id) == (verb, draft_id)
    copy = ids.sure_id(job_id, MessageId(2**63))
    assert ids.parse(copy) == Press(Verb.DELETE_SURE, job_id, MessageId(2**63))
    assert len(copy) <= 100
    assert ids.parse(ids.sure_id(job_id, None)) == Press(Verb.DELETE_SURE, job_id)


@given(st.text() | st.lists(st.text(max_size=12) | st.sampled_from(["zoetrope", *Verb])).map(":".join))
def test_no_other_text_is_understood(text: str) -> None:
    press = ids.parse(text)
    assert press is None or text.startswith(f"zoetrope:{press.verb}:{press.job_id}")
