"""What a submit may hold: fields by the schema, pictures by their bytes, and never a page's sample."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from bot.sandbox.runcomfy import BadPicture, Fate, RunComfy, Status
from tests.sandbox.runcomfy.caller import EDIT, FAST, LITE, PRO, Body, Caller, Gallery, words


@pytest.mark.parametrize(
    "body",
    [
        {},
        words(prompt="the field of another model"),
        words(resolution="4K"),
        words(duration=1),
        words(text=7),
        words(text="x" * 501),
        words(seed=0.5),
    ],
    ids=["missing", "unknown", "enum", "range", "type", "length", "integer"],
)
async def test_a_body_that_breaks_the_schema_is_refused_with_422(
    runcomfy: RunComfy, caller: Caller, body: Body
) -> None:
    status, answer = await caller.submit(body)
    assert status == 422
    assert isinstance(answer["detail"], list)
    assert len(answer["detail"]) == 1
    assert runcomfy.jobs == {}
    assert len(runcomfy.problems) == 1


async def test_a_refusal_repeats_no_input(runcomfy: RunComfy, caller: Caller) -> None:
    _, answer = await caller.submit(words(text="secret" * 100, resolution="secret"))
    assert "secret" not in f"{answer} {runcomfy.problems}"


async def test_a_body_that_is_no_object_is_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    async with caller.session.post(f"{runcomfy.api_url}/v1/models/{FAST}", data=b"[1") as response:
        assert response.status == 422
    assert runcomfy.problems[0] == "a submit's body is no JSON object"


async def test_an_unknown_model_is_400001_and_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    status, answer = await caller.submit(words(), "seedance-1-5/pro")
    assert (status, answer["error_code"]) == (400, 400001)
    assert runcomfy.problems == ["there is no model seedance-1-5/pro"]


async def test_the_samples_of_the_page_are_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    schema = (
        Path(__file__).parents[3].parent
        / "shared/runcomfy/schemas/bytedance__seedance-v1.5-pro__image-to-video.json"
    )
    if not schema.exists():
        pytest.skip("the pages' schemas, which alone hold the sample prompt, are not beside this checkout")
    sample = json.loads(schema.read_text())["input_schema"]["properties"]["prompt"]["default"]
    url = "https://playgrounds-storage-public.runcomfy.net/tools/7272/media-files/any.png"
    await caller.submit({"prompt": sample.strip(), "first_frame_image_url": url}, PRO)
    assert runcomfy.problems == [
        f"{PRO}: prompt is the page's sample",
        f"{PRO}: first_frame_image_url is the page's sample",
    ]


async def test_pictures_are_fetched_without_cookies_or_token(
    runcomfy: RunComfy, caller: Caller, gallery: Gallery
) -> None:
    first, last = gallery.hang_up(400, 600), gallery.hang_up(600, 400)
    body: Body = {"prompt": "x", "first_frame_image_url": first, "last_frame_image_url": last}
    job = await caller.ended(body, LITE)
    assert job.status is Status.COMPLETED
    assert [request.path for request in gallery.asked] == ["/400x600.png", "/600x400.png"]
    assert not any({"Cookie", "Authorization"} & set(request.headers) for request in gallery.asked)
    assert runcomfy.problems == []


@pytest.mark.parametrize(
    ("sides", "kind", "rule"),
    [
        ((300, 400), "PNG", "width_pixels is 300, the rule is > 300"),
        ((400, 6000), "PNG", "height_pixels is 6000, the rule is < 6000"),
        ((1000, 400), "PNG", "width/height is 2.5, the rule is < 2.5"),
        ((400, 400), "GIF", "GIF is not one of JPEG, PNG, WEBP"),
    ],
)
async def test_a_picture_that_breaks_a_rule_fails_the_job(
    caller: Caller, gallery: Gallery, sides: tuple[int, int], kind: str, rule: str
) -> None:
    url = gallery.hang_up(*sides, kind)
    job = await caller.ended({"prompt": "x", "first_frame_image_url": url}, PRO)
    assert (job.status, job.error) == (Status.FAILED, f"first_frame_image_url: {rule}")


async def test_a_picture_that_is_too_heavy_fails_the_job(caller: Caller, gallery: Gallery) -> None:
    light = gallery.hang_up(64, 64, "JPEG")
    heavy = gallery.put("heavy.png", _padded_png(10_000_001))
    job = await caller.ended({"prompt": "x", "images": [light, heavy], "resolution": "1K"}, EDIT)
    assert job.error == "images: file_size_mb is 10, the rule is < 10"


def _padded_png(size: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "PNG")
    return buffer.getvalue().ljust(size, b"\0")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://cdn.example.com/a.png", "https, cdn.example.com"),
        ("file:///etc/hostname", "file, no host"),
        ("data:image/png;base64,AAAA", "data, no host"),
        ("http://localhost/a.png", "http, localhost"),
    ],
)
async def test_an_address_out_of_reach_fails_the_job(caller: Caller, url: str, reason: str) -> None:
    job = await caller.ended({"prompt": "x", "first_frame_image_url": url}, PRO)
    assert (job.status, job.error) == (Status.FAILED, f"the address cannot be fetched ({reason})")


async def test_a_missing_or_damaged_picture_fails_the_job(caller: Caller, gallery: Gallery) -> None:
    for url, error in (
        (f"{gallery.url}/nothing.png", "the address answers 404"),
        (gallery.put("page.png", b"<html>"), "the file is no picture, or a damaged one"),
        (gallery.put("half.png", _padded_png(0)[:60]), "the file is no picture, or a damaged one"),
    ):
        job = await caller.ended({"prompt": "x", "first_frame_image_url": url}, PRO)
        assert (job.status, job.error) == (Status.FAILED, error)


async def test_a_bad_picture_may_be_refused_before_acceptance(
    runcomfy: RunComfy, caller: Caller, gallery: Gallery
) -> None:
    runcomfy.next(Fate(bad_picture=BadPicture.REFUSED))
    status, answer = await caller.submit(
        {"prompt": "x", "first_frame_image_url": gallery.hang_up(20, 20)}, PRO
    )
    assert status == 422
    assert "width_pixels" in str(answer["detail"])
    assert runcomfy.jobs == {}
