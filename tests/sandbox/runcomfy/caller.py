"""A plain client without any cleverness, a gallery with pictures on loopback, and a judge of films."""

import io
import re
import subprocess
from pathlib import Path
from typing import TypeAlias, cast

import aiohttp
import imageio_ffmpeg
from aiohttp import web
from PIL import Image

from bot.sandbox.runcomfy import RemoteJob, RunComfy

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Body: TypeAlias = dict[str, Json]
Answer: TypeAlias = tuple[int, Body]

PRO = "bytedance/seedance-v1.5-pro/image-to-video"
LITE = "bytedance/seedance-1-0/lite/image-to-video"
FAST = "bytedance/seedance-1-0/pro/fast/text-to-video"
EDIT = "bytedance/seedream-4-0/edit"


def words(**more: Json) -> Body:
    """Inputs for the one model that needs no picture."""
    return {"text": "a paper boat", **more}


class Caller:
    """Calls the stand-in as its account."""

    def __init__(self, runcomfy: RunComfy, session: aiohttp.ClientSession) -> None:
        self.runcomfy = runcomfy
        self.session = session

    async def get(self, path: str) -> Answer:
        async with self.session.get(self.runcomfy.api_url + path) as response:
            return response.status, cast("Body", await response.json())

    async def post(self, path: str, body: Body | None = None) -> Answer:
        async with self.session.post(self.runcomfy.api_url + path, json=body) as response:
            return response.status, cast("Body", await response.json())

    async def submit(self, body: Body, model_id: str = FAST) -> Answer:
        return await self.post(f"/v1/models/{model_id}", body)

    async def job(self, body: Body | None = None, model_id: str = FAST) -> RemoteJob:
        """Submit and return the job that it bought."""
        _, answer = await self.submit(body or words(duration=2), model_id)
        return self.runcomfy.jobs[str(answer["request_id"])]

    async def ended(self, body: Body | None = None, model_id: str = FAST) -> RemoteJob:
        """Submit and bring the job to its end."""
        job = await self.job(body, model_id)
        self.runcomfy.finish(job.request_id)
        await self.runcomfy.wait_for(lambda: job.status.final)
        return job

    async def about(self, job: RemoteJob, what: str) -> Answer:
        return await self.get(f"/v1/requests/{job.request_id}/{what}")

    async def address(self, job: RemoteJob) -> str:
        _, result = await self.about(job, "result")
        output = cast("dict[str, str]", result["output"])
        return next(iter(output.values()))


class Gallery:
    """Serves pictures by name."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[web.Request] = []
        self._pictures: dict[str, bytes] = {}

    def hang_up(self, width: int, height: int, kind: str = "PNG", *, left: str = "crimson") -> str:
        """Add a picture, its left half in a colour of choice, and return its address."""
        buffer = io.BytesIO()
        image = Image.new("RGB", (width, height), "crimson")
        image.paste(Image.new("RGB", (width // 2, height), left))
        image.save(buffer, kind)
        return self.put(f"{width}x{height}.{kind.lower()}", buffer.getvalue())

    def put(self, name: str, content: bytes) -> str:
        self._pictures[name] = content
        return f"{self.url}/{name}"

    async def show(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        content = self._pictures.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def decoded(path: Path) -> tuple[int, int, float, bool]:
    """Play a film to its end and return its width, height, seconds and whether it has sound."""
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-xerror", "-i", str(path), "-f", "null", "-"]
    played = subprocess.run(program, capture_output=True, text=True, check=True)
    size = re.search(r"Video: h264.*?yuv420p.*? (\d+)x(\d+)", played.stderr)
    time = re.findall(r"time=(\d+):(\d+):([\d.]+)", played.stderr)[-1]
    assert size
    seconds = int(time[0]) * 3600 + int(time[1]) * 60 + float(time[2])
    return int(size[1]), int(size[2]), seconds, "Audio: aac" in played.stderr


def frame_at(path: Path, second: int) -> Image.Image:
    """Take one frame out of a film."""
    cut = [
        "-v",
        "error",
        "-ss",
        str(second),
        "-i",
        str(path),
        "-frames:v",
        "1",
        "-f",
        "image2pipe",
        "-c:v",
        "png",
        "-",
    ]
    taken = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *cut], capture_output=True, check=True)
    return Image.open(io.BytesIO(taken.stdout)).convert("RGB")
