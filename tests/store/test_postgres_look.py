"""What an operator asks of a database from outside is answered as it is beside a file."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import StorageSection
from bot.core.errors import StoreUnusable
from bot.core.ids import JobId
from bot.core.job import State
from bot.core.periods import periods
from bot.store.books_look import month_of, spent
from bot.store.look import Look, look
from bot.store.numbered import migrations_in
from bot.store.opening import open_store, shown
from bot.store.postgres import MIGRATIONS
from tests.builders import a_stored_job
from tests.postgres import clean_database, empty_database
from tests.store.bustle import BEGIN, RATES, operate, set_up


async def test_doubts_and_books_are_read_as_beside_a_file(tmp_path: Path) -> None:
    file, database = tmp_path / "zoetrope.db", clean_database()
    for place in (file, database):
        async with open_store(place, BEGIN) as store:
            await set_up(store)
            for number in range(150):
                await operate(store, number)
            await a_stored_job(store, State.UNKNOWN, id=JobId("doubtful"))

    seen, beside = look(database, 50), look(file, 50)
    assert "doubtful" in [doubt.id for doubt in seen.in_doubt]
    assert seen.in_doubt == beside.in_doubt
    assert (seen.pending, seen.holder) == (0, None)
    here = periods(BEGIN + timedelta(hours=1), RATES.zone)
    assert month_of(database, here.month)
    assert month_of(database, here.month) == month_of(file, here.month)
    assert spent(database, here) == spent(file, here)


def test_a_database_without_tables_is_told_as_new_and_left_as_it_is() -> None:
    url = empty_database("looked_at")

    assert look(url, 5) == Look(applied=0, pending=len(migrations_in(MIGRATIONS)), holder=None, in_doubt=[])
    with pytest.raises(StoreUnusable, match="no database yet"):
        month_of(url, periods(BEGIN, RATES.zone).month)
    assert look(url, 5).applied == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:geheim@db.example:5433/zoe", "postgresql://me@db.example:5433/zoe"),
        ("postgresql://db/zoe?password=geheim", "postgresql://db/zoe"),
        ("postgresql:///zoe?host=/run/postgresql", "postgresql:///zoe"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, said: str) -> None:
    section = StorageSection(url=url)

    assert section.place == url
    assert shown(section.place) == said
    assert section.media.suffix == ".media"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:geheim@",
        "postgresql://me:geheim@host",
        "postgresql://me:geheim@h:x/db",
        "postgres://h/d",
    ],
)
def test_what_is_no_address_of_a_database_is_refused_without_its_password(url: str) -> None:
    assert StorageSection.at(url) is None
