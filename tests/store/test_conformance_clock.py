"""What every store must do where the wall clock is set back."""

from datetime import timedelta

from bot.core.ports import Store
from bot.store.drafts import MOST
from tests.builders import NOON, a_draft


async def test_a_form_is_kept_also_where_all_the_members_others_seem_to_be_later(store: Store) -> None:
    others = [a_draft(made_at=NOON + timedelta(seconds=number)) for number in range(MOST)]
    for draft in others:
        await store.keep_draft(draft)

    await store.keep_draft(one := a_draft(made_at=NOON - timedelta(hours=1)))

    assert await store.draft(one.id) == one
    assert [draft for draft in others if await store.draft(draft.id) is None] == others[:1]
