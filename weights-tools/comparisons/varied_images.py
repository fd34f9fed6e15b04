"""Several hundred images of every kind that the web has, made from a seed: kind, file name and bytes.

Needs Pillow and numpy; `cjpeg` and `jpegtran` of libjpeg-turbo, where they are installed, add arithmetic coding, scan scripts and more.
The bytes depend on the version of Pillow that writes them, which does not matter where the same bytes are then decoded by both sides.
"""

import random
import shutil
import struct
import subprocess

import numpy as np
from PIL import Image, ImageCms

from fixtures.images import jpeg_encoder, pictures, png_encoder
from fixtures.images.jpeg_encoder import segment
from fixtures.images.noisy import Named, picture, saved
from fixtures.images.png_encoder import chunk

SAMPLING = {
    "444": [(1, 1)] * 3, "422": [(2, 1), (1, 1), (1, 1)], "420": [(2, 2), (1, 1), (1, 1)], "440": [(1, 2), (1, 1), (1, 1)],
    "411": [(4, 1), (1, 1), (1, 1)], "410": [(4, 2), (1, 1), (1, 1)], "441": [(1, 4), (1, 1), (1, 1)],
    "3x1": [(3, 1), (1, 1), (1, 1)], "3x2": [(3, 2), (1, 1), (1, 1)], "442": [(2, 2), (2, 1), (2, 1)], "chroma-2x2": [(1, 1), (2, 2), (2, 2)],
    "mixed": [(2, 2), (2, 1), (1, 2)], "2x4": [(2, 4), (1, 1), (1, 1)],
}


def chroma() -> Named:
    """Every sampling at sizes around the edges of blocks, by a writer of our own."""
    for name, factors in SAMPLING.items():
        for width, height in [(1, 1), (3, 2), (9, 17), (33, 16), (40, 31)]:
            yield f"{name}-{width}x{height}.jpg", jpeg_encoder.encode(
                pictures.planes(height, width, 3), factors, headers=pictures.JFIF, restart=3 if width == 33 else 0)


def written_by_pillow() -> Named:
    """Baseline and progressive at every quality."""
    draw = random.Random(1)
    for number in range(80):
        size = draw.randint(1, 300), draw.randint(1, 300)
        options = {"quality": draw.choice([1, 5, 20, 50, 75, 85, 92, 95, 98, 100]), "progressive": draw.random() < 0.5,
                   "subsampling": draw.choice(["4:4:4", "4:2:2", "4:2:0"]), "optimize": draw.random() < 0.3}
        if draw.random() < 0.3:
            options["restart_marker_blocks"] = draw.randint(1, 9)
        mode = draw.choice(["RGB", "RGB", "RGB", "L", "CMYK"])
        if mode == "CMYK":
            options["subsampling"] = "4:4:4"
        yield f"{number}.jpg", saved(picture(*size, mode, number), **options)


def four_components() -> Named:
    """CMYK and YCCK, said to be Adobe's or not, subsampled or not, and three components marked in every way."""
    factors = {"444": [(1, 1)] * 4, "420": [(2, 2), (1, 1), (1, 1), (2, 2)], "422": [(2, 1), (1, 1), (1, 1), (2, 1)]}
    for name, sampling in factors.items():
        for label, headers in {"bare": b"", "jfif": pictures.JFIF, "adobe-0": pictures.adobe(0), "adobe-2": pictures.adobe(2),
                               "adobe-1": pictures.adobe(1), "jfif-adobe-2": pictures.JFIF + pictures.adobe(2)}.items():
            yield f"{name}-{label}.jpg", jpeg_encoder.encode(pictures.planes(21, 35, 4), sampling, headers=headers)
    three = {"bare": b"", "jfif": pictures.JFIF, "jfif-adobe-0": pictures.JFIF + pictures.adobe(0), "adobe-0": pictures.adobe(0),
             "adobe-1": pictures.adobe(1), "adobe-2": pictures.adobe(2), "adobe-0-jfif": pictures.adobe(0) + pictures.JFIF}
    for label, headers in three.items():
        for identifiers in ([1, 2, 3], [82, 71, 66], [0, 1, 2], [34, 35, 36]):
            yield f"three-{label}-{identifiers[0]}.jpg", jpeg_encoder.encode(
                pictures.planes(17, 22, 3), SAMPLING["444"], headers=headers, identifiers=identifiers)


def coded_by_tools() -> Named:
    """What libjpeg-turbo's own programs write and Pillow does not: arithmetic coding, odd samplings of real scans."""
    if not (shutil.which("cjpeg") and shutil.which("jpegtran")):
        return
    bitmap = saved(picture(83, 61), "PPM")
    grey = saved(picture(83, 61, "L"), "PPM")
    for name, arguments in {
        "arithmetic": ["-arithmetic"], "arithmetic-progressive": ["-arithmetic", "-progressive"], "arithmetic-444": ["-arithmetic", "-sample", "1x1"],
        "arithmetic-restart": ["-arithmetic", "-restart", "1"], "progressive-411": ["-progressive", "-sample", "4x1"],
        "progressive-440": ["-progressive", "-sample", "1x2"], "progressive-410": ["-progressive", "-sample", "4x2"],
        "progressive-441": ["-progressive", "-sample", "1x4"], "rgb": ["-rgb"], "rgb-progressive": ["-rgb", "-progressive"], "fast": ["-dct", "fast"],
        "float": ["-dct", "float"], "smooth": ["-smooth", "50"], "coarse": ["-quality", "3"], "baseline": ["-quality", "2", "-baseline"],
        "restart-block": ["-restart", "1B"], "restart-rows": ["-restart", "2", "-progressive"], "mixed": ["-sample", "2x2,1x2,2x1"],
    }.items():
        for kind, source in (("color", bitmap), ("grey", grey)):
            if kind == "grey" and (name.startswith("rgb") or "-sample" in arguments):
                continue
            yield f"{kind}-{name}.jpg", subprocess.run(["cjpeg", *arguments], input=source, stdout=subprocess.PIPE, check=True).stdout
    whole = saved(picture(83, 61), quality=90)
    for arguments in (["-rotate", "90"], ["-flip", "horizontal"], ["-grayscale"], ["-progressive"], ["-crop", "33x21+16+16"], ["-arithmetic"]):
        yield f"transformed{'-'.join(arguments)}.jpg", subprocess.run(
            ["jpegtran", *arguments], input=whole, stdout=subprocess.PIPE, check=True).stdout


def jpeg_headers() -> Named:
    """What cameras, editors and agencies put around images."""
    image = picture(61, 47)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = saved(image)

    def behind_start(extra: bytes) -> bytes:
        return plain[:2] + extra + plain[2:]

    yield "profile.jpg", saved(image, icc_profile=profile)
    yield "profile-of-many-segments.jpg", saved(image, icc_profile=profile + bytes(200_000))
    yield "broken-profile.jpg", saved(image, icc_profile=b"nonsense")
    yield "density.jpg", saved(image, dpi=(300, 72))
    yield "comment.jpg", saved(image, comment=b"x" * 60000)
    yield "jfif-thumbnail.jpg", behind_start(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\4\3" + bytes(range(36))))
    yield "jfxx-thumbnail.jpg", plain[:20] + segment(0xE0, b"JFXX\0\x10" + saved(image.resize((16, 12)))) + plain[20:]
    thumbnail = saved(image.resize((16, 12)))
    yield "exif-thumbnail.jpg", behind_start(segment(0xE1, b"Exif\0\0" + pictures.exif(1) + thumbnail))
    yield "exif-6-thumbnail.jpg", behind_start(segment(0xE1, b"Exif\0\0" + pictures.exif(6) + thumbnail))
    yield "many-segments.jpg", behind_start(b"".join(segment(0xE0 + number % 16, b"block" + bytes(60000)) for number in range(32) if number % 16 not in (1, 14)))
    yield "photoshop.jpg", behind_start(segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0"))
    yield "ducky.jpg", behind_start(segment(0xEC, b"Ducky\0\1\0\4\0\0\0\x3c\0\0"))
    yield "xmp.jpg", behind_start(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + pictures.xmp(1)))
    yield "no-headers.jpg", plain[:2] + plain[20:]
    yield "two-starts.jpg", b"\xff\xd8" + plain
    yield "trailing-zeros.jpg", plain + bytes(5000)
    yield "trailing-picture.jpg", plain + plain
    yield "trailing-video.jpg", plain + b"\0\0\0\x18ftypmp42" + bytes(3000)
    yield "several.mpo", saved(image, "MPO", save_all=True, append_images=[picture(61, 47, seed=5)])
    yield "several-named.jpg", saved(image, "MPO", save_all=True, append_images=[picture(61, 47, seed=5), picture(30, 20)])
    yield "comment-before-end.jpg", plain[:-2] + segment(0xFE, b"late") + plain[-2:]
    yield "height-0.jpg", plain.replace(struct.pack(">HH", 47, 61), struct.pack(">HH", 0, 61))
    yield "deep-12.jpg", plain.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c")
    yield "png.jpg", saved(image, "PNG")
    yield "jpeg.png", plain
    yield "no-extension", plain


def orientations() -> Named:
    """All eight and what is none, in both byte orders, in JPEG of every colour and in PNG."""
    for value in range(0, 10):
        block = pictures.exif(value, big=value % 2 == 1)
        for mode in ("RGB", "L", "CMYK"):
            yield f"{mode}-{value}.jpg", saved(picture(37, 22, mode), exif=b"Exif\0\0" + block)
        yield f"progressive-{value}.jpg", saved(picture(37, 22), progressive=True, exif=b"Exif\0\0" + block)
        for mode in ("RGB", "RGBA", "LA", "P", "1", "I;16"):
            image = picture(19, 30).convert(mode) if mode != "I;16" else Image.fromarray(
                pictures.samples(30, 19, 1, 600)[..., 0].astype(np.uint16))
            yield f"{mode.replace(';', '')}-{value}.png", saved(image, "PNG", exif=block)
    sound = pictures.exif(6)
    for cut in range(0, len(sound), 5):
        yield f"cut-{cut}.jpg", saved(picture(20, 12), exif=b"Exif\0\0" + sound[:cut])


def cut_short() -> Named:
    """Files that end early, in many places."""
    draw = random.Random(2)
    image = picture(120, 90)
    wholes = {
        "baseline-420.jpg": saved(image), "baseline-444.jpg": saved(image, subsampling=0), "baseline-422.jpg": saved(image, subsampling=1),
        "grey.jpg": saved(image.convert("L")), "cmyk.jpg": saved(image.convert("CMYK")), "restart.jpg": saved(image, restart_marker_rows=1),
        "progressive-444.jpg": saved(image, subsampling=0, progressive=True), "progressive-grey.jpg": saved(image.convert("L"), progressive=True),
        "progressive-420.jpg": saved(image, progressive=True),
        "rgb.png": saved(image, "PNG"), "palette.png": saved(image.convert("P"), "PNG"), "grey.png": saved(image.convert("L"), "PNG"),
        "alpha.png": saved(image.convert("RGBA"), "PNG"), "one-bit.png": saved(image.convert("1"), "PNG"),
    }
    for depth, color, name in [(8, png_encoder.RGB, "rgb"), (16, png_encoder.GREY, "grey-16"), (8, png_encoder.RGB_ALPHA, "alpha")]:
        content = pictures.samples(60, 50, png_encoder.CHANNELS[color], 2**depth - 1)
        wholes[f"{name}-interlaced.png"] = png_encoder.encode(content, depth, color, interlace=True)
        wholes[f"{name}-pieces.png"] = png_encoder.encode(content, depth, color, pieces=9)
    for name, whole in wholes.items():
        stem, extension = name.split(".")
        start = whole.index(b"\xff\xda") + 40 if extension == "jpg" else whole.index(b"IDAT") + 400
        for number in range(10):
            yield f"{stem}-{number}.{extension}", whole[:draw.randrange(start, len(whole))]
        yield f"{stem}-end.{extension}", whole[:-1]


def damaged() -> Named:
    """A few bytes wrong in the middle of the data."""
    draw = random.Random(3)
    image = picture(100, 80)
    for name, whole in {"baseline": saved(image), "restart": saved(image, restart_marker_rows=1), "grey": saved(image.convert("L"))}.items():
        start = whole.index(b"\xff\xda") + 14
        for number in range(12):
            data = bytearray(whole)
            for _ in range(draw.randint(1, 4)):
                data[draw.randrange(start, len(data) - 2)] = draw.randrange(256)
            yield f"{name}-{number}.jpg", bytes(data)


def pngs() -> Named:
    """Every colour type and depth, interlaced or not, with transparent colours and chunks of every kind, at several sizes."""
    depths = {png_encoder.GREY: [1, 2, 4, 8, 16], png_encoder.RGB: [8, 16], png_encoder.PALETTE: [1, 2, 4, 8],
              png_encoder.GREY_ALPHA: [8, 16], png_encoder.RGB_ALPHA: [8, 16]}
    colors = np.random.default_rng(1).integers(0, 256, (256, 3)).astype(np.uint8).tobytes()
    transparent = {png_encoder.GREY: b"\0\1", png_encoder.RGB: b"\0\x80\0\x81\0\x82", png_encoder.PALETTE: b"\0\x80"}
    for color in depths:
        for depth in depths[color]:
            for interlace in (False, True):
                for width, height in [(29, 23), (1, 1), (3, 5), (8, 70)]:
                    content = pictures.samples(height, width, png_encoder.CHANNELS[color], 2**depth - 1)
                    if color == png_encoder.GREY and depth == 16:
                        content //= np.where(np.arange(width) % 2 == 0, 1, 300).reshape(1, width, 1)
                    palette = chunk(b"PLTE", colors[:3 * 2**depth]) if color == png_encoder.PALETTE else b""
                    name = f"{color}-{depth}{'-interlaced' if interlace else ''}-{width}x{height}"
                    yield f"{name}.png", png_encoder.encode(content, depth, color, interlace=interlace, before=palette)
                    if color in transparent and width == 29:
                        yield f"{name}-transparent.png", png_encoder.encode(
                            content, depth, color, interlace=interlace, before=palette + chunk(b"tRNS", transparent[color]))


def png_chunks() -> Named:
    """What says nothing about the pixels, or should not."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    import zlib

    chunks = {
        "gamma": chunk(b"gAMA", struct.pack(">I", 45455)), "linear": chunk(b"gAMA", struct.pack(">I", 100000)), "gamma-0": chunk(b"gAMA", bytes(4)),
        "srgb": chunk(b"sRGB", b"\0"), "chromaticities": chunk(b"cHRM", struct.pack(">8I", *[31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000])),
        "profile": chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile)), "background": chunk(b"bKGD", b"\0\1\0\2\0\3"),
        "density": chunk(b"pHYs", struct.pack(">IIB", 2835, 5000, 1)), "text": chunk(b"tEXt", b"Comment\0hello"), "bits": chunk(b"sBIT", b"\5\6\5"),
        "long-text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(300_000))), "suggested": chunk(b"PLTE", bytes(range(30))),
        "private": chunk(b"prVt", bytes(100)), "video": chunk(b"cICP", b"\1\x0d\0\1"), "light": chunk(b"cLLI", bytes(8)),
    }
    for kind, color, channels in [("rgb", png_encoder.RGB, 3), ("alpha", png_encoder.RGB_ALPHA, 4)]:
        for name, extra in chunks.items():
            yield f"{kind}-{name}.png", png_encoder.encode(pictures.samples(23, 29, channels), 8, color, before=extra)
    frames = [picture(40, 30, "RGBA", seed) for seed in range(3)]
    yield "animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    yield "animated-default.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True)
    yield "animated-opaque.png", saved(frames[0].convert("RGB"), "PNG", save_all=True, append_images=[f.convert("RGB") for f in frames[1:]])


def sizes() -> Named:
    """From one pixel to 48 million, and the longest strips."""
    draw = random.Random(4)
    extremes = [(1, 1), (1, 2), (2, 1), (1, 5000), (5000, 1), (3, 500), (500, 3), (3, 3), (2, 2000), (2000, 2), (224, 224), (224, 1000),
                (1000, 224), (225, 223), (223, 225), (112, 448), (448, 448), (7000, 20), (20, 7000), (30000, 2), (2, 30000)]
    for width, height in extremes + [(draw.randint(1, 900), draw.randint(1, 900)) for _ in range(40)]:
        yield f"{width}x{height}.png", saved(picture(width, height), "PNG", compress_level=1)
        yield f"{width}x{height}.jpg", saved(picture(width, height), quality=90)
    tile = np.asarray(picture(400, 300))
    huge = Image.fromarray(np.tile(tile, (20, 20, 1)))
    yield "8000x6000.png", saved(huge, "PNG", compress_level=1)
    yield "8000x6000.jpg", saved(huge, quality=85)
    yield "8000x6000-progressive.jpg", saved(huge, quality=60, progressive=True)


KINDS = {
    "JPEG, chroma sampling": chroma, "JPEG, written by Pillow": written_by_pillow, "JPEG, CMYK, YCCK, RGB": four_components,
    "JPEG, libjpeg's tools": coded_by_tools, "JPEG, headers and names": jpeg_headers, "EXIF orientation": orientations,
    "truncated": cut_short, "damaged": damaged, "PNG, types and depths": pngs, "PNG, chunks": png_chunks, "sizes": sizes,
}
