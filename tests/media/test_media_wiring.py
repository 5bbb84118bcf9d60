"""The desk as the bot puts it together: which places on this machine it would fetch from."""

import re
from pathlib import Path

import aiohttp
import pytest

from bot.config import Settings, load
from bot.core.errors import MemberError, Problem
from bot.core.models import FRAME_RULE
from bot.opening import media_desk, picture_hosts
from tests.media.brought import ROOM, source
from tests.media.origin import Origin, answer, saying
from tests.media.samples import a_picture


def settings(api_url: str, folder: Path) -> Settings:
    path = folder / "config.toml"
    path.write_text(
        f'[discord]\ntoken = "t"\napi_url = "{api_url}"\n'
        '[runcomfy]\ntoken = "t"\n'
        f'[storage]\nurl = "sqlite:///{folder}/zoetrope.db"\n'
    )
    return load(path, {})


async def test_a_stand_in_on_this_machine_serves_pictures_at_its_own_port_and_nobody_else_does(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Another server here may be an operator's own, and an address in a message is a member's."""
    async with Origin(saying(answer(a_picture()))) as stand_in, Origin(saying(b"")) as another:
        desk = media_desk(settings(stand_in.url.replace("/file", "/api"), tmp_path), session)
        desk.sweep()

        async with desk.pictures([source(stand_in.url)], FRAME_RULE, framing=None, room=ROOM) as (file,):
            assert file.size > 0
        with pytest.raises(MemberError) as caught:
            async with desk.pictures([source(another.url)], FRAME_RULE, framing=None, room=ROOM):
                pass

        assert (caught.value.reason.problem, another.heads) == (Problem.PICTURE_HOST, [])


@pytest.mark.parametrize(
    ("api_url", "address"),
    [
        ("http://localhost/api", "http://localhost:80/cat.png"),
        ("https://localhost/api", "https://localhost:443/cat.png"),
        ("http://[::1]:4321/api", "http://[::1]:4321/cat.png"),
    ],
)
def test_every_form_of_its_address_is_known(tmp_path: Path, api_url: str, address: str) -> None:
    rule = picture_hosts(settings(api_url, tmp_path))

    assert rule.admit(address)
    assert rule.admit(re.sub(r":\d+/", ":1/", address)) is None


def test_without_one_nothing_on_this_machine_is_fetched(tmp_path: Path) -> None:
    rule = picture_hosts(settings("https://discord.com/api/v10", tmp_path))

    assert rule.admit("https://cdn.discordapp.com/cat.png")
    assert rule.admit("http://127.0.0.1/cat.png") is None
