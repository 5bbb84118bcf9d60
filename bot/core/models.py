"""One frozen class per RunComfy model: its command, its fields, its limits, its rules for pictures.

The facts are those of the vendor's model pages and their input schemas; a test holds them equal. A field
that the page gives no default is sent only when the member chose it. The pages' sample prompts and sample
pictures are defaults on required fields and are never sent for anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, NewType

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, TypeAdapter, ValidationError

ModelId = NewType("ModelId", str)

VideoResolution = Literal["480p", "720p", "1080p"]
VideoRatio = Literal["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"]
AnyRatio = Literal[VideoRatio, "adaptive"]
EditResolution = Literal[
    "1K",
    "2K",
    "4K",
    "2048x2048 (1:1)",
    "2304x1728 (4:3)",
    "1728x2304 (3:4)",
    "2560x1440 (16:9)",
    "1440x2560 (9:16)",
    "2496x1664 (3:2)",
    "1664x2496 (2:3)",
    "3024x1296 (21:9)",
]


class Kind(StrEnum):
    """What a model makes."""

    VIDEO = "video"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class PictureRule:
    """What a model takes; every bound is exclusive, as on the pages, which is safe if the vendor's is not."""

    formats: frozenset[str]
    """Names as Pillow gives them."""
    side_over: int
    side_under: int | None
    """Pixels."""
    aspect_over: float
    aspect_under: float
    """Width divided by height."""
    bytes_under: int


# The pages say MB; a million bytes is the stricter reading.
_MB: Final = 1_000_000

FRAME_RULE: Final = PictureRule(
    formats=frozenset({"JPEG", "PNG", "WEBP"}),
    side_over=300,
    side_under=6000,
    aspect_over=0.4,
    aspect_under=2.5,
    bytes_under=30 * _MB,
)
EDIT_RULE: Final = PictureRule(
    formats=frozenset({"JPEG", "PNG"}),
    side_over=14,
    side_under=None,
    aspect_over=0.33,
    aspect_under=3,
    bytes_under=10 * _MB,
)

# The 1.5 Pro page sets no hard limit ("under 500 characters for better results"); the sister model's is used.
PRO_PROMPT_LIMIT: Final = 1900
LITE_PROMPT_LIMIT: Final = 1900
FAST_PROMPT_LIMIT: Final = 500
EDIT_PROMPT_LIMIT: Final = 600

Body = Mapping[str, JsonValue]


class BaseRequest(BaseModel):
    """What a member asked of one model, without the pictures themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model_id: ClassVar[ModelId]
    title: ClassVar[str]
    makes: ClassVar[Kind] = Kind.VIDEO
    picture_rule: ClassVar[PictureRule | None] = FRAME_RULE
    pictures_wanted: ClassVar[tuple[int, int]] = (1, 1)
    """The fewest and the most pictures."""

    prompt: str

    def body(self, pictures: Sequence[str]) -> Body:
        """Return the submit body: what the member chose, the page's defaults, the pictures' addresses."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, str | int | bool]:
        """Return what was chosen besides the prompt, by option name, for a card to show."""
        chosen = self.model_dump(exclude={"command", "prompt"}, exclude_none=True)
        return {name: value for name, value in chosen.items() if isinstance(value, str | int | bool)}


def _prompt(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


class SeedancePro(BaseRequest):
    """Seedance 1.5 Pro: a picture becomes a video with sound."""

    model_id = ModelId("bytedance/seedance-v1.5-pro/image-to-video")
    title = "Seedance 1.5 Pro"

    command: Literal["seedance-pro"] = "seedance-pro"
    prompt: Annotated[str, _prompt(PRO_PROMPT_LIMIT)]
    resolution: VideoResolution = "480p"
    ratio: AnyRatio = "adaptive"
    duration: Annotated[int, Field(ge=4, le=12)] = 5
    audio: bool = True
    fixed_camera: bool = True

    def body(self, pictures: Sequence[str]) -> Body:
        (first,) = pictures
        return {
            "prompt": self.prompt,
            "first_frame_image_url": first,
            "resolution": self.resolution,
            "ratio": self.ratio,
            "duration": self.duration,
            "generate_audio": self.audio,
            "camera_fixed": self.fixed_camera,
        }


class SeedanceLite(BaseRequest):
    """Seedance 1.0 Lite: a first and, below 1080p, a last picture become a video."""

    model_id = ModelId("bytedance/seedance-1-0/lite/image-to-video")
    title = "Seedance 1.0 Lite"
    pictures_wanted = (1, 2)

    command: Literal["seedance-lite"] = "seedance-lite"
    prompt: Annotated[str, _prompt(LITE_PROMPT_LIMIT)]
    resolution: VideoResolution = "480p"
    duration: Literal[5, 10] = 5

    def body(self, pictures: Sequence[str]) -> Body:
        first, *last = pictures
        return {
            "prompt": self.prompt,
            "first_frame_image_url": first,
            **({"last_frame_image_url": last[0]} if last else {}),
            "resolution": self.resolution,
            "duration": self.duration,
        }


class SeedanceFast(BaseRequest):
    """Seedance 1.0 Pro Fast: words become a video. The API calls the prompt `text`."""

    model_id = ModelId("bytedance/seedance-1-0/pro/fast/text-to-video")
    title = "Seedance 1.0 Pro Fast"
    picture_rule = None
    pictures_wanted = (0, 0)

    command: Literal["seedance-fast"] = "seedance-fast"
    prompt: Annotated[str, _prompt(FAST_PROMPT_LIMIT)]
    resolution: VideoResolution = "480p"
    ratio: VideoRatio = "16:9"
    duration: Annotated[int, Field(ge=2, le=12)] = 5
    seed: int | None = None

    def body(self, pictures: Sequence[str]) -> Body:
        assert not pictures
        return {
            "text": self.prompt,
            "resolution": self.resolution,
            "ratio": self.ratio,
            "duration": self.duration,
            **({} if self.seed is None else {"seed": self.seed}),
        }


class SeedreamEdit(BaseRequest):
    """Seedream 4.0 Edit: one to ten pictures become a new one."""

    model_id = ModelId("bytedance/seedream-4-0/edit")
    title = "Seedream 4.0 Edit"
    makes = Kind.IMAGE
    picture_rule = EDIT_RULE
    pictures_wanted = (1, 10)

    command: Literal["seedream-edit"] = "seedream-edit"
    prompt: Annotated[str, _prompt(EDIT_PROMPT_LIMIT)]
    resolution: EditResolution = "2048x2048 (1:1)"

    def body(self, pictures: Sequence[str]) -> Body:
        return {"prompt": self.prompt, "images": list(pictures), "resolution": self.resolution}


Request = SeedancePro | SeedanceLite | SeedanceFast | SeedreamEdit
MODELS: Final[tuple[type[Request], ...]] = (SeedancePro, SeedanceLite, SeedanceFast, SeedreamEdit)

LONGEST: Final = 12
"""Seconds of the longest video that any of them makes."""


def lengths(model: type[Request]) -> tuple[int, ...]:
    """Return how many seconds its videos may have, ascending; nothing where it makes pictures."""
    if model.makes is Kind.IMAGE:
        return ()
    return tuple(seconds for seconds in range(1, LONGEST + 1) if _takes(model, seconds))


def _takes(model: type[Request], seconds: int) -> bool:
    try:
        model.model_validate({"prompt": "-", "duration": seconds})
    except ValidationError:
        return False
    return True


REQUEST: Final[TypeAdapter[Request]] = TypeAdapter(Annotated[Request, Field(discriminator="command")])
"""Reads a stored request back, by its command."""
