"""RunComfy's files come damaged, slowly, from elsewhere or never: only a whole one is posted."""

from pathlib import Path
from typing import Final

from bot.flow.delivery import BROKEN_RESULTS
from bot.sandbox.discord import Message
from bot.sandbox.runcomfy import Fate, Fault, Served
from tests.e2e.hurried import all_over, hurried, select, told
from tests.e2e.play import Play
from tests.runcomfy.raw import an_http_answer, raw_server, says

SPEED: Final = 30.0

DAMAGED: Final = (
    Served.HTML,
    Served.EMPTY,
    Served.CUT_LENGTH,
    Served.CUT_CHUNKED,
    Served.CUT_CLOSE,
    Served.OVERLONG,
)
SILENT: Final = (Served.HANG, Served.DRIP)


async def asked_for(play: Play, fates: dict[str, Fate]) -> dict[str, Message | None]:
    """Have a job asked for each fate, and return their cards."""
    cards: dict[str, Message | None] = {}
    for count, (name, fate) in enumerate(fates.items(), 1):
        play.runcomfy.next(fate)
        cards[name] = (await play.ask("seedance-fast", prompt=name)).message
        await play.runcomfy.wait_for(lambda count=count: len(play.runcomfy.submits) == count)
    return cards


def downloads(play: Play) -> dict[str, int]:
    """Return how often each job's file was asked for, by the job's words."""
    jobs = play.runcomfy.jobs.values()
    return {str(job.body["text"]): job.times_downloaded for job in jobs}


def ends(play: Play) -> dict[str, tuple[str, str, str | None]]:
    """Return how each job stands, by its words: its state, its credits, and the problem."""
    query = (
        "SELECT json_extract(request, '$.prompt'), state, hold, json_extract(reason, '$.problem') FROM jobs"
    )
    return {prompt: (state, hold, problem) for prompt, state, hold, problem in select(play, query)}


async def test_a_file_that_stays_damaged_is_fetched_anew_some_times_then_told_and_never_posted(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED) as play:
        cards = await asked_for(play, {served: Fate(served=served) for served in DAMAGED})
        await all_over(play, within=60)
        assert downloads(play) == dict.fromkeys(DAMAGED, BROKEN_RESULTS)
        assert {problem for _, _, problem in ends(play).values()} == {"result_broken"}
        assert {(row.state, row.hold) for row in play.rows()} == {("failed", "returned")}
        for card in cards.values():
            assert play.results(card) == []
            (ending,) = told(play, card)
            assert "is damaged" in ending.text


async def test_a_file_that_comes_whole_in_the_end_is_posted_once(
    tmp_path: Path, description: Path | None
) -> None:
    bad = {served: Fate(served=served, served_times=2) for served in DAMAGED}
    slow = {served: Fate(served=served, served_times=1) for served in SILENT}
    async with hurried(tmp_path, description, SPEED) as play:
        cards = await asked_for(play, {**bad, **slow})
        await all_over(play, within=60)
        assert downloads(play) == {**dict.fromkeys(bad, 3), **dict.fromkeys(slow, 2)}
        assert {(row.state, row.hold) for row in play.rows()} == {("delivered", "charged")}
        sizes = {len(play.results(card)) for card in cards.values()}
        assert sizes == {1}
        assert all(told(play, card) == [] for card in cards.values())


async def test_nothing_is_fetched_from_elsewhere_and_the_token_goes_nowhere(
    tmp_path: Path, description: Path | None
) -> None:
    async with (
        raw_server(says(an_http_answer(b"no such file", 404))) as trap,
        raw_server(says(an_http_answer(b"no such file", 404))) as allowed,
    ):
        port = trap.url.rpartition(":")[2]
        addresses = (
            f"http://localhost:{port}/film.mp4",
            f"http://127.0.0.2:{port}/film.mp4",
            f"http://[::1]:{port}/film.mp4",
            f"http://2130706433:{port}/film.mp4",
            f"http://runcomfy.net@localhost:{port}/film.mp4",
            f"http://127.0.0.1.nip.invalid:{port}/film.mp4",
            "file:///etc/passwd",
            "ftp://127.0.0.1/film.mp4",
            "http://169.254.169.254/latest/meta-data",
            "https://runcomfy.net.evil.invalid/film.mp4",
        )
        targets = (f"{trap.url}/film.mp4", f"http://localhost:{port}/", "file:///etc/passwd", "//127.0.0.1:1")
        fates = {f"told {address}": Fate(address=address) for address in addresses}
        fates |= {f"led to {to}": Fate(served=Served.REDIRECT, redirect_to=to) for to in targets}
        fates["allowed"] = Fate(address=f"{allowed.url}/film.mp4")
        async with hurried(tmp_path, description, SPEED) as play:
            away = [
                play.runcomfy.fault(Fault(name, status=302, headers={"Location": f"{trap.url}/away"}))
                for name in ("status", "result")
            ]
            cards = await asked_for(play, fates)
            await all_over(play, within=60)
            assert [fault.fired for fault in away] == [1, 1]
            assert {(state, hold) for state, hold, _ in ends(play).values()} == {("failed", "returned")}
            assert all(play.results(card) == [] and len(told(play, card)) == 1 for card in cards.values())
            assert trap.connections == 0
            assert len(allowed.requests) == 1
            assert b"authorization" not in allowed.requests[0].lower()
            assert play.runcomfy.token.encode() not in allowed.requests[0]
