"""The pictures: every kind of JPEG and PNG that must decode as Pillow decodes it, small ones, made from a seed."""

import io
import struct
import subprocess
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from . import jpeg_encoder, orientations, png_encoder, tiff_blocks

JFIF = jpeg_encoder.segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")


def adobe(transform: int) -> bytes:
    """The segment that says how colours are coded: 0 as they are, 1 as YCbCr, 2 as YCCK."""
    return jpeg_encoder.segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))


def samples(height: int, width: int, channels: int, top: int = 255, seed: int = 0) -> np.ndarray:
    """Waves with a little noise, [H, W, C] integers from 0 to top: smooth enough to look like a picture to a codec."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([(np.sin(x / 5 + k) + np.cos(y / 4 - k) + 2) / 4 for k in range(channels)], -1)
    noise = np.random.default_rng(seed).normal(0, 0.02, waves.shape)
    return np.clip(np.rint((waves + noise) * top), 0, top).astype(int)


def planes(height: int, width: int, channels: int) -> list[np.ndarray]:
    """The channels of `samples` one by one."""
    picture = samples(height, width, channels)
    return [picture[..., index] for index in range(channels)]


def exif(orientation: int, *, big: bool = False, kind: int = 3, count: int = 1) -> bytes:
    """A TIFF structure with a model name and the orientation tag."""
    order = ">" if big else "<"
    value = struct.pack(order + ("H2x" if kind == 3 else "I"), orientation)
    return ((b"MM\0\x2a" if big else b"II\x2a\0") + struct.pack(order + "I", 8) + struct.pack(order + "H", 2)
            + struct.pack(order + "HHI4s", 0x0110, 2, 4, b"cam\0")
            + struct.pack(order + "HHI", 0x0112, kind, count) + value + struct.pack(order + "I", 0))


def xmp(orientation: int) -> bytes:
    """A packet that states the orientation as an attribute."""
    return (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="%d"/></rdf:RDF>'
            b"</x:xmpmeta>" % orientation)


def saved(picture: Image.Image, **options) -> bytes:
    """What Pillow's JPEG writer makes of a picture."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def saved_as(picture: Image.Image, kind: str, **options) -> bytes:
    """What another of Pillow's writers makes of it."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def jpegs() -> Iterator[tuple[str, bytes]]:
    """Sound JPEGs: name and bytes."""
    sampling = {
        "444": [(1, 1), (1, 1), (1, 1)], "422": [(2, 1), (1, 1), (1, 1)], "420": [(2, 2), (1, 1), (1, 1)],
        "440": [(1, 2), (1, 1), (1, 1)], "411": [(4, 1), (1, 1), (1, 1)], "410": [(4, 2), (1, 1), (1, 1)],
        "441": [(1, 4), (1, 1), (1, 1)], "3x2": [(3, 2), (1, 1), (1, 1)], "chroma-2x2": [(1, 1), (2, 2), (2, 2)],
        "422-doubled": [(2, 2), (1, 2), (1, 2)], "chroma-mixed": [(2, 2), (2, 1), (1, 2)],
    }
    for name, factors in sampling.items():
        yield f"sampling-{name}", jpeg_encoder.encode(planes(37, 45, 3), factors, headers=JFIF)
    for width, height in [(1, 1), (2, 5), (17, 3), (8, 8), (1, 40)]:
        yield f"420-{width}x{height}", jpeg_encoder.encode(planes(height, width, 3), sampling["420"], headers=JFIF)
    yield "422-33x9", jpeg_encoder.encode(planes(9, 33, 3), sampling["422"], headers=JFIF)
    yield "440-9x33", jpeg_encoder.encode(planes(33, 9, 3), sampling["440"], headers=JFIF)
    yield "grey", jpeg_encoder.encode(planes(37, 45, 1), [(1, 1)], headers=JFIF)
    yield "grey-2x2", jpeg_encoder.encode(planes(37, 45, 1), [(2, 2)], headers=JFIF)
    yield "no-jfif", jpeg_encoder.encode(planes(21, 19, 3), sampling["420"])
    yield "rgb-by-identifiers", jpeg_encoder.encode(planes(21, 19, 3), sampling["444"], identifiers=[82, 71, 66])
    yield "rgb-by-adobe", jpeg_encoder.encode(planes(21, 19, 3), sampling["444"], headers=adobe(0))
    yield "ycbcr-by-adobe", jpeg_encoder.encode(planes(21, 19, 3), sampling["422"], headers=adobe(1))
    yield "cmyk", jpeg_encoder.encode(planes(21, 19, 4), [(1, 1)] * 4)
    yield "cmyk-adobe", jpeg_encoder.encode(planes(21, 19, 4), [(1, 1)] * 4, headers=adobe(0))
    yield "ycck-adobe", jpeg_encoder.encode(planes(21, 19, 4), [(1, 1)] * 4, headers=adobe(2))
    yield "ycck-420", jpeg_encoder.encode(planes(21, 19, 4), [(2, 2), (1, 1), (1, 1), (2, 2)], headers=adobe(2))
    yield "restart", jpeg_encoder.encode(planes(37, 45, 3), sampling["420"], headers=JFIF, restart=2)
    yield "wide-tables", jpeg_encoder.encode(planes(21, 19, 3), sampling["420"], headers=JFIF, wide_tables=True)
    yield "fill-bytes", jpeg_encoder.encode(planes(21, 19, 3), sampling["420"], headers=JFIF, fill=3)

    picture = Image.fromarray(samples(90, 120, 3).astype(np.uint8))
    for progressive in (False, True):
        kind = "progressive" if progressive else "baseline"
        for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
            yield (f"{kind}-{subsampling.replace(':', '')}",
                   saved(picture, progressive=progressive, subsampling=subsampling, quality=85))
        yield f"{kind}-grey", saved(picture.convert("L"), progressive=progressive)
        yield f"{kind}-cmyk", saved(picture.convert("CMYK"), progressive=progressive)
        yield f"{kind}-restart", saved(picture, progressive=progressive, restart_marker_rows=1)
    yield "coarse", saved(picture, quality=10, optimize=True)
    yield "fine", saved(picture.crop((0, 0, 60, 50)), quality=100)
    yield "rgb-kept", saved(picture.crop((0, 0, 40, 30)), keep_rgb=True)
    yield "trailing-junk", saved(picture.crop((0, 0, 40, 30))) + b"\xff\xd8\xffjunk" * 20


def surrounded() -> Iterator[tuple[str, bytes]]:
    """JPEGs with what cameras, editors and agencies put around the picture, and such coded arithmetically by `cjpeg`."""
    picture = Image.fromarray(samples(21, 33, 3).astype(np.uint8))
    plain = saved(picture)
    small = jpeg_encoder.encode(planes(8, 8, 3), [(1, 1)] * 3)
    yield "profile", saved(picture, icc_profile=bytes(70_000))
    yield "density", saved(picture, dpi=(300, 72))
    yield "jfif-thumbnail", plain[:2] + jpeg_encoder.segment(0xE0, JFIF[4:16] + b"\4\3" + bytes(36)) + plain[20:]
    yield "jfxx-thumbnail", plain[:20] + jpeg_encoder.segment(0xE0, b"JFXX\0\x10" + small) + plain[20:]
    yield "exif-thumbnail", plain[:20] + jpeg_encoder.segment(0xE1, b"Exif\0\0" + exif(1) + small) + plain[20:]
    yield "several-pictures", saved_as(picture, "MPO", save_all=True, append_images=[picture.transpose(Image.Transpose.ROTATE_180)])
    yield "jfif-and-adobe-0", jpeg_encoder.encode(planes(9, 12, 3), [(1, 1)] * 3, headers=JFIF + adobe(0))
    bitmap = saved_as(picture, "PPM")
    for name, arguments in {"arithmetic": [], "arithmetic-progressive": ["-progressive"], "arithmetic-444": ["-sample", "1x1"]}.items():
        yield name, subprocess.run(["cjpeg", "-arithmetic", *arguments], input=bitmap, stdout=subprocess.PIPE, check=True).stdout


def extreme() -> Iterator[tuple[str, bytes]]:
    """PNGs of extreme sizes, and of those that spare a pass of resizing."""
    for width, height in [(1, 5000), (5000, 1), (3, 500), (500, 3), (1, 1), (2, 2), (224, 9), (9, 224), (2, 1500), (61, 37), (61, 90), (7, 37)]:
        yield f"{width}x{height}", saved_as(Image.fromarray(samples(height, width, 3).astype(np.uint8) // 8 * 8), "PNG", optimize=True)


def oriented_pngs() -> Iterator[tuple[str, bytes]]:
    """Turned pictures of other than three channels of eight bits."""
    picture = Image.fromarray(samples(7, 12, 3).astype(np.uint8))
    for orientation, mode in [(6, "RGBA"), (5, "LA"), (8, "P"), (7, "1"), (3, "L")]:
        yield f"{mode}-{orientation}", saved_as(picture.convert(mode), "PNG", exif=exif(orientation))
    deep = Image.fromarray(samples(7, 12, 1, 600)[..., 0].astype(np.uint16))
    yield "grey-16-6", saved_as(deep, "PNG", exif=exif(6))


def oriented_jpegs() -> Iterator[tuple[str, bytes]]:
    """JPEGs that say how they are to be turned, in every way and in some wrong ones."""
    def picture(headers: bytes) -> bytes:
        return jpeg_encoder.encode(planes(11, 19, 3), [(1, 1)] * 3, headers=JFIF + headers)

    def application1(payload: bytes) -> bytes:
        return jpeg_encoder.segment(0xE1, payload)

    for orientation in range(0, 10):
        block = exif(orientation, big=orientation % 2 == 0)
        yield f"exif-{orientation}", picture(application1(b"Exif\0\0" + block))
    yield "exif-long", picture(application1(b"Exif\0\0" + exif(6, kind=4)))
    yield "exif-string", picture(application1(b"Exif\0\0" + exif(6, kind=2)))
    yield "exif-cut", picture(application1(b"Exif\0\0" + exif(6)[:-9]))
    yield "exif-garbage", picture(application1(b"Exif\0\0" + bytes(range(40))))
    yield "exif-far-offset", picture(application1(b"Exif\0\0II\x2a\0\xff\xff\xff\xff"))
    yield "exif-empty", picture(application1(b"Exif\0\0"))
    yield "exif-in-two", picture(application1(b"Exif\0\0" + exif(6)[:20]) + application1(b"Exif\0\0" + exif(6)[20:]))
    yield "exif-over-xmp", picture(application1(b"Exif\0\0" + exif(3))
                                   + application1(b"http://ns.adobe.com/xap/1.0/\0" + xmp(6)))
    yield "xmp-6", picture(application1(b"http://ns.adobe.com/xap/1.0/\0" + xmp(6)))


def stated_orientations() -> Iterator[tuple[str, bytes]]:
    """Orientation as each TIFF type has it, as one that is broken has it, and in each place where a PNG can keep it, by extension and name."""
    def jpeg(content: bytes, *others: bytes) -> bytes:
        headers = [jpeg_encoder.segment(0xE1, payload) for payload in (b"Exif\0\0" + content, *others)]
        return jpeg_encoder.encode(planes(3, 5, 3), [(1, 1)] * 3, headers=JFIF + b"".join(headers))

    for kind, (name, _) in tiff_blocks.TYPES.items():
        for label, order in orientations.ORDERS.items():
            content = tiff_blocks.orientation(kind, 6, order)
            yield f"type-{name}-{label}.jpg", jpeg(content)
            yield f"type-{name}-{label}.png", orientations.png_exif(content)
    yield "type-unknown.jpg", jpeg(tiff_blocks.orientation(14, 6), orientations.XMP_SEGMENT + xmp(8))

    def entry(kind: int, *numbers: float, order: str = "<", **options) -> tiff_blocks.Entry:
        return tiff_blocks.Entry(kind, b"".join(tiff_blocks.stored(kind, number, order) for number in numbers), **options)

    def fraction(kind: int, numerator: int, denominator: int) -> tiff_blocks.Entry:
        return tiff_blocks.Entry(kind, tiff_blocks.fraction(kind, numerator, denominator, "<"))

    far = entry(5, 6, place=4000)
    for name, entries in {
        "12-over-2": [fraction(5, 12, 2)], "13-over-2": [fraction(5, 13, 2)], "6-over-0": [fraction(5, 6, 0)], "minus-6-over-minus-1": [fraction(10, -6, -1)],
        "float-not-a-number": [entry(11, float("nan"))], "float-6-and-a-half": [entry(11, 6.5)], "sbyte-minus-6": [entry(6, -6)], "long8-2-to-the-32": [entry(16, 6 + (1 << 32))],
        "two-values": [entry(3, 6, 1)], "many-values": [entry(3, 6, 1, 1, 1)], "no-value": [entry(3, 6, count=0)], "said-twice": [entry(3, 3), entry(4, 6)],
        "said-twice-once-without-value": [entry(3, 6), entry(3, 3, count=0)], "said-before-broken": [entry(3, 6), far, entry(3, 3)], "said-behind-broken": [far, entry(3, 6)],
    }.items():
        yield f"{name}.png", orientations.png(png_encoder.chunk(b"eXIf", tiff_blocks.block(entries)) + orientations.international(orientations.XMP_KEYWORD, xmp(8)))
    yield "cut-behind-the-tag.jpg", jpeg(tiff_blocks.block([entry(3, 6), entry(3, 3, tag=0x0110)])[:-10])
    for name, mark in {"mixed-up-mark": b"II\0\x2a", "big-tiff": b"II\x2b\0", "nonsense": b"no\x2a\0"}.items():
        yield f"{name}.jpg", jpeg(tiff_blocks.block([entry(3, 6)], header=mark), orientations.XMP_SEGMENT + xmp(8))
    yield "big-tiff-big-endian.jpg", jpeg(tiff_blocks.block([entry(3, 6, order=">")], order=">", header=b"MM\0\x2b"))
    yield "bytes-over-xmp.jpg", jpeg(tiff_blocks.orientation(1, 6), orientations.XMP_SEGMENT + xmp(8))
    yield "empty-and-xmp.jpg", jpeg(b"", orientations.XMP_SEGMENT + xmp(8))
    for name, statement in {"element": b"><tiff:Orientation>6</tiff:Orientation>", "single-quotes": b"tiff:Orientation='6'/>", "spaces": b'tiff:Orientation = "6"/>'}.items():
        yield f"xmp-{name}.jpg", jpeg(b"", orientations.XMP_SEGMENT + orientations.packet(statement))

    whole = exif(6)
    yield "introduced.png", orientations.png_exif(b"Exif\0\0" + whole)
    yield "introduced-twice.jpg", jpeg(b"Exif\0\0" + whole)
    yield "introduced-wrongly.png", orientations.png_exif(b"Exif\0\xff" + whole)
    profile = orientations.raw_profile(b"Exif\0\0" + whole)
    for name, chunk in {
        "text": orientations.text(orientations.RAW_KEYWORD, profile), "packed-text": orientations.packed_text(orientations.RAW_KEYWORD, profile),
        "international": orientations.international(orientations.RAW_KEYWORD, profile), "odd": orientations.text(orientations.RAW_KEYWORD, profile[:-2]),
        "beside-exif": png_encoder.chunk(b"eXIf", exif(3)) + orientations.text(orientations.RAW_KEYWORD, profile),
    }.items():
        yield f"raw-profile-{name}.png", orientations.png(chunk)
    yield "raw-profile-after.png", orientations.png(after=orientations.packed_text(orientations.RAW_KEYWORD, profile))
    yield "exif-text.png", orientations.png(orientations.text(b"exif", whole))
    yield "xmp-text.png", orientations.png(orientations.text(orientations.XMP_KEYWORD, xmp(6)))
    yield "xmp-packed.png", orientations.png(orientations.international(orientations.XMP_KEYWORD, xmp(6), packed=1))
    yield "xmp-not-utf-8.png", orientations.png(orientations.international(orientations.XMP_KEYWORD, xmp(6) + b"\xff"))
    yield "xmp-too-long.png", orientations.png(orientations.packed_text(orientations.XMP_KEYWORD, xmp(6) + bytes(1 << 20)))
    for name, content in orientations.animations():
        if name in ("animated-2-default-first.png", "animated-2-default-last.png", "animated-2-frame-between.png", "animated-1-default-last.png"):
            yield name, content


def pngs() -> Iterator[tuple[str, bytes]]:
    """Sound PNGs, and such with faults that are looked over."""
    names = {png_encoder.GREY: "grey", png_encoder.RGB: "rgb", png_encoder.PALETTE: "palette",
             png_encoder.GREY_ALPHA: "grey-alpha", png_encoder.RGB_ALPHA: "rgb-alpha"}
    depths = {png_encoder.GREY: [1, 2, 4, 8, 16], png_encoder.RGB: [8, 16], png_encoder.PALETTE: [1, 2, 4, 8],
              png_encoder.GREY_ALPHA: [8, 16], png_encoder.RGB_ALPHA: [8, 16]}
    colors = np.random.default_rng(1).integers(0, 256, (256, 3)).astype(np.uint8)
    palette = png_encoder.chunk(b"PLTE", colors.tobytes())

    def picture(color: int, depth: int, height: int = 23, width: int = 29, **options) -> bytes:
        content = samples(height, width, png_encoder.CHANNELS[color], 2 ** depth - 1)
        if color == png_encoder.GREY and depth == 16:
            # Some of it below 256, where clipping leaves it alone.
            content //= np.where(np.arange(width) % 2 == 0, 1, 300).reshape(1, width, 1)
        if color == png_encoder.PALETTE and "before" not in options:
            options["before"] = png_encoder.chunk(b"PLTE", colors[:2 ** depth].tobytes())
        return png_encoder.encode(content, depth, color, **options)

    for color, name in names.items():
        for depth in depths[color]:
            yield f"{name}-{depth}", picture(color, depth)
            yield f"{name}-{depth}-interlaced", picture(color, depth, interlace=True)
    for width, height in [(1, 1), (3, 2), (1, 7), (5, 1)]:
        yield f"rgb-8-{width}x{height}-interlaced", picture(png_encoder.RGB, 8, height, width, interlace=True)
        yield f"grey-1-{width}x{height}", picture(png_encoder.GREY, 1, height, width)
    yield "palette-8-short", picture(png_encoder.PALETTE, 8, before=png_encoder.chunk(b"PLTE", colors[:90].tobytes()))
    yield "palette-4-long", picture(png_encoder.PALETTE, 4, before=palette)
    yield "palette-8-transparent", picture(
        png_encoder.PALETTE, 8, before=palette + png_encoder.chunk(b"tRNS", bytes(range(200))))
    yield "grey-8-transparent", picture(png_encoder.GREY, 8, before=png_encoder.chunk(b"tRNS", b"\0\x80"))
    yield "rgb-8-transparent", picture(png_encoder.RGB, 8, before=png_encoder.chunk(b"tRNS", b"\0\x80\0\x81\0\x82"))
    yield "rgb-8-gamma", picture(png_encoder.RGB, 8, before=png_encoder.chunk(b"gAMA", struct.pack(">I", 200000))
                                 + png_encoder.chunk(b"sRGB", b"\0"))
    yield "rgb-8-broken-profile", picture(png_encoder.RGB, 8, before=png_encoder.chunk(b"iCCP", b"none\0\0nonsense"))
    yield "rgb-8-wrong-checksum-aside", picture(png_encoder.RGB, 8, before=png_encoder.chunk(b"tIME", bytes(7), 1))
    yield "rgb-8-in-pieces", picture(png_encoder.RGB, 8, pieces=7)
    yield "rgb-8-trailing-junk", picture(png_encoder.RGB, 8) + b"junk" * 20
    sound = picture(png_encoder.RGB, 8)
    yield "rgb-8-wrong-checksum", sound[:-16] + bytes(4) + sound[-12:]
    rows = png_encoder.scanlines(samples(23, 29, 3), 8, png_encoder.RGB, False, [1, 2])
    narrow = bytearray(zlib.compress(rows, 9))
    narrow[0:2] = b"\x08\x1d"  # declares a window of 256 bytes
    yield "rgb-8-narrow-window", (png_encoder.SIGNATURE + png_encoder.header(29, 23, 8, png_encoder.RGB)
                                  + png_encoder.chunk(b"IDAT", bytes(narrow)) + png_encoder.chunk(b"IEND"))
    for orientation in (1, 3, 5, 6, 8):
        yield f"exif-{orientation}", picture(
            png_encoder.RGB, 8, 7, 12, before=png_encoder.chunk(b"eXIf", exif(orientation, big=orientation > 5)))
    yield "exif-7-after", picture(png_encoder.RGB, 8, 7, 12, after=png_encoder.chunk(b"eXIf", exif(7)))
    yield "xmp-6", picture(png_encoder.RGB, 8, 7, 12,
                           before=png_encoder.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(6)))


def truncated() -> Iterator[tuple[str, bytes]]:
    """Files that end early, by extension and name: pictures all the same."""
    # Not among them is a progressive JPEG with vertical chroma subsampling: libjpeg-turbo before 3.0.1 smooths those
    # of which scans are missing a little wrongly (its issues 700 and 721).
    picture = Image.fromarray(samples(64, 96, 3).astype(np.uint8))
    for kind, options in [("baseline-420", {}), ("baseline-444", {"subsampling": 0}),
                          ("progressive-444", {"subsampling": 0, "progressive": True})]:
        whole = saved(picture, **options)
        start = whole.index(b"\xff\xda") + 14
        yield f"{kind}-third.jpg", whole[:start + (len(whole) - start) // 3]
        yield f"{kind}-most.jpg", whole[:start + (len(whole) - start) * 9 // 10]
    for kind, whole in [("cmyk", saved(picture.convert("CMYK"))), ("restart", saved(picture, restart_marker_rows=1)),
                        ("grey", saved(picture.convert("L"), progressive=True))]:
        yield f"{kind}-half.jpg", whole[:len(whole) * 2 // 3]
    yield "without-end.jpg", saved(picture)[:-2]
    content = samples(60, 40, 3)
    colors = np.random.default_rng(2).integers(0, 256, (256, 3)).astype(np.uint8)
    for name, whole in [
        ("rgb", png_encoder.encode(content, 8, png_encoder.RGB)),
        ("rgb-interlaced", png_encoder.encode(content, 8, png_encoder.RGB, interlace=True)),
        ("grey-16", png_encoder.encode(content[..., 0], 16, png_encoder.GREY)),
        ("alpha", png_encoder.encode(samples(60, 40, 4), 8, png_encoder.RGB_ALPHA)),
        ("rgb-in-pieces", png_encoder.encode(content, 8, png_encoder.RGB, pieces=9)),
        ("palette-interlaced", png_encoder.encode(content[..., 0], 8, png_encoder.PALETTE, interlace=True,
                                                  before=png_encoder.chunk(b"PLTE", colors.tobytes()))),
    ]:
        yield f"{name}-third.png", whole[:len(whole) // 3]
        yield f"{name}-most.png", whole[:len(whole) * 9 // 10]
    long = bytearray(png_encoder.encode(content[:9], 8, png_encoder.RGB))
    long[33] = 0xFF  # the data claims to be longer than any file
    yield "claims-more.png", bytes(long)
    yield "without-end.png", png_encoder.encode(content[:9], 8, png_encoder.RGB)[:-12]


def damaged() -> Iterator[tuple[str, bytes]]:
    """Files with faults in the middle, of which a part can be shown."""
    picture = Image.fromarray(samples(48, 64, 3).astype(np.uint8))
    jpeg = bytearray(saved(picture, quality=90))
    jpeg[len(jpeg) * 2 // 3:len(jpeg) * 2 // 3 + 8] = b"\xff\xd0\xff\xd1" * 2
    yield "strange-restarts.jpg", bytes(jpeg)
    yield "junk-between-segments.jpg", jpeg_encoder.encode(
        planes(21, 19, 3), [(1, 1)] * 3, headers=JFIF + b"junk" + JFIF)
    # Adobe's code for three components, which libjpeg remarks on.
    yield "cmyk-adobe-1.jpg", jpeg_encoder.encode(planes(9, 12, 4), [(1, 1)] * 4, headers=adobe(1))
    yield "segment-without-length.jpg", jpeg_encoder.encode(
        planes(21, 19, 3), [(1, 1)] * 3, headers=b"\xff\xe0\0\0" + JFIF[4:])
    rows = png_encoder.scanlines(samples(40, 30, 3), 8, png_encoder.RGB, False, [1])

    def file(data: bytes) -> bytes:
        return (png_encoder.SIGNATURE + png_encoder.header(30, 40, 8, png_encoder.RGB)
                + png_encoder.chunk(b"IDAT", data) + png_encoder.chunk(b"IEND"))

    yield "unknown-filter.png", file(zlib.compress(rows[:5 * 91] + b"\x09" + rows[5 * 91 + 1:]))
    yield "too-few-rows.png", file(zlib.compress(rows[:30 * 91]))
    yield "without-adler.png", file(zlib.compress(rows)[:-4])
    data = bytearray(zlib.compress(rows))
    data[len(data) // 2] ^= 0x55
    yield "flipped.png", file(bytes(data))


def pictures() -> Iterator[tuple[str, bytes]]:
    """All of them: path under the fixtures' folder and bytes."""
    for folder, extension, kinds in [("jpeg", ".jpg", jpegs), ("jpeg-orientation", ".jpg", oriented_jpegs),
                                     ("surrounded", ".jpg", surrounded), ("png", ".png", pngs),
                                     ("png-orientation", ".png", oriented_pngs), ("orientation-stated", "", stated_orientations),
                                     ("extreme", ".png", extreme), ("truncated", "", truncated), ("damaged", "", damaged)]:
        for name, content in kinds():
            yield f"{folder}/{name}{extension}", content
