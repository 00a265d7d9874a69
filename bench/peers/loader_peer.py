"""The work of bench/loader_bench.cc with Pillow and torchvision, on one core: the same JPEG files,
the same antialiased bilinear resize, the same normalisation, images a second of processor time.

  loader_peer.py [FOLDER]

Without FOLDER: the files that loader_bench made below the temporary folder. There is no packed
cache on this side: what loader_bench reads from its cache is decoded from JPEG each time, as a
torchvision dataset does.
"""

import io
import json
import os
import sys
import tempfile
import time

import torch
from PIL import Image
from torchvision import transforms

MAX_IMAGES = 256
BUDGET_S = 3.0
BATCH = 32
NORMALISE = [transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]


def jpeg_files(folder):
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, n) for n in names if n.lower().endswith((".jpg", ".jpeg"))]
    return sorted(found)[:MAX_IMAGES]


def evaluate(side):
    return transforms.Compose([transforms.Resize((side, side)), *NORMALISE])


def quarter_turn(image):
    turn = int(torch.randint(4, (1,)))
    return image.transpose((Image.ROTATE_90, Image.ROTATE_180, Image.ROTATE_270)[turn - 1]) if turn else image


def modern(side):
    return transforms.Compose([
        transforms.RandomResizedCrop(side, scale=(0.4, 1), ratio=(1, 1.33 * 1.33)),
        transforms.RandomHorizontalFlip(),
        quarter_turn,
        transforms.ColorJitter(0.2, 0.2, 0.2, 0.02),
        *NORMALISE,
    ])


def rate(sources, transform):
    def epoch():
        batch = []
        for source in sources:
            if hasattr(source, "seek"):
                source.seek(0)
            with Image.open(source) as image:
                batch.append(transform(image.convert("RGB")))
            if len(batch) == BATCH:
                torch.stack(batch)
                batch = []

    epoch()
    start, images = time.process_time(), 0
    while time.process_time() - start < BUDGET_S:
        epoch()
        images += len(sources)
    return images / (time.process_time() - start)


def shrunk(path, short_side):
    with Image.open(path) as image:
        scale = short_side / min(image.size)
        small = image.convert("RGB").resize([round(n * scale) for n in image.size], Image.BILINEAR)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=90)
    return out


def main():
    torch.set_num_threads(1)
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(tempfile.gettempdir(), "derm_loader_bench")
    files = jpeg_files(folder)
    if not files:
        sys.exit(f"no JPEG file in {folder}: run loader_bench first")
    from_jpeg = {
        "evaluate_224_images_per_s": rate(files, evaluate(224)),
        "modern_224_images_per_s": rate(files, modern(224)),
    }
    small = [shrunk(path, 150) for path in files]
    from_cache = dict(from_jpeg, modern_128_short_side_150_images_per_s=rate(small, modern(128)))
    print(json.dumps({"images": len(files), "from_jpeg": from_jpeg, "from_cache": from_cache}, indent=2))


if __name__ == "__main__":
    main()
