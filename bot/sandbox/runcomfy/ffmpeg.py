"""Writes the ffmpeg command that makes an order. Pure: nothing is run here.

The settings favour speed over beauty: 5 s of 480p take about 0.2 s on one core.
"""

from bot.sandbox.runcomfy.order import Order

_FPS = 16
_PNG = ("-frames:v", "1", "-compression_level", "1")
_H264 = (
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-threads",
    "1",
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "+faststart",
)


def arguments(order: Order, canvas: str, target: str, *, quick: bool) -> list[str]:
    """Give the arguments after the program's name; `canvas` is a drawn picture for orders that have none."""
    head = ["-nostdin", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1"]
    if quick:
        return [*head, *_quick(order), target]
    body = _film(order, canvas) if order.kind == "video" else _edit(order)
    return [*head, *body, target]


def heavy(target: str, *, seconds: int, width: int, height: int, bitrate: int, sound: bool) -> list[str]:
    """Give the arguments for a film whose bytes are all needed: moving patterns under fresh noise.

    60 s of 1080p take about 13 s on one core; a gentler preset takes six times as long.
    """
    pattern = f"testsrc2=s={width}x{height}:r=24,noise=alls=24:allf=t"
    tone = ["-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100", "-c:a", "aac", "-b:a", "96k"]
    rate = ["-b:v", str(bitrate), "-maxrate", str(bitrate), "-bufsize", str(bitrate)]
    return [
        *("-nostdin", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1"),
        *("-f", "lavfi", "-i", pattern, *(tone if sound else ["-an"])),
        *(*_H264, *rate, "-g", "48", "-t", str(seconds), target),
    ]


def _quick(order: Order) -> list[str]:
    """One colour: right in kind, size, length and sound, and in nothing else."""
    # 0x008080 is teal; every further result is bluer.
    blue = (0x80 + 16 * order.variant) % 0x100
    colour = f"color=c=0x0080{blue:02x}:s={order.width}x{order.height}"
    if order.kind == "image":
        return ["-f", "lavfi", "-i", colour, *_PNG]
    return ["-f", "lavfi", "-i", f"{colour}:r=5", *_tone(order), *_codecs(order)]


def _film(order: Order, canvas: str) -> list[str]:
    first = str(order.pictures[0]) if order.pictures else canvas
    pictures = [first] if order.last is None else [first, str(order.last)]
    shots = [f"[{at}:v]{_shot(order)}[s{at}]" for at in range(len(pictures))]
    # The last frame fades in over the second half, so that the film really ends with it.
    half = order.seconds / 2
    join = f"[s0][s1]xfade=duration={half}:offset={half}[v]" if order.last else "[s0]null[v]"
    sources = [part for picture in pictures for part in ("-i", picture)]
    tone = ["-map", f"{len(pictures)}:a"] if order.sound else []
    graph = ["-filter_complex", ";".join([*shots, join]), "-map", "[v]"]
    return [*sources, *_tone(order), *graph, *tone, *_codecs(order)]


def _tone(order: Order) -> list[str]:
    if not order.sound:
        return []
    return ["-f", "lavfi", "-i", f"sine=frequency={220 + order.seed % 220}:sample_rate=44100"]


def _codecs(order: Order) -> list[str]:
    sound = ["-c:a", "aac", "-b:a", "64k"] if order.sound else ["-an"]
    return [*_H264, *sound, "-t", str(order.seconds)]


def _shot(order: Order) -> str:
    frames = order.seconds * _FPS
    # Twice the size under the zoom, so that its steps of whole pixels do not show.
    cover = _cover(order.width * 2, order.height * 2)
    zoom = f"1+0.2*on/{frames}" if order.moving else "1"
    pan = f"zoompan=z='{zoom}':x='(iw-iw/zoom)*on/{frames}':y='(ih-ih/zoom)/2'"
    turn = f",hue=h={37 * order.variant}" if order.variant else ""
    light = "" if order.moving else ",eq=brightness='0.08*sin(2*PI*t/3)':eval=frame"
    # A JPEG's levels are full range; films are limited.
    cover += ",scale=out_range=limited,format=yuv420p"
    return f"{cover},{pan}:d={frames}:s={order.width}x{order.height}:fps={_FPS}{light}{turn},format=yuv420p"


def _cover(width: int, height: int) -> str:
    return f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"


def _edit(order: Order) -> list[str]:
    """Turn the first picture's colours, frame it in gold, and set the others into a row at its foot."""
    frame = max(2, min(order.width, order.height) // 40)
    hue = 120 + 37 * order.variant
    steps = [f"[0:v]{_cover(order.width, order.height)},hue=h={hue},drawbox=t={frame}:color=gold[b0]"]
    small = max(2, order.width // 11)
    for at in range(1, len(order.pictures)):
        x, y = small // 2 + (at - 1) * small, max(0, order.height - small - 2 * frame)
        steps += [f"[{at}:v]{_cover(small, small)}[t{at}]", f"[b{at - 1}][t{at}]overlay={x}:{y}[b{at}]"]
    steps.append(f"[b{len(order.pictures) - 1}]format=rgb24[v]")
    sources = [part for picture in order.pictures for part in ("-i", str(picture))]
    return [
        *sources,
        "-filter_complex",
        ";".join(steps),
        "-map",
        "[v]",
        "-frames:v",
        "1",
        "-compression_level",
        "1",
    ]
