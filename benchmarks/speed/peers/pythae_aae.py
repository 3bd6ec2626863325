"""pythae's adversarial autoencoder on the benchmark's nets; run by benchmarks/speed/training.py in an environment of its own.

    python pythae_aae.py IMAGES.npy NETS BATCH THREADS SECONDS OPTIMISER CLOCK DEVICE

Prints pythae's version, and samples per second of its own AdversarialTrainer, data loader included: the median of passes
of ten steps, the first one left out. IMAGES: uint8 N×C×H×W; NETS: JSON, layers as `layers.describe_layers` tells them, and
"latent_dim". CLOCK: perf_counter, or process_time on a busy machine. DEVICE: cpu or cuda.
"""

import json
import statistics
import sys
import tempfile
import time
from importlib.metadata import version

import numpy as np
import torch
from layers import build_layers
from pythae.data.datasets import BaseDataset
from pythae.models import Adversarial_AE, Adversarial_AE_Config
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder
from pythae.trainers import AdversarialTrainer, AdversarialTrainerConfig

PASS = 10  # steps in a pass over the data


class Encoder(BaseEncoder):
    def __init__(self, layers):
        super().__init__()
        self.net = build_layers(layers)

    def forward(self, x):
        z = self.net(x)
        return ModelOutput(embedding=z, log_covariance=torch.zeros_like(z))  # multiplied by 0: the posterior is a point


class Decoder(BaseDecoder):
    def __init__(self, layers):
        super().__init__()
        self.net = build_layers(layers)

    def forward(self, z):
        return ModelOutput(reconstruction=self.net(z).sigmoid())


class Discriminator(BaseDiscriminator):
    def __init__(self, layers):
        super().__init__()
        self.net = build_layers(layers)

    def forward(self, z, output_layer_levels=None):
        return ModelOutput(embedding=self.net(z).sigmoid())


def main(file, nets, batch, threads, seconds, optimiser, clock, device):
    torch.set_num_threads(int(threads))
    batch, nets = int(batch), json.loads(nets)
    images = torch.from_numpy(np.load(file)).float()[: PASS * batch] / 255
    model_config = Adversarial_AE_Config(
        input_dim=tuple(images.shape[1:]),
        latent_dim=nets["latent_dim"],
        deterministic_posterior=True,
        reconstruction_loss="mse",
    )
    parts = Encoder(nets["encoder"]), Decoder(nets["decoder"]), Discriminator(nets["discriminator"])
    model = Adversarial_AE(model_config, **dict(zip(("encoder", "decoder", "discriminator"), parts, strict=True)))
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
        read_clock, pass_times = getattr(time, clock), []
        while len(pass_times) < 3 or sum(pass_times) < float(seconds):
            start = read_clock()
            trainer.train_step(1)
            pass_times.append(read_clock() - start)
        print(version("pythae"), len(images) / statistics.median(pass_times))


if __name__ == "__main__":
    main(*sys.argv[1:])
