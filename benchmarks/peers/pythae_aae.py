"""pythae's adversarial autoencoder on the benchmark's nets; run by benchmarks/training.py in an environment of its own.

    python pythae_aae.py MNIST.npy BATCH THREADS SECONDS OPTIMISER CLOCK DEVICE

Prints pythae's version, and samples per second of its own AdversarialTrainer, data loader included: the median of passes
of ten steps, the first one left out. CLOCK: perf_counter, or process_time on a busy machine. DEVICE: cpu or cuda.
"""

import statistics
import sys
import tempfile
import time
from importlib.metadata import version

import numpy as np
import torch
from pythae.data.datasets import BaseDataset
from pythae.models import Adversarial_AE, Adversarial_AE_Config
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder
from pythae.trainers import AdversarialTrainer, AdversarialTrainerConfig
from torch import nn

PASS = 10  # steps in a pass over the data


def mlp(*sizes):
    layers = []
    for i, o in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(i, o), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Encoder(BaseEncoder):
    def __init__(self):
        super().__init__()
        self.net = mlp(784, 1000, 1000, 2)

    def forward(self, x):
        z = self.net(x.flatten(1))
        return ModelOutput(embedding=z, log_covariance=torch.zeros_like(z))  # multiplied by 0: the posterior is a point


class Decoder(BaseDecoder):
    def __init__(self):
        super().__init__()
        self.net = mlp(2, 1000, 1000, 784)

    def forward(self, z):
        return ModelOutput(reconstruction=self.net(z).sigmoid().view(-1, 1, 28, 28))


class Discriminator(BaseDiscriminator):
    def __init__(self):
        super().__init__()
        self.net = mlp(2, 1000, 1000, 1)

    def forward(self, z, output_layer_levels=None):
        return ModelOutput(embedding=self.net(z).sigmoid())


def main(file, batch, threads, seconds, optimiser, clock, device):
    torch.set_num_threads(int(threads))
    batch = int(batch)
    images = torch.from_numpy(np.load(file)).float()[: PASS * batch] / 255
    facts = Adversarial_AE_Config(
        input_dim=(1, 28, 28), latent_dim=2, deterministic_posterior=True, reconstruction_loss="mse"
    )
    model = Adversarial_AE(facts, encoder=Encoder(), decoder=Decoder(), discriminator=Discriminator())
    options = {"momentum": 0.9} if optimiser == "SGD" else None
    with tempfile.TemporaryDirectory() as folder:
        settings = AdversarialTrainerConfig(
            output_dir=folder,
            num_epochs=1,
            per_device_train_batch_size=batch,
            autoencoder_optimizer_cls=optimiser,
            discriminator_optimizer_cls=optimiser,
            autoencoder_optimizer_params=options,
            discriminator_optimizer_params=options,
            no_cuda=device == "cpu",
        )
        trainer = AdversarialTrainer(model, BaseDataset(images, torch.zeros(len(images))), training_config=settings)
        trainer.prepare_training()
        trainer.train_step(0)
        now, taken = getattr(time, clock), []
        while len(taken) < 3 or sum(taken) < float(seconds):
            start = now()
            trainer.train_step(1)
            taken.append(now() - start)
        print(version("pythae"), len(images) / statistics.median(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
