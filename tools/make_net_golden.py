#!/usr/bin/env python3
"""Golden files of the net layer: outputs and gradients of networks, and .pth files.

    /usr/bin/python3 tools/make_net_golden.py tests/golden [NETWORK ...]

Weights and images follow one formula of (tensor name, element index), the same as in
tests/networks/formula.h, so only outputs are stored. Everything is computed in float64. Networks
are torchvision's, or the plain twins of net_twins.py.
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

import net_twins

SIDE, BATCH, CLASSES = 64, 2, 8
SAMPLES = 40

def stages(*modules):
    names = ("stem", "stage1", "stage2", "stage3", "stage4", "features")
    return dict(zip(names, (*modules, modules[-1])))


RESNET = stages("relu", "layer1", "layer2", "layer3", "layer4")
MOBILENET_V2 = stages("features.0", "features.3", "features.6", "features.13", "features.17", "features.18")
SHUFFLENET_V2 = stages("conv1", "maxpool", "stage2", "stage3", "stage4", "conv5")
SHUFFLENET_V1 = stages("relu", "maxpool", "layers.0", "layers.1", "layers.2")
MOBILENET_V3_SMALL = stages("features.0", "features.1", "features.3", "features.8", "features.11", "features.12")
MOBILENET_V3_LARGE = stages("features.0", "features.3", "features.6", "features.12", "features.15", "features.16")
EFFICIENTNET = stages("features.0", "features.2", "features.3", "features.5", "features.7", "features.8")
CONVNEXT = stages("features.0", "features.1", "features.3", "features.5", "features.7")
SQUEEZENET = stages("features.1", "features.4", "features.7", "features.10", "features.12")
SMALL_CNN = stages("block1", "block2", "block3", "block4", "block4")
DSNET = stages("pool1", "pool2", "relu", "relu", "relu")

models = torchvision.models


def shufflenet_v2(classes, *channels):
    return models.ShuffleNetV2([4, 8, 4], [24, *channels], num_classes=classes)


# name: how to build it for (classes, side), the modules whose outputs are the taps, and the one whose
# input is the embedding.
NETWORKS = {
    "resnet18": (lambda k, side: models.resnet18(num_classes=k), RESNET, "fc"),
    "resnet50": (lambda k, side: models.resnet50(num_classes=k), RESNET, "fc"),
    "mobilenet_v2": (lambda k, side: models.mobilenet_v2(num_classes=k), MOBILENET_V2, "classifier"),
    "mobilenet_v2_0.35": (lambda k, side: models.mobilenet_v2(num_classes=k, width_mult=0.35), MOBILENET_V2,
                          "classifier"),
    "shufflenet_v2_x0.5": (lambda k, side: models.shufflenet_v2_x0_5(num_classes=k), SHUFFLENET_V2, "fc"),
    "shufflenet_v2_x1.0": (lambda k, side: models.shufflenet_v2_x1_0(num_classes=k), SHUFFLENET_V2, "fc"),
    "shufflenet_v2_x1.5": (lambda k, side: models.shufflenet_v2_x1_5(num_classes=k), SHUFFLENET_V2, "fc"),
    "shufflenet_v2_x2.0": (lambda k, side: models.shufflenet_v2_x2_0(num_classes=k), SHUFFLENET_V2, "fc"),
    "wide_shufflenet": (lambda k, side: shufflenet_v2(k, 144, 288, 576, 1024), SHUFFLENET_V2, "fc"),
    "shufflenet_v1_g3_x1.0": (lambda k, side: net_twins.ShuffleNetV1(3, 240, k), SHUFFLENET_V1, "fc"),
    "shufflenet_v1_g8_x1.0": (lambda k, side: net_twins.ShuffleNetV1(8, 384, k), SHUFFLENET_V1, "fc"),
    "small_cnn": (lambda k, side: net_twins.SmallCnn(k), SMALL_CNN, "dropout"),
    "dsnet": (lambda k, side: net_twins.DsNet(k, side), DSNET, "fc"),
    "squeezenet1_1": (lambda k, side: models.squeezenet1_1(num_classes=k), SQUEEZENET, "classifier"),
    "mobilenet_v3_small": (lambda k, side: models.mobilenet_v3_small(num_classes=k), MOBILENET_V3_SMALL, "classifier"),
    "mobilenet_v3_large": (lambda k, side: models.mobilenet_v3_large(num_classes=k), MOBILENET_V3_LARGE, "classifier"),
    "efficientnet_b0": (lambda k, side: models.efficientnet_b0(num_classes=k), EFFICIENTNET, "classifier"),
    "efficientnet_b4": (lambda k, side: models.efficientnet_b4(num_classes=k), EFFICIENTNET, "classifier"),
    "efficientnet_b7": (lambda k, side: models.efficientnet_b7(num_classes=k), EFFICIENTNET, "classifier"),
    "res2net50_26w_4s": (lambda k, side: net_twins.Res2Net((3, 4, 6, 3), k), RESNET, "fc"),
    "res2net101_26w_4s": (lambda k, side: net_twins.Res2Net((3, 4, 23, 3), k), RESNET, "fc"),
    "convnext_tiny": (lambda k, side: models.convnext_tiny(num_classes=k), CONVNEXT, "classifier.2"),
    "convnext_base": (lambda k, side: models.convnext_base(num_classes=k), CONVNEXT, "classifier.2"),
}

# Rows of net_models.json, beside those of models.json, that are counted here, by hooks on the modules.
COUNTED = ("wide_shufflenet", "small_cnn", "squeezenet1_1")


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


def short(number):
    return float("%.12g" % number)


def digest(tensor, samples):
    flat = tensor.detach().contiguous().flatten()
    at = [k * 7919 % flat.numel() for k in range(samples)]
    return {"shape": list(tensor.shape), "sum": short(flat.sum()), "abs_sum": short(flat.abs().sum()),
            "values": [short(flat[i]) for i in at]}


def taps_of(name, model, images):
    """Outputs of the network's tap modules, cloned at once: what follows may work in place."""
    _, modules, head = NETWORKS[name]
    taps, hooks = {}, []

    def keep(tap, index):
        def hook(module, inputs, output=None):
            taps[tap] = (inputs[0] if index == "input" else output).clone()
        return hook

    for tap, module in modules.items():
        hooks.append(model.get_submodule(module).register_forward_hook(keep(tap, "output")))
    hooks.append(model.get_submodule(head).register_forward_pre_hook(keep("embedding", "input")))
    taps["logits"] = model(images)
    for hook in hooks:
        hook.remove()
    if taps["embedding"].dim() == 4:
        taps["embedding"] = taps["embedding"].mean((2, 3))
    return taps


def network_case(name):
    model = NETWORKS[name][0](CLASSES, SIDE).double()
    for module in model.modules():
        if isinstance(module, (torch.nn.Dropout, torchvision.ops.StochasticDepth)):
            module.p = 0.0
    fill(model)
    images = filled("images", (BATCH, 3, SIDE, SIDE))
    labels = torch.arange(BATCH) * 3 % CLASSES
    model.eval()
    with torch.no_grad():
        taps = {tap: digest(value, SAMPLES) for tap, value in taps_of(name, model, images).items()}
    model.train()
    logits = model(images)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    return {
        "generator": "tools/make_net_golden.py, torch %s, torchvision %s" % (torch.__version__, torchvision.__version__),
        "eval": taps,
        "train": {
            "loss": short(loss), "logits": digest(logits, BATCH * CLASSES),
            "gradients": {n: [short(p.grad.norm()), short(p.grad.flatten()[0]), short(p.grad.flatten()[-1])]
                          for n, p in model.named_parameters()},
            "buffers": {n: short(b.double().norm()) for n, b in model.named_buffers()},
        },
    }


def counted_row(name, side=224):
    """Parameters, multiply-adds of convolutions and linear layers, and shapes."""
    row = {"input": side}
    for classes in (1000, 8):
        model, macs = NETWORKS[name][0](classes, side).eval(), []
        for module in model.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
                module.register_forward_hook(
                    lambda m, inputs, out: macs.append(m.weight.numel() * math.prod(out.shape[2:])))
        with torch.no_grad():
            taps = taps_of(name, model, torch.zeros(1, 3, side, side))
        row["params_%dcls" % classes] = sum(p.numel() for p in model.parameters())
        row["macs_%dcls" % classes] = sum(macs)
    row["bn_buffers"] = sum(b.numel() for n, b in model.named_buffers() if not n.endswith("num_batches_tracked"))
    row["embedding"] = taps["embedding"].shape[1]
    row["taps"] = {tap: list(taps[tap].shape[1:]) for tap in taps if tap not in ("embedding", "logits")}
    return row


def write_models(path):
    """net_models.json, one row a line."""
    rows = {name: counted_row(name) for name in COUNTED}
    path.write_text("{\n" + ",\n".join(" %s: %s" % (json.dumps(k), json.dumps(v)) for k, v in rows.items()) + "\n}\n")


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
    for name in sys.argv[2:] or NETWORKS:
        (folder / ("net_%s.json" % name)).write_text(json.dumps(network_case(name)) + "\n")
    write_models(folder / "net_models.json")
    if len(sys.argv) == 2:
        write_pth(folder)


if __name__ == "__main__":
    main()
