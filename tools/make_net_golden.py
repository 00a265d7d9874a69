#!/usr/bin/env python3
"""Golden files of the net layer: outputs and gradients of torchvision's networks, and .pth files.

    /usr/bin/python3 tools/make_net_golden.py tests/golden

Weights and images follow one formula of (tensor name, element index), the same as in
tests/networks/formula.h, so only outputs are stored. Everything is computed in float64.
"""
import collections
import io
import json
import math
import os
import pathlib
import sys
import zipfile

import numpy as np
import torch
import torchvision

SIDE, BATCH, CLASSES = 64, 2, 8
SAMPLES = 40

NETWORKS = {
    "resnet18": lambda: torchvision.models.resnet18(num_classes=CLASSES),
    "resnet50": lambda: torchvision.models.resnet50(num_classes=CLASSES),
    "mobilenet_v2": lambda: torchvision.models.mobilenet_v2(num_classes=CLASSES),
    "mobilenet_v2_0.35": lambda: torchvision.models.mobilenet_v2(num_classes=CLASSES, width_mult=0.35),
}


def uniform(name, count):
    """`count` numbers in [-1, 1): murmur's finaliser over FNV-1a(name) ^ (index * 0x9E3779B1)."""
    state = 0x811C9DC5
    for byte in name.encode():
        state = (state ^ byte) * 0x01000193 & 0xFFFFFFFF
    mask = np.uint64(0xFFFFFFFF)
    x = np.uint64(state) ^ (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B1) & mask)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor) & mask
    x = x ^ (x >> np.uint64(16))
    return (x >> np.uint64(8)).astype(np.float64) / 2**23 - 1


def filled(name, shape):
    count = int(np.prod(shape, dtype=np.int64))
    u = torch.from_numpy(uniform(name, count)).reshape(tuple(shape))
    fan_in = count / shape[0] if len(shape) > 1 else 1
    if len(shape) == 4 and name != "images":
        return u * math.sqrt(6 / fan_in)
    if len(shape) == 2:
        return u * math.sqrt(3 / fan_in)
    if name.endswith("running_var"):
        return 1 + 0.5 * u
    if len(shape) == 1 and name.endswith("weight"):
        return 1 + 0.2 * u
    return u if name == "images" else 0.1 * u


def fill(model):
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(filled(name, tensor.shape))


def resnet_taps(model, x):
    taps = {"stem": model.relu(model.bn1(model.conv1(x)))}
    x = model.maxpool(taps["stem"])
    for i in range(1, 5):
        x = taps["stage%d" % i] = getattr(model, "layer%d" % i)(x)
    taps["features"] = x
    taps["embedding"] = torch.flatten(model.avgpool(x), 1)
    taps["logits"] = model.fc(taps["embedding"])
    return taps


def mobilenet_taps(model, x):
    names = {0: "stem", 3: "stage1", 6: "stage2", 13: "stage3", 17: "stage4", 18: "features"}
    taps = {}
    for i, block in enumerate(model.features):
        x = block(x)
        if i in names:
            taps[names[i]] = x
    taps["embedding"] = torch.nn.functional.adaptive_avg_pool2d(x, (1, 1)).flatten(1)
    taps["logits"] = model.classifier(taps["embedding"])
    return taps


def digest(tensor, samples):
    flat = tensor.detach().contiguous().flatten()
    at = [k * 7919 % flat.numel() for k in range(samples)]
    return {"shape": list(tensor.shape), "sum": float(flat.sum()), "abs_sum": float(flat.abs().sum()),
            "values": [float(flat[i]) for i in at]}


def network_case(name):
    model = NETWORKS[name]().double()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    fill(model)
    forward = resnet_taps if name.startswith("resnet") else mobilenet_taps
    images = filled("images", (BATCH, 3, SIDE, SIDE))
    labels = torch.arange(BATCH) * 3 % CLASSES
    model.eval()
    with torch.no_grad():
        taps = {tap: digest(value, SAMPLES) for tap, value in forward(model, images).items()}
        assert torch.equal(model(images), forward(model, images)["logits"])
    model.train()
    logits = model(images)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    return {
        "generator": "tools/make_net_golden.py, torch %s, torchvision %s" % (torch.__version__, torchvision.__version__),
        "eval": taps,
        "train": {
            "loss": float(loss), "logits": digest(logits, BATCH * CLASSES),
            "gradients": {n: [float(p.grad.norm()), float(p.grad.flatten()[0]), float(p.grad.flatten()[-1])]
                          for n, p in model.named_parameters()},
            "buffers": {n: float(b.double().norm()) for n, b in model.named_buffers()},
        },
    }


class Attack:
    def __reduce__(self):
        return (os.system, ("echo this must never run",))


def rezip(source, target, change=lambda name, data: data, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for entry in old.namelist():
            info = zipfile.ZipInfo(entry)
            info.compress_type = compression
            new.writestr(info, change(entry, old.read(entry)))


def write_pth(folder):
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    plain = collections.OrderedDict(
        f32=base, f64=torch.tensor([0.5, -1e300], dtype=torch.float64), f16=torch.tensor([1.5, -2], dtype=torch.float16),
        bf16=torch.tensor([1.0, 256.0], dtype=torch.bfloat16), i64=torch.tensor(-7), i32=torch.tensor([1 << 30], dtype=torch.int32),
        i16=torch.tensor([-300], dtype=torch.int16), i8=torch.tensor([-8], dtype=torch.int8), u8=torch.tensor([200], dtype=torch.uint8),
        truth=torch.tensor([True, False]), transposed=base.t(), column=base[:, 2], tail=base[1:], empty=torch.zeros(0, 3))
    torch.save(plain, folder / "net_plain.pth")
    torch.save(plain, folder / "net_protocol4.pth", pickle_protocol=4)
    torch.manual_seed(0)
    model = torch.nn.DataParallel(torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2)))
    for name, tensor in model.state_dict().items():
        if name.endswith("weight"):
            tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape))
    torch.save({"epoch": 3, "lr": 0.1, "best": None, "state_dict": model.state_dict(), "history": [1.0, 2.0]},
               folder / "net_checkpoint.pth")
    torch.save({"encoder": {"weight": torch.nn.Parameter(base)}, "heads": [torch.ones(2), torch.zeros(1)]},
               folder / "net_nested.pth")
    torch.save({"weight": base, "epoch": 4}, folder / "net_number.pth")
    torch.save({"weight": base, "attack": Attack()}, folder / "net_malicious.pth")
    torch.save(plain, folder / "net_legacy.pth", _use_new_zipfile_serialization=False)
    rezip(folder / "net_plain.pth", folder / "net_deflated.pth", compression=zipfile.ZIP_DEFLATED)
    buffer = io.BytesIO()
    torch.save({"w": torch.ones(2)}, buffer)
    rezip(buffer, folder / "net_big_endian.pth")
    with zipfile.ZipFile(folder / "net_big_endian.pth", "a") as archive:
        archive.writestr(zipfile.ZipInfo("archive/byteorder"), "big")


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in NETWORKS:
        (folder / ("net_%s.json" % name)).write_text(json.dumps(network_case(name)) + "\n")
    write_pth(folder)


if __name__ == "__main__":
    main()
