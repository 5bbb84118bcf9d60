"""RunComfy cannot be connected to, whatever the reason: the job waits, and is submitted once."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.e2e.hurried import all_over, hurried, prompts, told
from tests.runcomfy.raw import leaves, raw_server

# Made for this test, by nobody whom anybody trusts, and good for a hundred years.
CERTIFICATE: Final = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJxrzp9Tknr6nIXgW
h+hXr6Lx+Gv3Wdy7GhlkZngsarChRANCAARKwIMw9RZMusMh8/BvRJlrFuZXlnay
1O0xvJbVXwJHyHvM0TO5fnks7bC5rAWuZ48l6IRr6As4DKWFYcpl7jjJ
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUGQo/+mpqunm469XQpBUlFt42u7owCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTA0MDYwMFoYDzIxMjYxMDI4
MDQwNjAwWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARKwIMw9RZMusMh8/BvRJlrFuZXlnay1O0xvJbVXwJHyHvM0TO5fnks
7bC5rAWuZ48l6IRr6As4DKWFYcpl7jjJo2QwYjAdBgNVHQ4EFgQU3fkQwdmYElct
AycOzop/sOV3TEIwHwYDVR0jBBgwFoAU3fkQwdmYElctAycOzop/sOV3TEIwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQC0HVctJT9JgsDeSMlEKW3sfbwELbt4GFK+cgpPXUnH9wIgPnSHuqSQwa6WSfQH
vSqqaSPJgCJp3ylpmv7YgQiSM1Q=
-----END CERTIFICATE-----
"""


@asynccontextmanager
async def a_closed_port(_: Path) -> AsyncGenerator[str]:
    async with raw_server(leaves()) as server:
        url = server.url
    yield url


@asynccontextmanager
async def an_unknown_name(_: Path) -> AsyncGenerator[str]:
    # RFC 6761: .invalid never exists.
    yield "https://runcomfy.invalid"


@asynccontextmanager
async def no_tls(_: Path) -> AsyncGenerator[str]:
    async with raw_server(leaves(b"this is no TLS\r\n"), reads=False) as server:
        yield server.url.replace("http", "https")
        assert server.connections > 0


@asynccontextmanager
async def a_bad_certificate(folder: Path) -> AsyncGenerator[str]:
    path = folder / "certificate.pem"
    path.write_text(CERTIFICATE, "ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    served: list[asyncio.StreamWriter] = []

    def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(writer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    assert served == []


WAYS: Final = {
    "ClientConnectorError": a_closed_port,
    "ClientConnectorDNSError": an_unknown_name,
    "ClientConnectorSSLError": no_tls,
    "ClientConnectorCertificateError": a_bad_certificate,
}


async def test_what_never_left_us_is_tried_again_and_submitted_once(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, 4.0, starts=False) as play:
        good = play.runcomfy.api_url
        asked = None
        for way in WAYS.values():
            async with way(tmp_path) as url:
                tries = play.bot.log.count("submit not sent")
                await play.start(RUNCOMFY__API_URL=url)
                if asked is None:
                    asked = await play.animate()
                await play.until(lambda play, tries=tries: play.bot.log.count("submit not sent") > tries + 1)
                (row,) = play.rows()
                assert row.state in {"queued", "submitting"}
                assert row.hold == "reserved"
                await play.bot.terminate()
        assert asked is not None
        assert play.runcomfy.submits == []
        assert dict.fromkeys(re.findall("submit not sent: (\\w+)", play.bot.log)).keys() == WAYS.keys()

        await play.start(RUNCOMFY__API_URL=good)
        await play.result_of(asked.message)
        await all_over(play)
        assert len(prompts(play)) == 1
        assert told(play, asked.message) == []
        assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]
