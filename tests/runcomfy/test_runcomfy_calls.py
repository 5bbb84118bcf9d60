"""From a request to an HTTP call."""

import json

import pytest

from bot.core.ids import RequestId
from bot.core.models import ModelId, SeedanceFast, SeedancePro
from bot.runcomfy import calls
from bot.runcomfy.calls import Call


def test_a_submit_carries_the_inputs_at_top_level() -> None:
    call = calls.submit(SeedancePro(prompt="a fox"), ["https://cdn.example/a.png"])
    assert (call.method, call.path) == ("POST", "/v1/models/bytedance/seedance-v1.5-pro/image-to-video")
    assert call.body is not None
    assert json.loads(call.body) == {
        "prompt": "a fox",
        "first_frame_image_url": "https://cdn.example/a.png",
        "resolution": "480p",
        "ratio": "adaptive",
        "duration": 5,
        "generate_audio": True,
        "camera_fixed": True,
    }


@pytest.mark.parametrize("prompt", ["Füchse 🦊", 'a "quoted"\nline', "\x00\x1f", "\ud800 half a pair"])
def test_any_prompt_survives_the_way_into_json(prompt: str) -> None:
    # Built without validation: pydantic refuses half a surrogate pair, and this must not depend on that.
    call = calls.submit(SeedanceFast.model_construct(prompt=prompt), [])
    assert call.body is not None
    assert json.loads(call.body)["text"] == prompt


@pytest.mark.parametrize(
    ("model_id", "path"),
    [
        ("minimax/Hailuo Video 01 Live", "/v1/models/minimax/Hailuo%20Video%2001%20Live"),
        ("happyhorse/happyhorse-1.0/x", "/v1/models/happyhorse/happyhorse-1.0/x"),
        ("a/b?c=d#e", "/v1/models/a/b%3Fc%3Dd%23e"),
        ("a/100%", "/v1/models/a/100%25"),
        ("a/é", "/v1/models/a/%C3%A9"),
    ],
)
def test_a_model_id_is_encoded_segment_by_segment(model_id: str, path: str) -> None:
    assert calls.model(ModelId(model_id)) == Call("GET", path)


@pytest.mark.parametrize("model_id", ["", "/a", "a/", "a//b", "a/../b", "."])
def test_a_model_id_that_would_leave_its_place_is_refused(model_id: str) -> None:
    with pytest.raises(ValueError, match="model id"):
        calls.model(ModelId(model_id))


def test_a_job_is_asked_for_by_its_id() -> None:
    request_id = RequestId("0f-A_9")
    assert calls.status(request_id) == Call("GET", "/v1/requests/0f-A_9/status")
    assert calls.result(request_id) == Call("GET", "/v1/requests/0f-A_9/result", query="include_cost=true")
    assert calls.cancel(request_id) == Call("POST", "/v1/requests/0f-A_9/cancel")


@pytest.mark.parametrize("request_id", ["", "a/b", "..", "a b", "a\n", "a%2f", "é", "x" * 129])
def test_an_id_of_another_shape_never_gets_into_a_path(request_id: str) -> None:
    with pytest.raises(ValueError, match="request id"):
        calls.status(RequestId(request_id))


def test_a_call_does_not_show_its_body() -> None:
    assert "secret fox" not in repr(calls.submit(SeedanceFast(prompt="secret fox"), []))
