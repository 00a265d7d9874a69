#!/usr/bin/env python3
"""Writes tests/golden/image_*.json: files, and the pixels that Pillow (or numpy) makes of them.

Needs python3 with Pillow, numpy, torch and torchvision; the build and the tests never run it.

  JPEG      Pillow: open, ImageOps.exif_transpose, convert("RGB")
  PNG       numpy, from the samples that were written: palettes and 1, 2, 4 bits expanded, 16 bits
            to 8 as (v * 255 + 32895) >> 16, which is round(v / 257), then alpha over white as
            (c * a + 255 * (255 - a) + 127) // 255. Pillow reads every 8-bit file here too, and has
            to agree.
  resize    Pillow: Image.resize; large cases as the SHA-256 of the pixels
  fit       torchvision Resize + CenterCrop (crop), Pillow ImageOps.pad (pad), Image.resize
  normalise torchvision ToTensor + Normalize
  contract  the text form built here from its definition in docs/preprocessing_contract.md
"""
import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def picture(width, height, channels, seed, noise=24, top=255):
    """A smooth picture with edges and some noise: [height, width, channels], 0 to top."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = []
    for c in range(channels):
        fx, fy, phase = rng.uniform(0.5, 3, 3)
        plane = 128 + 90 * np.sin(fx * 6 * x / width + phase) * np.cos(fy * 6 * y / height)
        plane = np.where((x - width / 3) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 4) ** 2,
                         plane / 3, plane)
        planes.append(plane + rng.normal(0, noise, plane.shape))
    values = np.clip(np.stack(planes, -1), 0, 255) / 255 * top
    return np.round(values).astype(np.uint16 if top > 255 else np.uint8)


def formula_picture(width, height):
    """The same integers as the test's own formula: x, y and c mixed without a random generator."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 31 * 5 + (x // 16 + y // 16) % 2 * 90) & 255).astype(
        np.uint8)


def case(name, data, rgb, **more):
    height, width = rgb.shape[:2]
    return {"name": name, **more, "file": data.hex(), "width": width, "height": height,
            "rgb": rgb.astype(np.uint8).tobytes().hex()}


def write(name, value):
    path = OUT / f"image_{name}.json"
    path.write_text(json.dumps(value, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
    print(path.name, path.stat().st_size)


# JPEG ---------------------------------------------------------------------------------------------

def jpeg_bytes(array, mode=None, **options):
    out = io.BytesIO()
    image = Image.fromarray(array, mode) if mode else Image.fromarray(array)
    image.save(out, "JPEG", **{"quality": 85, **options})
    return out.getvalue()


def segments(data):
    """[(marker, start, end)] of the segments before the scan."""
    found, at = [], 2
    while data[at + 1] != 0xDA:
        length = struct.unpack(">H", data[at + 2:at + 4])[0]
        found.append((data[at + 1], at, at + 2 + length))
        at += 2 + length
    return found


def without(data, marker):
    for found, start, end in segments(data):
        if found == marker:
            return data[:start] + data[end:]
    raise ValueError("no such segment")


def with_adobe(data, transform):
    adobe = b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform)
    return data[:2] + b"\xff\xee" + struct.pack(">H", len(adobe) + 2) + adobe + data[2:]


def with_component_names(data, names):
    out = bytearray(data)
    frame = next(start for marker, start, _ in segments(data) if marker == 0xC0)
    scan = max(end for _, _, end in segments(data))
    for component, letter in enumerate(names):
        out[frame + 10 + 3 * component] = letter
        out[scan + 5 + 2 * component] = letter
    return bytes(out)


def ycck(array):
    """CMY of a CMYK picture moved to YCbCr of its inverse, K kept: what YCCK files store."""
    inverse = Image.fromarray(255 - array[..., :3], "RGB").convert("YCbCr")
    return np.dstack([255 - np.asarray(inverse), array[..., 3]])


def exif(orientation, big_endian):
    order = ">" if big_endian else "<"
    entries = [(0x0100, 4, 1, 64), (0x0112, 3, 1, orientation), (0x0131, 2, 4, 0x00414141)]
    block = (b"MM" if big_endian else b"II") + struct.pack(order + "HIH", 42, 8, len(entries))
    for tag, kind, count, value in entries:
        block += struct.pack(order + "HHI", tag, kind, count)
        block += struct.pack(order + ("HH" if kind == 3 else "I"), *([value, 0] if kind == 3 else [value]))
    return b"Exif\0\0" + block + struct.pack(order + "I", 0)


def jpeg_case(name, data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    return case(name, data, np.asarray(image))


def jpegs():
    rgb, grey, ink = picture(27, 21, 3, 1), picture(25, 19, 1, 2)[..., 0], picture(23, 17, 4, 3)
    plain = jpeg_bytes(rgb, subsampling=0)
    cmyk = jpeg_bytes(ink, "CMYK")
    stored_ycck = jpeg_bytes(ycck(ink), "CMYK")
    cases = {
        "baseline 4:4:4": plain,
        "baseline 4:2:2": jpeg_bytes(rgb, subsampling=1),
        "baseline 4:2:0": jpeg_bytes(rgb, subsampling=2),
        "baseline 4:2:0 low quality": jpeg_bytes(rgb, subsampling=2, quality=20),
        "baseline 4:2:0 one pixel": jpeg_bytes(rgb[:1, :1], subsampling=2),
        "baseline 4:2:0 one column": jpeg_bytes(rgb[:, :1], subsampling=2),
        "progressive 4:2:0": jpeg_bytes(rgb, subsampling=2, progressive=True),
        "progressive 4:4:4": jpeg_bytes(rgb, subsampling=0, progressive=True),
        "progressive grey": jpeg_bytes(grey, progressive=True),
        "grey": jpeg_bytes(grey),
        "no JFIF marker": without(plain, 0xE0),
        "RGB by Adobe marker": with_adobe(without(plain, 0xE0), 0),
        "YCbCr by Adobe marker": with_adobe(without(plain, 0xE0), 1),
        "RGB by component names": with_component_names(without(plain, 0xE0), b"RGB"),
        "CMYK": cmyk,
        "CMYK progressive": jpeg_bytes(ink, "CMYK", progressive=True),
        "CMYK without Adobe marker": without(cmyk, 0xEE),
        "YCCK": with_adobe(without(stored_ycck, 0xEE), 2),
        "trailing bytes": plain + b"after the end",
    }
    small = picture(13, 9, 3, 4)
    for orientation in range(1, 9):
        cases[f"EXIF orientation {orientation}"] = jpeg_bytes(
            small, subsampling=0, exif=exif(orientation, orientation % 2 == 1))
    cases["EXIF orientation 9 is ignored"] = jpeg_bytes(small, exif=exif(9, True))
    cases["CMYK with EXIF orientation 6"] = jpeg_bytes(ink, "CMYK", exif=exif(6, False))
    return [jpeg_case(name, data) for name, data in cases.items()]


# PNG ----------------------------------------------------------------------------------------------

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_row(row, depth):
    """Samples of one row [width, channels] as bytes."""
    samples = row.reshape(-1)
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = "".join(format(int(s), f"0{depth}b") for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(row, above, kind, step):
    left = bytes(step) + row[:-step] if len(row) > step else bytes(len(row))
    corner = bytes(step) + above[:-step] if len(row) > step else bytes(len(row))
    guess = [lambda a, b, c: 0, lambda a, b, c: a, lambda a, b, c: b, lambda a, b, c: (a + b) // 2, paeth]
    return bytes([kind]) + bytes((x - guess[kind](a, b, c)) & 255
                                 for x, a, b, c in zip(row, left, above, corner))


def scanlines(samples, depth):
    step = max(1, samples.shape[2] * depth // 8)
    above, out = None, b""
    for y, row in enumerate(samples):
        line = packed_row(row, depth)
        out += filtered(line, above or bytes(len(line)), y % 5, step)
        above = line
    return out


def png_bytes(samples, kind, depth, interlaced=False, palette=None, trns=None, exif_block=None,
              exif_last=False):
    height, width = samples.shape[:2]
    raw = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        raw += scanlines(part, depth) if part.size else b""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    out += chunk(b"PLTE", palette.astype(np.uint8).tobytes()) if palette is not None else b""
    out += chunk(b"tRNS", trns) if trns is not None else b""
    extra = chunk(b"eXIf", exif_block) if exif_block else b""
    packed = zlib.compress(raw, 9)
    data = chunk(b"IDAT", packed[:len(packed) // 2]) + chunk(b"IDAT", packed[len(packed) // 2:])
    return out + (data + extra if exif_last else extra + data) + chunk(b"IEND", b"")


def expected(samples, kind, depth, palette=None, trns=None):
    """Pixels [height, width, 3] by numpy alone."""
    values, alpha = samples.astype(np.int64), None
    if kind == PALETTE:
        index = values[..., 0]
        values = palette[index].astype(np.int64)
        table = np.full(len(palette), 255)
        if trns is not None:
            table[:len(trns)] = list(trns)
        alpha = table[index][..., None]
    else:
        if trns is not None:
            key = np.array(struct.unpack(f">{len(trns) // 2}H", trns))
            alpha = np.where((values == key).all(-1, keepdims=True), 0, (1 << depth) - 1)
        if kind in (GREY_ALPHA, RGBA):
            values, alpha = values[..., :-1], values[..., -1:]
        to_8 = (lambda v: (v * 255 + 32895) >> 16) if depth == 16 else \
            (lambda v: v * (255 // ((1 << depth) - 1)))
        values, alpha = to_8(values), None if alpha is None else to_8(alpha)
    if alpha is not None:
        values = (values * alpha + 255 * (255 - alpha) + 127) // 255
    return np.broadcast_to(values, values.shape[:2] + (3,))


def pillow_agrees(data, rgb, orientation):
    rgba = Image.open(io.BytesIO(data)).convert("RGBA")
    over_white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    if orientation:
        over_white = over_white.transpose({6: Image.ROTATE_270, 8: Image.ROTATE_90}[orientation])
    return np.abs(np.asarray(over_white).astype(int) - rgb).max() <= 1


def png_case(name, samples, kind, depth, orientation=None, **options):
    block = exif(orientation, True)[6:] if orientation else None
    data = png_bytes(samples, kind, depth, exif_block=block, **options)
    rgb = expected(samples, kind, depth, options.get("palette"), options.get("trns"))
    if orientation:
        rgb = np.rot90(rgb, {6: -1, 8: 1}[orientation])
    if depth <= 8:
        assert pillow_agrees(data, rgb, orientation), name
    return case(name, data, np.ascontiguousarray(rgb))


def pngs():
    def samples(channels, depth, seed=7):
        return picture(19, 13, channels, seed, top=(1 << depth) - 1)

    def palette(depth):
        return np.random.default_rng(depth).integers(0, 256, (1 << depth, 3))

    def faded(depth):
        return bytes((40 * i) % 256 for i in range((1 << depth) - 1))

    grey16, rgb8 = samples(1, 16), samples(3, 8)
    cases = []
    for interlaced in (False, True):
        end = " interlaced" if interlaced else ""
        for depth in (1, 2, 4, 8, 16):
            cases.append(png_case(f"grey {depth} bit{end}", samples(1, depth), GREY, depth,
                                  interlaced=interlaced))
        for depth in (1, 2, 4, 8):
            cases.append(png_case(f"palette {depth} bit{end}", samples(1, depth), PALETTE, depth,
                                  palette=palette(depth), interlaced=interlaced))
        for depth in (8, 16):
            for kind, label, channels in ((RGB, "RGB", 3), (RGBA, "RGBA", 4), (GREY_ALPHA, "grey+alpha", 2)):
                cases.append(png_case(f"{label} {depth} bit{end}", samples(channels, depth), kind, depth,
                                      interlaced=interlaced))
    cases += [
        png_case("palette 4 bit with alpha", samples(1, 4), PALETTE, 4, palette=palette(4), trns=faded(4)),
        png_case("palette 8 bit with alpha interlaced", samples(1, 8), PALETTE, 8, palette=palette(8),
                 trns=faded(8), interlaced=True),
        png_case("grey 8 bit with a transparent level", samples(1, 4) * 17, GREY, 8,
                 trns=struct.pack(">H", 136)),
        png_case("grey 16 bit with a transparent level", grey16, GREY, 16,
                 trns=struct.pack(">H", int(grey16[5, 5, 0]))),
        png_case("RGB with a transparent colour", rgb8, RGB, 8,
                 trns=struct.pack(">3H", *map(int, rgb8[4, 4]))),
        png_case("EXIF orientation 6", rgb8, RGB, 8, orientation=6),
        png_case("EXIF orientation 8 after the pixels", samples(4, 8), RGBA, 8, orientation=8,
                 exif_last=True),
    ]
    return cases


# Resize, geometry, numbers ------------------------------------------------------------------------

def resizes():
    source = picture(31, 23, 3, 11, noise=60)
    cases, large = [], []
    for filter_name, method in FILTERS.items():
        for width, height in ((13, 11), (31, 9), (7, 23), (47, 37), (1, 1), (61, 5), (3, 45), (30, 24)):
            out = np.asarray(Image.fromarray(source).resize((width, height), method))
            cases.append({"name": filter_name, "width": width, "height": height,
                          "rgb": out.tobytes().hex()})
        for size_in, size_out in (((600, 450), (224, 224)), ((1024, 683), (129, 257)),
                                  ((333, 77), (640, 480)), ((2000, 3), (8, 300)), ((5, 1500), (333, 8))):
            out = Image.fromarray(formula_picture(*size_in)).resize(size_out, method)
            large.append({"name": filter_name, "from": size_in, "to": size_out,
                          "sha256": hashlib.sha256(np.asarray(out).tobytes()).hexdigest()})
    return {"source": {"width": 31, "height": 23, "rgb": source.tobytes().hex()},
            "cases": cases, "large": large}


def fitted(image, geometry, side, share, method):
    if geometry == "stretch":
        return image.resize((side, side), method)
    if geometry == "pad":
        return ImageOps.pad(image, (side, side), method, color=(0, 0, 0), centering=(0.5, 0.5))
    mode = transforms.InterpolationMode.BILINEAR if method == Image.BILINEAR else \
        transforms.InterpolationMode.BICUBIC
    shorter = int(side / share + 0.5)
    return transforms.CenterCrop(side)(transforms.Resize(shorter, mode)(image))


def fits():
    cases = []
    for width, height in ((61, 47), (40, 57), (33, 33), (200, 11), (150, 113)):
        image = Image.fromarray(formula_picture(width, height))
        for geometry in ("stretch", "crop", "pad"):
            for filter_name, method in FILTERS.items():
                for side, share in ((32, 0.875), (27, 0.7), (17, 1.0)):
                    out = fitted(image, geometry, side, share, method)
                    cases.append({"name": geometry, "filter": filter_name, "from": [width, height],
                                  "side_px": side, "crop_share": share,
                                  "sha256": hashlib.sha256(np.asarray(out).tobytes()).hexdigest()})
    return cases


def number(value):
    """Shortest digits that read back, never an exponent."""
    return np.format_float_positional(value, unique=True, trim="-")


def contract(side_px=224, geometry="stretch", filter="bilinear", crop_share=0.875,
             mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)):
    text = (f"side_px={side_px} geometry={geometry} filter={filter} crop_share={number(crop_share)} "
            f"mean={','.join(map(number, mean))} std={','.join(map(number, std))}")
    levels = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    tensor = transforms.Normalize(mean, std)(transforms.ToTensor()(levels))
    return {"name": text, "side_px": side_px, "geometry": geometry, "filter": filter,
            "crop_share": crop_share, "mean": mean, "std": std,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "normalised": hashlib.sha256(tensor.numpy().astype("<f4").tobytes()).hexdigest(),
            "normalised_every_51": tensor[:, 0, ::51].double().tolist()}


def contracts():
    return [
        contract(),
        contract(side_px=128, geometry="crop", filter="bicubic", crop_share=1),
        contract(side_px=2048, geometry="pad", mean=(0, 1e-7, 1), std=(1, 0.001, 10)),
        contract(crop_share=1 / 3, mean=(0.1 + 0.2, 0.5, 0.25), std=(0.5, 2 / 3, 1.5)),
    ]


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("jpeg", jpegs())
    write("png", pngs())
    write("resize", resizes())
    write("fit", fits())
    write("contract", contracts())
