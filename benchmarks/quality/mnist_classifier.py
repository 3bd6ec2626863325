"""Train the small MNIST classifier whose features serve to compare samples with real images, and measure its error.

    python -m benchmarks.quality.mnist_classifier [--seed 0] [--epochs 5] [--write]

It is trained on MNIST's 60,000 training images, slightly rotated, shifted and scaled at random, with AdamW and a learning rate
that rises and falls once. The test images are used once, at the end. --write: write
aae_core/evaluation/mnist_classifier.safetensors in fp16, with the error in its metadata. MNIST must be in AAE_DATA.
"""

import argparse
import math
import sys
import time
from datetime import date

import numpy as np
import torch
from torch.nn import functional

from aae_core import files
from aae_core.data import sets
from aae_core.evaluation import embedding
from aae_core.models.items import to_tensor
from aae_core.progress import ProgressBar

BATCH, LEARNING_RATE, WEIGHT_DECAY = 100, 3e-3, 1e-4
MAX_ROTATION, MAX_SHIFT, MAX_SCALING = (
    12.0,
    2.0,
    0.1,
)  # largest rotation in degrees, shift in pixels, relative change of size


def augment(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """x N×1×28×28, each image rotated, shifted and scaled at random."""
    rotation_share, x_share, y_share, scale_share = 2 * torch.rand(4, len(x), generator=generator) - 1
    angle, size = rotation_share * math.radians(MAX_ROTATION), 1 + scale_share * MAX_SCALING
    cos, sin = size * angle.cos(), size * angle.sin()
    shift = 2 * MAX_SHIFT / x.shape[-1]
    rows = torch.stack([cos, -sin, shift * x_share, sin, cos, shift * y_share], 1).view(-1, 2, 3)
    return functional.grid_sample(x, functional.affine_grid(rows, x.shape, align_corners=False), align_corners=False)


def error_rate(net, split) -> float:
    with torch.no_grad():
        parts = [net(to_tensor(split.images[k : k + 1000])).argmax(1) for k in range(0, len(split.images), 1000)]
    return float((torch.cat(parts).numpy() != split.labels).mean())


def train_classifier(train, seed: int, epochs: int):
    torch.manual_seed(seed)
    net, generator = embedding.build_classifier(), torch.Generator().manual_seed(seed)
    steps = len(train.images) // BATCH
    optimiser = torch.optim.AdamW(net.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=epochs * steps)
    with ProgressBar("classifier") as bar:
        for epoch in range(epochs):
            order = torch.randperm(len(train.images), generator=generator).numpy()
            for step in range(steps):
                batch_indices = order[step * BATCH : (step + 1) * BATCH]
                x = augment(to_tensor(train.images[batch_indices]), generator)
                cost = functional.cross_entropy(net(x), torch.from_numpy(train.labels[batch_indices]))
                optimiser.zero_grad(set_to_none=True)
                cost.backward()
                optimiser.step()
                schedule.step()
                if step % 50 == 0:
                    bar.show(epoch * steps + step, epochs * steps, f"cost {cost.item():.4f}")
    return net.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    data, start = sets.load("mnist"), time.process_time()
    net = train_classifier(data.train, args.seed, args.epochs).half().float()  # rounded as it is stored
    minutes, test_error = (time.process_time() - start) / 60, error_rate(net, data.test)
    command = "python -m " + " ".join(["benchmarks.quality.mnist_classifier", *sys.argv[1:]])
    metadata = {
        "command": command,
        "date": str(date.today()),
        "test_error": f"{test_error:.4f}",
        "minutes": f"{minutes:.1f}",
    }
    print(metadata)
    if args.write:
        arrays = {name: value.numpy().astype(np.float16) for name, value in net.state_dict().items()}
        files.write_tensors(embedding.CLASSIFIER, arrays, metadata)


if __name__ == "__main__":
    main()
