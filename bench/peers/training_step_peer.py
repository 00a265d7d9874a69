"""The training step of training_step_bench in Python, as users of torchvision write it.

    python3 bench/peers/training_step_peer.py [--quick]
"""
import json
import os
import statistics
import sys
import time

import torch
import torchvision

CLASSES = 8
QUICK = sys.argv[1:] == ["--quick"]
CASES = [("mobilenet_v2", 32, 2), ("resnet50", 32, 2)] if QUICK else [
    ("mobilenet_v2", 128, 32), ("mobilenet_v2", 224, 32), ("resnet50", 128, 32), ("resnet50", 224, 16)]
WARM_UP, STEPS = (1, 1) if QUICK else (2, 7)


def images_per_s(network, side, batch, memory_format):
    model = getattr(torchvision.models, network)(num_classes=CLASSES).to(memory_format=memory_format)
    model.train()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    torch.manual_seed(0)
    images = torch.randn(batch, 3, side, side).contiguous(memory_format=memory_format)
    labels = torch.arange(batch) % CLASSES
    times = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimiser.step()
        times.append(time.perf_counter() - start)
    return batch / statistics.median(times[WARM_UP:])


torch.set_num_threads(os.cpu_count())
out = {"threads": torch.get_num_threads()}
for network, side, batch in CASES:
    contiguous = images_per_s(network, side, batch, torch.contiguous_format)
    last = images_per_s(network, side, batch, torch.channels_last)
    out["%s_%dpx_batch_%d" % (network, side, batch)] = {
        "contiguous_images_per_s": contiguous, "channels_last_images_per_s": last,
        "best_images_per_s": max(contiguous, last)}
print(json.dumps(out, indent=2))
