"""Files at our own address: whole, in parts, and never as something that a browser runs."""

import pytest

from bot.sandbox.discord import Foreign, Upload
from bot.sandbox.pictures import POND
from bot.sandbox.stage import Stage
from tests.sandbox.web.tab import Tab, addresses, says

FILM = bytes(range(256)) * 40


async def posted(tab: Tab, filename: str, content: bytes) -> str:
    """Post a file and return where the page finds it."""
    await tab.done("post", ("file1", filename, content), channel=await tab.place(), text="a file")
    return addresses(await tab.message(says("a file")), "")[-1]


async def test_a_file_is_served_whole_and_in_parts(ana: Tab) -> None:
    where = await posted(ana, "film.mp4", FILM)
    async with ana.http.get(where) as answer:
        assert (answer.status, answer.content_type) == (200, "video/mp4")
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert await answer.read() == FILM
    async with ana.http.get(where, headers={"Range": "bytes=1000-1999"}) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes 1000-1999/{len(FILM)}"
        assert await answer.read() == FILM[1000:2000]
    async with ana.http.get(where, headers={"Range": "bytes=-10"}) as answer:
        assert (answer.status, await answer.read()) == (206, FILM[-10:])
    async with ana.http.get(where, headers={"Range": f"bytes={len(FILM)}-"}) as answer:
        assert answer.status == 416


@pytest.mark.parametrize("filename", ["page.html", "drawing.svg", "script.js", "nothing", "../../up.xml"])
async def test_what_a_browser_could_run_is_a_download(ana: Tab, filename: str) -> None:
    where = await posted(ana, filename, b"<script>alert(1)</script>")
    async with ana.http.get(where) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "/" not in where.removeprefix("/media/").partition("/")[2]


async def test_an_address_stays_the_same_and_cannot_be_guessed(ana: Tab, ben: Tab) -> None:
    where = await posted(ana, "film.mp4", FILM)
    assert addresses((await ben.messages())[0], ".mp4")[0] == where
    word = where.split("/")[2]
    assert len(word) >= 16
    for wrong in (f"/media/{word[:-1]}/film.mp4", "/media//film.mp4", "/media/x/film.mp4"):
        async with ana.http.get(wrong) as answer:
            assert answer.status == 404


async def test_no_address_of_another_host_is_left_for_the_page_to_load(ana: Tab, scenery: Stage) -> None:
    far = "https://example.org/a/pond.jpg"
    app = scenery.discord.add_app("Other", scenery.guild)
    embed = {"title": "Far", "image": {"url": far}}
    await app.post(
        scenery.channel, "elsewhere", embeds=[embed], foreign=[Foreign(far, Upload(POND, "pond.jpg"))]
    )
    shown = await ana.message(says("elsewhere"))
    assert not says(far)(shown)
    assert not says(scenery.discord.cdn_url)(shown)
    async with ana.http.get(addresses(shown, ".jpg")[0]) as answer:
        assert await answer.read() == POND.read_bytes()


async def test_everybody_has_a_face(ana: Tab) -> None:
    state = await ana.state()
    faces = addresses(state, ".png")
    assert len(set(faces)) == 3
    async with ana.http.get(faces[0]) as answer:
        assert answer.content_type == "image/png"
        assert (await answer.read()).startswith(b"\x89PNG")
