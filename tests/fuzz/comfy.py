"""What RunComfy, or something between, might answer: right fields, odd ones, and bytes that are neither."""

import json
from typing import Final

from hypothesis import strategies as st

from bot.runcomfy.answers import Answer
from tests.fuzz.odd import anything, arrays, near_misses, said, spoilt

ID: Final = "3f2a-b_C"
SECRET: Final = "sk9f8e7d6c5b4a39281706f5e4d3c2b1"
"""Stands in what the answers say, as a key would."""

IDS: Final = said(
    ID, ID, "x" * 128, "x" * 129, "", "a/b", "../v1/me", "a%2Fb", "a\n", "a b", "\u00e9", ".", "-", "?x"
)
WORDS: Final = said(
    *(
        "in_queue",
        "queued",
        "in_progress",
        "completed",
        "succeeded",
        "failed",
        "error",
        "cancelled",
        "canceled",
    ),
    *("IN QUEUE", "cancel", "cancelling", "not_cancellable", "quantum_leap", "\u0130n_queue", "completed\0"),
)
CODES: Final = st.one_of(
    st.sampled_from(("0", "null", "false", '""', "400001", "400002", "400004", "400005", "403003", "404001")),
    st.sampled_from(
        ("422001", "429001", "408000", "499", "500001", "503", '"400002"', '"InsufficientResources"')
    ),
    st.sampled_from(
        ("40000", "4", "4e5", "400002.0", "-400002", '" 429001"', "4" * 4300, '"٤٠٠"', "true", "[429001]")
    ),
)
SCHEMES: Final = ("https://", "https://", "https://", "http://", "HTTPS://", "ftp://", "file:///", "//", "")
HOSTS: Final = (
    *(
        "files.runcomfy.net",
        "runcomfy.com",
        "runcomfy.net:443",
        "runcomfy.net:8443",
        "RUNCOMFY.NET",
        "127.0.0.1",
    ),
    *("127.0.0.1:9", "[::1]", "localhost", "evil.example", "runcomfy.net.evil.example", "evilruncomfy.net"),
    *("me:key@runcomfy.net", "runcomfy.net@evil.example", "runcomfy.net\\@evil.example", "runcomfy.net."),
    *("169.254.169.254", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.0.0.1%25lo", "runcomfy.net:0"),
    *(
        "a..runcomfy.net",
        "-.runcomfy.net",
        "\u24e1uncomfy.net",
        "runcomfy\u3002net",
        "runcomfy.net:99999",
        "",
    ),
    *("runcomfy.net:44 3", "runcomfy.net%2eevil.example", "[runcomfy.net]", "x" * 64 + ".runcomfy.net"),
)
PATHS: Final = (
    "/a.mp4",
    "/a.png?sig=1",
    "",
    "/../../etc/passwd",
    "?sig=%zz",
    "#",
    "/a b",
    "/\x7f",
    "/" + "a" * 5000,
)
addresses = st.one_of(
    st.tuples(st.sampled_from(SCHEMES), st.sampled_from(HOSTS), st.sampled_from(PATHS)).map("".join),
    st.text(max_size=40),
)
_urls = addresses.map(json.dumps)
_fine = said("https://files.runcomfy.net/a.mp4", "https://files.runcomfy.net/a.png?sig=1")
_media = st.one_of(
    _fine, _fine, _fine, _urls, near_misses({"url": _urls}), arrays(st.one_of(_urls, anything))
)
OUTPUTS: Final = near_misses(
    dict.fromkeys(("video", "images"), _media), dict.fromkeys(("videos", "image"), _media)
)
WORDS_OF_WOE: Final = st.one_of(
    said(
        f"bad key {SECRET}",
        f"token={SECRET}",
        f"https://a.example/{SECRET}",
        f"Bearer {SECRET}",
        "Out of memory",
    ),
    said(
        "token:" * 700,
        "api-key " * 500,
        "a.b" * 1500,
        "://" * 1300,
        "\u202eabc\u2066",
        "line\nline\0",
        "``` @everyone",
    ),
    st.text(max_size=60).map(json.dumps),
)

objects = near_misses(
    {"request_id": IDS, "status": WORDS, "output": OUTPUTS},
    {
        "outcome": WORDS,
        "queue_position": st.integers(-1, 2_000_000).map(str),
        **dict.fromkeys(("error_code", "code"), CODES),
        **dict.fromkeys(
            ("error", "error_message", "failure_reason", "detail", "message"), WORDS_OF_WOE | CODES
        ),
        "base_price_usd": st.sampled_from(("0.1", "-1", "1e400", '"0.2"')),
        "price_unit": WORDS,
        "data": near_misses({"request_id": IDS}),
    },
)
STATUSES: Final = st.one_of(
    st.sampled_from((200, 201, 202, 204, 400, 401, 402, 404, 408, 409, 410, 422, 429, 499)),
    st.sampled_from((100, 302, 304, 307, 500, 502, 503, 504, 599)),
    st.integers(100, 599),
)
PAUSES: Final = (
    st.none() | st.text(max_size=8) | st.sampled_from(("7", "0", "-1", "1e3", "inf", "nan", "9" * 5000))
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Return what mostly is an object about a job, with little that is wrong with it."""
    kind = draw(st.integers(0, 9))
    return draw(st.binary(max_size=60)) if kind == 0 else spoilt(draw(_text(kind)), draw)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Return an answer with such a body."""
    status = 200 if draw(st.integers(0, 9)) < 7 else draw(STATUSES)
    pause = draw(PAUSES) if status == 429 else None
    return Answer(status, draw(bodies()), draw(st.integers(0, 9)) < 9, pause)


def _text(kind: int) -> st.SearchStrategy[str]:
    return {1: anything, 2: arrays(objects)}.get(kind, objects)
