"""Draws the picture that ships with the demo: a paper boat with a lantern on a moonlit pond.

A program for whoever changes the picture: `python -m bot.sandbox.pictures.draw`. The bot never runs it.
"""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.sandbox.pictures import POND

WIDTH, HEIGHT, HORIZON = 2560, 1440, 800  # drawn at twice the size and reduced, so that edges are smooth
MOON: Final = (1760, 380)
BOAT: Final = (1010, 1075)
LANTERN: Final = (BOAT[0] + 6, BOAT[1] - 118)

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stops = Sequence[tuple[float, Colour]]

SKY: Stops = [(0.0, (9, 12, 38)), (0.55, (29, 42, 92)), (0.85, (72, 92, 146)), (1.0, (148, 146, 178))]
WATER: Stops = [(0.0, (112, 118, 160)), (0.12, (58, 76, 130)), (0.5, (24, 36, 84)), (1.0, (7, 10, 32))]
WARM: Final = (255, 188, 96)
PALE: Final = (255, 246, 220)


def main() -> None:
    """Draw and save."""
    chance = random.Random(1834)  # the year of the first zoetrope; the same picture every time
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    picture.paste(_gradient(SKY, HORIZON), (0, 0))
    picture.paste(_gradient(WATER, HEIGHT - HORIZON), (0, HORIZON))
    picture = _moon(_stars(picture, chance))
    picture = _hills(picture)
    picture = _glitter(picture, chance)
    picture = _boat(picture)
    picture = _fireflies(_reeds(picture, chance), chance)
    picture.reduce(2).save(POND, quality=88, optimize=True)


def _gradient(stops: Stops, height: int) -> Image.Image:
    area = Image.new("RGB", (WIDTH, height))
    draw = ImageDraw.Draw(area)
    for y in range(height):
        draw.line((0, y, WIDTH, y), fill=_between(stops, y / height))
    return area


def _between(stops: Stops, at: float) -> Colour:
    for (low, start), (high, end) in pairwise(stops):
        if at <= high:
            share = (at - low) / (high - low)
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
            return red, green, blue
    return stops[-1][1]


def _glow(picture: Image.Image, paint: Callable[[ImageDraw.ImageDraw], None], blur: float) -> Image.Image:
    """Add light: what is painted on black, blurred, brightens the picture."""
    light = Image.new("RGB", picture.size)
    paint(ImageDraw.Draw(light))
    return ImageChops.screen(picture, light.filter(ImageFilter.GaussianBlur(blur)))


def _disc(centre: Point, radius: float, colour: Colour | int) -> Callable[[ImageDraw.ImageDraw], None]:
    x, y = centre
    return lambda draw: draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _stars(picture: Image.Image, chance: random.Random) -> Image.Image:
    spots = [
        (chance.uniform(0, WIDTH), HORIZON * chance.random() ** 1.6, chance.random()) for _ in range(260)
    ]

    def paint(draw: ImageDraw.ImageDraw) -> None:
        for x, y, size in spots:
            radius, light = 1.2 + 2.6 * size**6, round(90 + 165 * size)
            _disc((x, y), radius, (light, light, min(255, light + 20)))(draw)

    return _glow(_glow(picture, paint, 1.2), paint, 5)


def _moon(picture: Image.Image) -> Image.Image:
    for radius, colour, blur in ((420, (40, 46, 70), 170), (190, (120, 112, 104), 60)):
        picture = _glow(picture, _disc(MOON, radius, colour), blur)
    draw = ImageDraw.Draw(picture)
    _disc(MOON, 128, PALE)(draw)
    shade = Image.new("L", picture.size)
    seas = ((-44, -30, 34), (22, -52, 24), (36, 22, 40), (-30, 48, 26), (-4, 6, 16), (70, -16, 14))
    for x, y, radius in seas:
        _disc((MOON[0] + x, MOON[1] + y), radius, 66)(ImageDraw.Draw(shade))
    shade = shade.filter(ImageFilter.GaussianBlur(9))
    picture.paste((214, 196, 160), mask=shade)
    return picture


def _hills(picture: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(picture)
    rows: list[tuple[float, float, float, Colour]] = [
        (150, 640, 0.4, (104, 112, 156)),
        (95, 430, 2.1, (66, 78, 126)),
        (52, 270, 4.2, (34, 44, 86)),
    ]
    for height, length, phase, colour in rows:
        ridge = [(x, HORIZON - height * _ridge(x / length, phase)) for x in range(0, WIDTH + 8, 8)]
        draw.polygon([(0, HORIZON), *ridge, (WIDTH, HORIZON)], fill=colour)
    mist = [(0, HORIZON - 14), (WIDTH, HORIZON + 10)]
    return _glow(picture, lambda light: light.rectangle((*mist[0], *mist[1]), fill=(120, 120, 140)), 16)


def _ridge(x: float, phase: float) -> float:
    return 0.55 + 0.3 * math.sin(x + phase) + 0.15 * math.sin(2.7 * x)


def _glitter(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Lay the moon's path on the water: short strokes, longer and farther apart towards the viewer."""

    def paint(draw: ImageDraw.ImageDraw) -> None:
        y = HORIZON + 6.0
        while y < HEIGHT:
            near = (y - HORIZON) / (HEIGHT - HORIZON)
            for _ in range(3):
                x = MOON[0] + chance.gauss(0, 36 + 130 * near)
                half = chance.uniform(16, 50) * (0.5 + 1.8 * near)
                light = 1 - 0.72 * near
                colour = (round(250 * light), round(232 * light), round(196 * light))
                draw.ellipse((x - half, y - 1.5 - 3 * near, x + half, y + 1.5 + 3 * near), fill=colour)
            y += 7 + 15 * near

    return _glow(_glow(picture, paint, 2.5), paint, 26)


def _boat(picture: Image.Image) -> Image.Image:
    """Fold the boat, mirror it in the water, and light the lantern in it."""
    boat = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(boat)
    x, y = BOAT

    def fold(colour: Colour, *corners: Point) -> None:
        draw.polygon([(x + dx, y + dy) for dx, dy in corners], fill=(*colour, 255))

    fold((188, 184, 206), (-262, -104), (0, -78), (0, 18), (-170, 18))  # the far side
    fold((168, 166, 194), (262, -104), (0, -78), (0, 18), (170, 18))
    fold((255, 214, 150), (-92, -70), (6, -262), (6, -40))  # the sail, lit from inside
    fold((232, 178, 112), (104, -70), (6, -262), (6, -40))
    fold((246, 240, 232), (-262, -104), (-30, -34), (-12, 34), (-168, 34))  # the near side
    fold((196, 192, 212), (262, -104), (-30, -34), (-12, 34), (168, 34))
    fold((222, 214, 218), (-30, -34), (-168, 34), (168, 34))
    mirrored = boat.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirrored = ImageChops.offset(mirrored, 0, 2 * (y + 34) - HEIGHT)
    fade = ImageChops.multiply(mirrored.getchannel("A"), Image.new("L", picture.size, 87))
    soft = ImageFilter.GaussianBlur(7)
    picture.paste(mirrored.convert("RGB").filter(soft), mask=fade.filter(soft))
    picture.paste(boat.convert("RGB"), mask=boat.getchannel("A"))
    picture = _ripples(picture)
    for radius, colour, blur in ((300, (74, 46, 16), 120), (96, (150, 92, 34), 50), (20, PALE, 8)):
        picture = _glow(picture, _disc(LANTERN, radius, colour), blur)
    return picture


def _ripples(picture: Image.Image) -> Image.Image:
    x, y = BOAT[0], BOAT[1] + 40

    def paint(draw: ImageDraw.ImageDraw) -> None:
        for at, width in enumerate((205, 280, 372, 480)):
            light = 120 - 26 * at
            box = (x - width, y - width * 0.10, x + width, y + width * 0.16)
            draw.arc(box, 8, 172, fill=(light, light, light + 18), width=4)

    return _glow(picture, paint, 2.5)


def _reeds(picture: Image.Image, chance: random.Random) -> Image.Image:
    draw = ImageDraw.Draw(picture)
    roots = [chance.uniform(-40, 430) for _ in range(26)] + [chance.uniform(2250, 2600) for _ in range(18)]
    for root in roots:
        height, lean = chance.uniform(320, 860), chance.uniform(-120, 170)
        blade: list[Point] = [
            (root + lean * (step / 16) ** 2, HEIGHT + 10 - height * step / 16) for step in range(17)
        ]
        for at, (start, end) in enumerate(pairwise(blade)):
            draw.line((*start, *end), fill=(5, 8, 22), width=max(2, 15 - at))
        if chance.random() < 0.34:
            tip = blade[-1]
            draw.ellipse((tip[0] - 10, tip[1] - 52, tip[0] + 10, tip[1] + 46), fill=(18, 13, 22))
    return picture


def _fireflies(picture: Image.Image, chance: random.Random) -> Image.Image:
    for _ in range(17):
        spot = (chance.uniform(80, 2480), chance.uniform(640, 1330))
        size = chance.uniform(0.5, 1.0)
        picture = _glow(picture, _disc(spot, 30 * size, (96, 98, 34)), 20)
        picture = _glow(picture, _disc(spot, 7 * size, (255, 250, 170)), 3)
    return picture


if __name__ == "__main__":
    main()
