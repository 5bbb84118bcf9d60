"""Pictures that break a rule which a machine can mend: they get in, the card says how, and no note leaves."""

import io
import re

from PIL import Image

from bot.sandbox.discord import Attachment, Message, Upload
from tests.e2e.play import Play
from tests.e2e.sent import colour_of, coloured, fetched
from tests.media.samples import TELLTALES, a_telling_picture, written

_UPRIGHT, _CONVERTED = "turned upright", "saved in another format"
_FIRST, _WHITE = "first frame taken", "see-through parts made white"


def moving(name: str) -> bytes:
    """Return frames that are red, green and blue."""
    held = io.BytesIO()
    red, *rest = (Image.new("RGB", (640, 480), colour) for colour in ("red", "green", "blue"))
    red.save(held, name, save_all=True, append_images=rest, duration=100)
    return held.getvalue()


def with_a_hole() -> bytes:
    picture = Image.new("RGBA", (640, 480), (0, 0, 255, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 320, 480))
    return written(picture, "PNG")


def pictures() -> list[tuple[str, bytes, str]]:
    """Return what members attach, and what the card says was done to it."""
    return [
        # The map is red above green on the left, blue above white on the right.
        ("phone.heic", a_telling_picture("HEIC"), _CONVERTED),
        ("new.avif", a_telling_picture("AVIF"), _CONVERTED),
        ("web.webp", a_telling_picture("WEBP"), _CONVERTED),
        ("dance.gif", moving("GIF"), f"{_FIRST}, {_CONVERTED}"),
        ("dance.png", moving("PNG"), _FIRST),
        ("hole.png", with_a_hole(), _WHITE),
        ("lying.jpg", a_telling_picture("JPEG", orientation=6), _UPRIGHT),
        ("plain.png", a_telling_picture("PNG"), ""),
    ]


def nothing_telling(files: list[Attachment]) -> None:
    """Assert that the bytes as they lie tell nothing but the picture."""
    for file in files:
        content = file.path.read_bytes()
        assert not [word for word in TELLTALES if word in content], file.filename


def hosted(play: Play, card: Message) -> list[Attachment]:
    """Return what RunComfy was given, which must be the card's own files."""
    files = fetched(play)
    assert [file.id for file in files] == [file.id for file in card.attachments]
    return files


async def test_pictures_of_every_kind_get_in_say_how_and_carry_no_note(play: Play) -> None:
    attached = pictures()
    uploads = {
        "image" + (str(number) if number > 1 else ""): Upload(content, name)
        for number, (name, content, _) in enumerate(attached, 1)
    }
    assert all(any(word in content for word in TELLTALES) for _, content, _ in attached[:3])
    asked = await play.ask("seedream-edit", None, prompt="mix them", **uploads)
    result = await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Done in")

    (said,) = re.findall(r"Mended: (.*)\.", card.text)
    assert said.split("; ") == [
        f"picture {number}: {done}" for number, (_, _, done) in enumerate(attached, 1) if done
    ]
    heic, avif, webp, gif, apng, hole, lying, plain = files = hosted(play, card)
    nothing_telling([*files, *result.attachments])
    corners = [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)]
    for file in (heic, avif, webp, plain):
        assert [colour_of(file, *corner) for corner in corners] == ["red", "green", "blue", "white"]
    assert [colour_of(file) for file in (gif, apng)] == ["red", "red"]
    assert [colour_of(hole, across) for across in (0.25, 0.75)] == ["white", "blue"]
    # Turned by a quarter to the right: what was on the left is above.
    assert (lying.width, lying.height) == (480, 640)
    assert [colour_of(lying, *corner) for corner in corners] == ["green", "white", "red", "blue"]
    assert len(play.runcomfy.submits) == 1


async def test_a_picture_that_needs_nothing_goes_in_as_it_is_but_for_its_notes(play: Play) -> None:
    content = a_telling_picture("PNG")
    asked = await play.animate(image=Upload(content, "boat.png", "image/png"))
    await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Done in")
    assert "Mended" not in card.text
    (file,) = hosted(play, card)
    nothing_telling([file])
    with Image.open(file.path) as sent, Image.open(io.BytesIO(content)) as came:
        assert sent.tobytes() == came.tobytes()
        assert sent.info == {}


async def test_a_small_picture_is_made_larger(play: Play) -> None:
    asked = await play.animate(image=coloured("green", sides=(200, 100)))
    await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Mended: made larger.")
    (file,) = hosted(play, card)
    assert (file.width, file.height) == (602, 301)
    assert colour_of(file) == "green"


async def test_forty_megabytes_are_brought_under_what_model_and_card_take(play: Play) -> None:
    bands = [Image.effect_noise((3660, 3660), 60 + band) for band in range(3)]
    held = io.BytesIO()
    Image.merge("RGB", bands).save(held, "PNG", compress_level=0)
    content = held.getvalue()
    assert len(content) > 40_000_000
    asked = await play.animate(image=Upload(content, "huge.png", "image/png"))
    await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Done in")
    assert "Mended: saved in another format, saved at a lower quality." in card.text
    (file,) = hosted(play, card)
    assert 5_000_000 < file.size <= 10 * 2**20
    assert (file.width, file.height) == (3660, 3660)
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]
