"""The paper's step as a tutorial would write it, on the benchmark's nets: what our own step is measured against.

Three phases, each with an optimiser, a forward and a backward pass of its own; gradients of whatever autograd reaches;
mini-batches by a DataLoader; every loss read as a number in every step.
"""

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.speed.peers.layers import build_layers


class PlainLoop:
    """Encoder, decoder, D, and an optimiser for each phase; images N×C×H×W in [0, 1]; optimiser "Adam" or "SGD".

    nets: "encoder", "decoder" and "discriminator" as `layers.describe_layers` tells them, and "latent_dim".
    """

    def __init__(self, images, batch: int, optimiser: str, nets: dict):
        self.encoder, self.decoder = build_layers(nets["encoder"]), build_layers(nets["decoder"])
        self.judge, self.latent_dim = build_layers(nets["discriminator"]), nets["latent_dim"]
        kind = {"Adam": torch.optim.Adam, "SGD": torch.optim.SGD}[optimiser]
        options = {"lr": 1e-4} if optimiser == "Adam" else {"lr": 1e-3, "momentum": 0.9}
        self.reconstruction = kind([*self.encoder.parameters(), *self.decoder.parameters()], **options)
        self.discrimination = kind(self.judge.parameters(), **options)
        self.generation = kind(self.encoder.parameters(), **options)
        self.loader = DataLoader(TensorDataset(images), batch, shuffle=True, drop_last=True)
        self.batches = iter(self.loader)

    def step(self) -> tuple[float, float, float]:
        """One step of the three phases on the next mini-batch; their losses."""
        x = next(self.batches, None)
        if x is None:
            self.batches = iter(self.loader)
            x = next(self.batches)
        x = x[0]
        self.reconstruction.zero_grad()
        cost = F.mse_loss(self.decoder(self.encoder(x)).sigmoid(), x, reduction="sum") / (2 * len(x))
        cost.backward()
        self.reconstruction.step()
        self.discrimination.zero_grad()
        sample_logits = self.judge(torch.randn(len(x), self.latent_dim))
        code_logits = self.judge(self.encoder(x).detach())
        discrimination_cost = F.binary_cross_entropy_with_logits(sample_logits, torch.ones_like(sample_logits))
        discrimination_cost = discrimination_cost + F.binary_cross_entropy_with_logits(
            code_logits, torch.zeros_like(code_logits)
        )
        discrimination_cost.backward()
        self.discrimination.step()
        self.generation.zero_grad()
        code_logits = self.judge(self.encoder(x))
        generation_cost = F.binary_cross_entropy_with_logits(code_logits, torch.ones_like(code_logits))
        generation_cost.backward()
        self.generation.step()
        return cost.item(), discrimination_cost.item(), generation_cost.item()
