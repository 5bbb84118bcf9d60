"""Open a stranger's picture with Pillow and paint it as a model takes it; in the confined process only.

It names the one plugin that may open a file, and lets nothing but the pixels through.
"""

import importlib
import io
import warnings
from typing import Final

from PIL import Image, ImageCms

from bot.core.shaping import Shape, Sides

# The names of signatures, where Pillow's plugin is called otherwise.
_PLUGINS: Final = {"HEIC": "HEIF"}
_MODULES: Final = {"JPEG": "Jpeg", "PNG": "Png", "GIF": "Gif", "BMP": "Bmp", "TIFF": "Tiff", "WEBP": "WebP"}
_ORIENTATION: Final = 0x0112  # EXIF
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The modes that profiles speak of.
_PROFILED: Final = frozenset({"RGB", "L", "CMYK"})
_BARS: Final = "black"
_GROUND: Final = "white"


def open_picture(path: str, name: str, most_pixels: int) -> Image.Image:
    """Open a file as the one format that it begins like; nothing is decoded yet.

    Raises Image.DecompressionBombError beyond so many pixels, and whatever the plugin likes.
    """
    warnings.simplefilter("ignore")
    # Pillow itself refuses twice as many.
    Image.MAX_IMAGE_PIXELS = most_pixels // 2
    _load_plugin(name)
    return Image.open(path, formats=[_PLUGINS.get(name, name)])


def _load_plugin(name: str) -> None:
    """Load what opens the format; otherwise Pillow loads all of its forty plugins to find it."""
    match name:
        case "HEIC":
            heif = importlib.import_module("pi_heif")
            heif.register_heif_opener(
                thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
            )
        case "AVIF":
            setattr(importlib.import_module("PIL.AvifImagePlugin"), "DEFAULT_MAX_THREADS", 1)  # noqa: B010
        case _:
            importlib.import_module(f"PIL.{_MODULES[name]}ImagePlugin")


def orientation_of(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; what cannot be read says nothing."""
    try:
        orientation = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (whatever a broken block raises, the picture may still be good)
        return 1
    return orientation if orientation in _TURNS else 1


def upright_sides(picture: Image.Image, orientation: int) -> Sides:
    """Return the sides as they are shown; Pillow's TIFF turns itself and tells them so already."""
    sides = Sides(*picture.size)
    is_swapped = orientation >= 5 and picture.format != "TIFF"
    return Sides(sides.height, sides.width) if is_swapped else sides


def turn(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn a decoded picture upright."""
    if orientation == 1 or picture.format == "TIFF":
        return picture
    return picture.transpose(_TURNS[orientation])


def is_srgb(picture: Image.Image) -> bool:
    """Tell whether its numbers are sRGB colours, as they are where no profile says otherwise."""
    profile = _profile(picture)
    return profile is None or _names_srgb(profile)


def has_holes(picture: Image.Image) -> bool:
    """Tell whether anything is transparent, be it a little; a channel for it alone is no sign."""
    if not picture.has_transparency_data:
        return False
    return _to_alpha(picture).getchannel("A").getextrema() != (255, 255)


def flatten(picture: Image.Image) -> Image.Image:
    """Return the picture in sRGB, RGB and nothing else, with white where it was transparent."""
    if not picture.has_transparency_data:
        return _to_srgb(picture, _profile(picture))
    layers = _to_alpha(picture)
    colours = _to_srgb(layers.convert("RGB"), _profile(picture))
    ground = Image.new("RGB", colours.size, _GROUND)
    ground.paste(colours, mask=layers.getchannel("A"))
    return ground


def draw(picture: Image.Image, shape: Shape) -> Image.Image:
    """Draw the kept part of an upright picture; it may have been decoded at a lower scale than it is."""
    across, down = picture.width / shape.whole.width, picture.height / shape.whole.height
    left, top = _middle(shape.whole, shape.kept)
    right, bottom = left + shape.kept.width, top + shape.kept.height
    # A fraction of a pixel more than there is would be refused.
    far = min(right * across, picture.width), min(bottom * down, picture.height)
    box = (left * across, top * down, *far)
    if not shape.is_unchanged:
        lanczos = Image.Resampling.LANCZOS
        # Pillow names types of NumPy, which is not here; so below.
        picture = picture.resize(shape.drawn, lanczos, box, 3.0)  # pyright: ignore[reportUnknownMemberType]
    if shape.drawn == shape.canvas:
        return picture
    canvas = Image.new("RGB", shape.canvas, _BARS)
    canvas.paste(picture, _middle(shape.canvas, shape.drawn))
    return canvas


def _middle(outer: Sides, inner: Sides) -> tuple[int, int]:
    """Return the left and the top of what lies in the middle."""
    return (outer.width - inner.width) // 2, (outer.height - inner.height) // 2


def _to_alpha(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGBA" else _to_bytes(picture).convert("RGBA")


def _to_bytes(picture: Image.Image) -> Image.Image:
    """Bring 16 bits a pixel down to 8, which Pillow would cut off instead."""
    if not picture.mode.startswith("I;16"):
        return picture
    wide = picture.convert("I")
    return wide.point(lambda value: value * (1 / 257) + 0.0).convert("L")  # pyright: ignore[reportUnknownMemberType]


def _to_srgb(picture: Image.Image, profile: ImageCms.ImageCmsProfile | None) -> Image.Image:
    picture = _to_bytes(picture)
    colours = picture if picture.mode in _PROFILED else picture.convert("RGB")
    if profile is not None and not _names_srgb(profile):
        try:
            converted = ImageCms.profileToProfile(colours, profile, _srgb(), outputMode="RGB")
        except Exception:  # noqa: BLE001 (a profile that does not fit its picture is no profile)
            converted = None
        colours = converted or colours
    return colours.convert("RGB")


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _names_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    try:
        return "srgb" in ImageCms.getProfileDescription(profile).lower()
    except Exception:  # noqa: BLE001 (as above)
        return False


def _profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """Return the colour profile; a broken one is none."""
    content = picture.info.get("icc_profile")
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(content)) if content else None
    except Exception:  # noqa: BLE001 (as above)
        return None
