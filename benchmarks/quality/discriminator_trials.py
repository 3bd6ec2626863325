"""What was tried so that an AAE reconstructs as well as its rivals at the same fit of the prior, one idea at a time.

    python -m benchmarks.quality.discriminator_trials [--ideas one-cost pairs …] [--data mnist] [--latent-dims 2]
                                  [--weights 4] [--write]

Each training follows the protocol of `benchmarks.quality.frontier`, with its seed of trials, and is judged on the sixth of
the training images that is held out. An idea is a row of IDEAS: its changes to the plain idea, one-cost, in which encoder
and decoder descend the reconstruction cost plus λ times the encoder's cost against D by one optimiser. There D is a network
of the trial (`TrialDiscriminator`), in the place of the model's, whose rules a row can change. The rows of SETTINGS_IDEAS
are trained by the package's own settings instead.

Each finished run is a line of docs/results/discriminator_trials.jsonl and is not repeated. --write: write the table at the
end of the section in docs/development/trials.md from all lines; the text before it is written by hand. With no --ideas
nothing is trained. MNIST must be in AAE_DATA.
"""

import argparse
import copy
import itertools
import json
import time
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aae_core.places import PROJECT
from benchmarks.quality.frontier.models import model_settings, schedule_settings
from benchmarks.quality.frontier.points import TRIAL_SEED
from benchmarks.quality.run_log import Log

PAGE = PROJECT / "docs" / "development" / "trials.md"
LOG = PROJECT / "docs" / "results" / "discriminator_trials.jsonl"
HEADING = "## The adversary's own training"
TABLE_HEAD = "| judged on | d | `--ideas` | | λ | ½‖x − x̂‖² | MMD² | minutes |\n|---|--:|---|---|--:|--:|--:|--:|\n"
NOISE_SHARE = 0.75  # of the steps, over which the noise on D's input falls to 0


@dataclass(frozen=True)
class Idea:
    """Changes to how D learns and how the encoder follows it.

    title: in the table. loss: of D, "logistic" (the paper's), "relativistic" (pairs of a sample and a code) or "hinge".
    push: the encoder's cost, "probability" (−log D) or "logit". penalty: γ/2 of the mean squared gradient of D's logit on
    samples (R1) and on codes (R2). d_steps: of D for one of the encoder. codes: those of the last mini-batches that D
    learns from, with as many samples. more_codes: of further training images, by the present encoder, that D learns from.
    average: of D's parameters over the steps, by which the encoder is judged; 0: by D itself. noise: standard deviation
    on D's input at the beginning, which falls to 0. has_powers: whether D sees z, z² and |z|. has_sorted: whether D sees z
    and its sorted coordinates. is_spectral: whether the spectral norm of D's weights is 1. follows_confidence: whether λ is
    multiplied by the mean of D's probabilities of samples minus that of codes. mmd_weight: of MMD² as a helper. rate,
    betas: of D's Adam. hidden: D's widths.
    """

    title: str
    loss: str = "logistic"
    push: str = "probability"
    penalty: float = 0.0
    d_steps: int = 1
    codes: int = 100
    more_codes: int = 0
    average: float = 0.0
    noise: float = 0.0
    has_powers: bool = False
    has_sorted: bool = False
    is_spectral: bool = False
    follows_confidence: bool = False
    mmd_weight: float = 0.0
    rate: float = 5e-4
    betas: tuple[float, float] = (0.5, 0.999)
    hidden: tuple[int, ...] = (256, 256)


IDEAS = {
    "one-cost": Idea("one cost"),
    "pairs": Idea("one cost, pairs (relativistic) and R1 and R2 with γ = 0.1", loss="relativistic", penalty=0.1),
    "penalties": Idea("one cost, R1 and R2 with γ = 0.1", penalty=0.1),
    "d-steps": Idea("one cost, three steps of D for one of the encoder", d_steps=3),
    "average": Idea("one cost, judged by D's average (0.98)", average=0.98),
    "replay": Idea("one cost, codes of the last ten mini-batches, D of 64 and 64 units", codes=1000, hidden=(64, 64)),
    "logit": Idea(
        "one cost, codes of the last ten mini-batches, D of 64 and 64 units with a rate of 0.002, −logit as the cost",
        push="logit", codes=1000, hidden=(64, 64), rate=2e-3,
    ),
    "fast-d": Idea("one cost, a rate of 0.002 of D", rate=2e-3),
    "no-momentum": Idea("one cost, D's Adam with β₁ = 0 and β₂ = 0.99", betas=(0.0, 0.99)),
    "noise": Idea("one cost, noise on D's input, from 0.3 to 0", noise=0.3),
    "powers": Idea("one cost, D sees z, its square and its absolute value", has_powers=True),
    "mmd": Idea("one cost, MMD² with a weight of 5 as D's helper", mmd_weight=5.0),
    "more-codes": Idea("one cost, D learns from the codes of 400 further images", more_codes=400),
    "confidence": Idea("one cost, λ times D's confidence", follows_confidence=True),
    "sorted": Idea("one cost, D sees z and its sorted coordinates", has_sorted=True),
    "hinge": Idea("one cost, hinge cost of D, −logit as the encoder's", loss="hinge", push="logit"),
    "spectral": Idea("one cost, spectral normalisation of D", is_spectral=True),
}  # fmt: skip


def settings_idea(d_steps: int, width: int, penalty: float) -> Idea:
    """An idea that the package's settings can express."""
    count = {3: "three", 5: "five"}[d_steps]
    gradient = f"R1 and R2 with γ = {penalty:g}" if penalty else "no penalty"
    title = f"one cost, {count} steps of a D of {width} and {width} units, {gradient}"
    return Idea(title, penalty=penalty, d_steps=d_steps, hidden=(width, width))


SETTINGS_IDEAS = {  # steps, width and γ
    f"{d_steps}-steps-{width}-{penalty:g}": settings_idea(d_steps, width, penalty)
    for d_steps, width, penalty in (
        (3, 256, 0.1), (3, 128, 0.1), (3, 256, 0.0), (3, 128, 0.01), (5, 64, 0.0), (3, 64, 0.01)
    )
}  # fmt: skip


class TrialDiscriminator:
    """D of a trial, with its optimiser and the codes of the last steps."""

    def __init__(self, training, idea: Idea):
        from aae_core.models import networks

        self.training, self.idea = training, idea
        latent_dim = training.config.latent_dim
        inputs = latent_dim * (1 + 2 * idea.has_powers + idea.has_sorted)
        self.net = networks.mlp([inputs, *idea.hidden, 1])
        generator = torch.Generator().manual_seed(training.config.seed)
        networks.initialise_weights(self.net, "he", generator)
        if idea.is_spectral:
            for layer in [layer for layer in self.net.modules() if isinstance(layer, nn.Linear)]:
                nn.utils.parametrizations.spectral_norm(layer)
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=idea.rate, betas=idea.betas, fused=True)
        self.judge: nn.Module = copy.deepcopy(self.net) if idea.average else self.net
        self.mini_batches: list[Tensor] = []

    def train_on_codes(self, codes: Tensor) -> Tensor:
        """The steps of D on new codes N×d without gradient and those that it remembers; returns the last cost."""
        idea, training = self.idea, self.training
        factor = training.optimisers["reconstruction"].rate / training.config.optimiser.reconstruction_rate
        self.optimiser.param_groups[0]["lr"] = idea.rate * factor
        batch_count = max(1, idea.codes // len(codes))
        self.mini_batches = [codes, *self.mini_batches][:batch_count]
        codes = torch.cat([*self.mini_batches, self.codes_of_more_images()])
        for _ in range(idea.d_steps):
            samples = training.model.prior.sample(len(codes), generator=training.rng)
            cost = self.cost(samples, codes)
            self.optimiser.zero_grad(set_to_none=True)
            cost.backward()
            self.optimiser.step()
        if idea.average:
            share = min(idea.average, (training.step + 1) / (training.step + 10))
            with torch.no_grad():
                torch._foreach_lerp_(list(self.judge.parameters()), list(self.net.parameters()), 1 - share)
        return cost.detach()

    def codes_of_more_images(self) -> Tensor:
        """The codes of `more_codes` training images that are drawn at random."""
        from aae_core.training import phases

        training, n = self.training, self.idea.more_codes
        if not n:
            return torch.empty(0, training.config.latent_dim)
        indices = torch.randint(len(training.images), (n,), generator=training.rng)
        with torch.no_grad():
            return phases.draw_codes(training, training.prepare_batch(training.images[indices], None, None, None))[0]

    def cost(self, samples: Tensor, codes: Tensor) -> Tensor:
        """D's cost on samples and codes, N×d each."""
        if self.idea.penalty:
            samples, codes = samples.requires_grad_(), codes.detach().requires_grad_()
        sample_logits, code_logits = self.logits(self.net, torch.cat([samples, codes])).split(len(codes))
        if self.idea.loss == "relativistic":
            cost = F.softplus(code_logits - sample_logits).mean()
        elif self.idea.loss == "hinge":
            cost = F.relu(1 - sample_logits).mean() + F.relu(1 + code_logits).mean()
        else:
            cost = F.softplus(-sample_logits).mean() + F.softplus(code_logits).mean()
        if self.idea.penalty:
            for logits, points in ((sample_logits, samples), (code_logits, codes)):
                (gradient,) = torch.autograd.grad(logits.sum(), points, create_graph=True)
                cost = cost + self.idea.penalty / 2 * gradient.square().sum(1).mean()
        return cost

    def encoder_cost(self, codes: Tensor) -> Tensor:
        """The encoder's cost on codes N×d, by the D that judges."""
        code_logits = self.logits(self.judge, codes)
        if self.idea.loss == "relativistic":
            with torch.no_grad():
                sample_logits = self.logits(
                    self.judge, self.training.model.prior.sample(len(codes), generator=self.training.rng)
                )
            return F.softplus(sample_logits - code_logits).mean()
        cost = -code_logits.mean() if self.idea.push == "logit" else F.softplus(-code_logits).mean()
        return self.confidence(code_logits) * cost if self.idea.follows_confidence else cost

    @torch.no_grad()
    def confidence(self, code_logits: Tensor) -> Tensor:
        """The mean of D's probabilities of new samples minus that of the codes, whose logits are given; at least 0."""
        samples = self.training.model.prior.sample(len(code_logits), generator=self.training.rng)
        sample_logits = self.logits(self.judge, samples)
        return (sample_logits.sigmoid().mean() - code_logits.sigmoid().mean()).clamp(min=0)

    def logits(self, net: nn.Module, z: Tensor) -> Tensor:
        """The logits, N, of a D for codes or samples z N×d."""
        if self.idea.noise:
            noise_share = max(0.0, 1 - self.training.step / (NOISE_SHARE * self.training.total_steps))
            z = z + self.idea.noise * noise_share * torch.randn(z.shape, generator=self.training.rng)
        inputs = [z]
        if self.idea.has_powers:
            inputs += [z.square(), z.abs()]
        if self.idea.has_sorted:
            inputs.append(z.sort(1).values)
        return net(torch.cat(inputs, 1)).squeeze(1)


def trial_step(training, batch, weight: float, discriminator: TrialDiscriminator) -> dict[str, Tensor]:
    """One step: D learns, then encoder and decoder descend the sum of the costs."""
    from aae_core.training import phases

    h = phases.encode_batch(training, batch)
    z, y = training.net.infer_from_hidden(h, training.rng)
    cost = phases.reconstruction_cost_of_draws(training, batch, h, z, y)
    d_cost = discriminator.train_on_codes(z.detach())
    encoder_cost = discriminator.encoder_cost(z)
    total = cost + weight * encoder_cost
    if discriminator.idea.mmd_weight:
        total = total + discriminator.idea.mmd_weight * phases.mmd_cost(training, h, z)
    training.descend("reconstruction", total)
    return {"reconstruction": cost.detach(), "discrimination": d_cost, "generation": encoder_cost.detach()}


def run_trial(name: str, data: str, dim: int, weight: float) -> dict:
    """The figures of a training on `data`, a data set with held-out images, and the minutes of the processor."""
    from aae_core.config.configuration import configure
    from aae_core.data import sets
    from aae_core.evaluation import code_metrics
    from aae_core.evaluation.sample import Sample
    from aae_core.training.training import Training

    settings, dataset = package_settings(name, data, dim, weight), sets.load(data)
    training = Training(configure(**settings, **schedule_settings(settings), seed=TRIAL_SEED), dataset)
    start = time.process_time()
    fit_trial(training, name, weight)
    minutes = (time.process_time() - start) / 60
    sample = Sample.draw_test(training.model, dataset, 0)
    figures = code_metrics.reconstruction_metrics(training.model, sample)
    figures |= code_metrics.prior_fit_metrics(training.model, sample, 0, is_quick=True)
    return {"minutes": round(minutes, 3), "figures": {key: figures[key] for key in ("reconstruction", "mmd2", "holes")}}


def package_settings(name: str, data: str, dim: int, weight: float) -> dict:
    """What `configure` takes for a trial; where D is one of the trial's own, without what describes D."""
    own_size = argparse.Namespace(steps=None, width=None)
    if name in IDEAS:
        return model_settings("aae", data, dim, own_size) | {"optimiser.generation_rate": 1e-3}  # of no effect
    idea = SETTINGS_IDEAS[name]
    return model_settings("aae-three-steps", data, dim, own_size) | {
        "optimiser.generation_weight": weight,
        "discriminator_penalty": idea.penalty,
        "discriminator_steps": idea.d_steps,
        "network.discriminator": list(idea.hidden),
    }


def fit_trial(training, name: str, weight: float) -> None:
    """Train to the end, by `trial_step` if D is one of the trial's own."""
    from aae_core.training import phases
    from aae_core.training.loop import fit

    usual_step = phases.training_step
    if name in IDEAS:
        discriminator = TrialDiscriminator(training, IDEAS[name])
        phases.training_step = lambda training, batch: trial_step(training, batch, weight, discriminator)
    try:
        for _ in fit(training):
            pass
    finally:
        phases.training_step = usual_step


def trial_record(name: str, data: str, dim: int, weight: float) -> dict:
    """What a line of the log has of a trial before it is run."""
    all_ideas = IDEAS | SETTINGS_IDEAS
    idea = json.loads(json.dumps(asdict(all_ideas[name])))  # with lists in the place of tuples, as it is read again
    settings = {"data": f"{data}-held-out", "latent_dim": dim, "weight": weight, "idea": idea}
    return {"kind": "trial", "model": name if name in IDEAS else "settings", "settings": settings, "seed": TRIAL_SEED}


def idea_name(line: dict) -> str:
    """The idea, as --ideas names it, of a line of the log."""
    title = line["settings"]["idea"]["title"]
    return next(name for name, idea in (IDEAS | SETTINGS_IDEAS).items() if idea.title == title)


def table_lines(log: Log) -> list[str]:
    """The rows of the table, one for each line of the log, those of the same data and dimensions together."""
    lines = []
    place_of = lambda line: (line["settings"]["data"], line["settings"]["latent_dim"])  # noqa: E731
    for line_place in dict.fromkeys(map(place_of, log.lines)):
        for line in [line for line in log.lines if place_of(line) == line_place]:
            settings, figures = line["settings"], line["figures"]
            cells = [f"`{line_place[0]}`", str(line_place[1]), idea_name(line), settings["idea"]["title"]]
            cells += [f"{settings['weight']:g}", f"{figures['reconstruction']:.2f}", f"{figures['mmd2']:.4f}"]
            lines.append(f"| {' | '.join(cells)} | {line['minutes']:.2f} |\n")
    return lines


def write_table(log: Log) -> None:
    """Put the table into the page, in the place of the former one at the end of the section."""
    page_start, heading, page_end = PAGE.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")
    section, separator, page_end = page_end.partition("\n## ")
    prose = section.partition("| judged on |")[0]
    text = f"{page_start}{heading}{prose}{TABLE_HEAD}{''.join(table_lines(log))}{separator}{page_end}"
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ideas", nargs="*", default=[], choices=[*IDEAS, *SETTINGS_IDEAS])
    parser.add_argument("--data", nargs="+", default=["mnist"])
    parser.add_argument("--latent-dims", nargs="+", type=int, default=[2])
    parser.add_argument("--weights", nargs="+", type=float, default=[4.0], help="λ of the encoder's cost against D")
    parser.add_argument("--write", action="store_true", help="write the table of docs/development/trials.md")
    args = parser.parse_args()
    torch.set_num_threads(1)
    log = Log(LOG)
    for data, dim, weight, name in itertools.product(args.data, args.latent_dims, args.weights, args.ideas):
        run = trial_record(name, data, dim, weight)
        if log.find(run) is None:
            log.add(run | run_trial(name, run["settings"]["data"], dim, weight))
    if args.write:
        write_table(log)


if __name__ == "__main__":
    main()
