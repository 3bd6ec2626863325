"""Make the gallery: train its revisions, most of them on MNIST, and export them in fp16 to checkpoints/gallery/.

    python -m benchmarks.quality.gallery [NAME …] [--store benchmarks/runs] [--precision bf16]
    python -m benchmarks.quality.gallery --measure [NAME …]
    python -m benchmarks.quality.gallery --thin [NAME …]

NAME: the revisions to make or replace; without a name, all that are missing. A revision with the same settings in the store
is used as it is, so an interrupted command continues where it stopped. If a revision shows an experiment of the paper, its
seed is that of the median run among the runs that docs/results/results.md averages. A name with "one-" in front is a model of the
page Which one? (docs/results/frontier.json), with that of its first three seeds that has the median reconstruction
error. --measure trains nothing: it computes the metrics of shipped revisions again from their fp16 weights and changes
nothing else. --thin removes the frames beyond FRAME_COUNTS from shipped films, to make room for others. MNIST must be in
AAE_DATA, and so must Fashion-MNIST unless Debian's package of it is installed.
"""

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from aae_core.config import configuration as config
from aae_core.data import sets
from aae_core.evaluation import protocols
from aae_core.places import PROJECT
from aae_core.reproduce import experiments, frontier, reproduction, results
from aae_core.runs import worker
from aae_core.store import frames
from aae_core.store.gallery_export import GALLERY_FRAMES, export_gallery
from aae_core.store.revisions import Revision, Store

COMMON_SETTINGS = {"data": "mnist", "epochs": 20, "seed": 1}
# Their images look the same as those of nets of 1,000 units, and four such revisions are as large as one of those.
NARROW_NETWORKS = {"network.hidden": (400, 400), "network.discriminator": (400, 400)}
FASHION_SETTINGS = {"data": "fashion-mnist", "network.hidden": (256, 256), "network.discriminator": (256, 256)}
COLOUR_SETTINGS = {"preset": "images", "data": "colour-glyphs", "latent_dim": 8, "epochs": 60}
GALLERY = {  # name -> settings or the name of an experiment, label, notes
    "aae": ({"variant": "aae", **NARROW_NETWORKS}, "AAE · MNIST", "A Gaussian prior imposed by an adversary."),
    "vae": (
        {"variant": "vae", **NARROW_NETWORKS},
        "VAE · MNIST",
        "The same nets and data with a KL term in place of the adversary, a recipe of its own and the cross-entropy as its cost.",
    ),
    "vae-learned-variance": (
        {"variant": "vae", "cost": "learned-variance", **NARROW_NETWORKS},
        "VAE, learned variance · MNIST",
        "As the VAE, but with the squared error as its cost, as for the AAE; one variance σ² for all pixels is learned.",
    ),
    "ae": (
        {"variant": "ae", **NARROW_NETWORKS},
        "AE · MNIST",
        "The same nets and data without a prior: nothing determines where the codes lie, and there are holes between them.",
    ),
    "supervised": (
        {"preset": "style", **NARROW_NETWORKS},
        "Supervised AAE · MNIST",
        "The decoder is given the class, so the code holds the style (§4).",
    ),
    "petals": (
        "label-informed",
        "Label-informed AAE, ten petals · MNIST",
        "D is given 10,000 labels together with the codes, so each class lies in a petal of its own (§2.3).",
    ),
    "roll": (
        # the roll is so thin that D distinguishes every code from it, unless noise is added to D's input
        {"variant": "label-informed", "labels": 10_000, "prior.name": "swiss-roll", "discriminator_noise": 0.2}
        | {"optimiser.reconstruction_rate": 0.001, **NARROW_NETWORKS},
        "Label-informed AAE, Swiss roll · MNIST",
        "D is given 10,000 labels together with the codes, so each class lies in a tenth of the roll (§2.3).",
    ),
    "semi-supervised": (
        "semi-supervised-100",
        "Semi-supervised AAE, 100 labels · MNIST",
        "It learns the classes from 100 labels and the rest from all images: a classifier. D is told the content, so the style "
        "does not keep the class: style and content can be swapped (§4, §5).",
    ),
    "more-labels": (
        "semi-supervised-1000",
        "Semi-supervised AAE, 1,000 labels · MNIST",
        "As the one with 100 labels, with ten times as many: it shows the effect of more labels (§4, §5).",
    ),
    "told-nothing": (
        {"preset": "paper", "variant": "semi-supervised", "labels": 1000, "latent_dim": 10, "input_noise": 0.3, "input_shift": 2}
        | {"network.normalise": "batch", **NARROW_NETWORKS, "epochs": 80, "seed": 0}
        | {"optimiser.schedule": ((60.0, 0.1), (72.0, 0.01))},
        "Semi-supervised AAE, 1,000 labels, D told nothing · MNIST",
        "D is told nothing of the content, as in the paper (§5): the style keeps the class.",
    ),
    "plain": (
        "plain-100",
        "Plain classifier, 100 labels · MNIST",
        "The encoder of a semi-supervised AAE, trained on its labels alone: it shows what the unlabelled images contribute.",
    ),
    "plain-more-labels": (
        "plain-1000",
        "Plain classifier, 1,000 labels · MNIST",
        "The encoder of a semi-supervised AAE, trained on its labels alone: it shows what the unlabelled images contribute.",
    ),
    "clusters": (
        "clustering-16",
        "Clustering AAE, 16 clusters · MNIST",
        "Trained without any label: it found the groups by itself (§6).",
    ),
    "reduction": (
        "reduction-1000",
        "Reduction to 2-D, 1,000 labels · MNIST",
        "Each class has a head, and the style is a small offset from it: a map that shows the classes (§7).",
    ),
    "colour": (
        COLOUR_SETTINGS,
        "AAE · colour glyphs",
        "Images of 64 × 64 pixels in colour whose factors are all known: shape, size, rotation, place, thickness and colours.",
    ),
    "colour-supervised": (
        {**COLOUR_SETTINGS, "variant": "supervised"},
        "Supervised AAE · colour glyphs",
        "The decoder is given the shape (§4); the code holds the seven other known factors, but the shape can be read from it "
        "for half of the images, too.",
    ),
    "fashion-aae": (
        {"variant": "aae", **FASHION_SETTINGS},
        "AAE · Fashion-MNIST",
        "Ten kinds of clothing and bags under a Gaussian prior that is imposed by an adversary. No setting was tuned on them.",
    ),
    "fashion-vae": (
        {"variant": "vae", **FASHION_SETTINGS},
        "VAE · Fashion-MNIST",
        "The same nets and data with a KL term in place of the adversary, a recipe of its own and the cross-entropy as its cost.",
    ),
}  # fmt: skip
FIRST_SEEDS = 3  # seeds of a model of Which one? when its revision was chosen; two more were added later
WHICH_ONE_PLACE = (
    "mnist",
    2,
)  # data and dimensions of the shipped models of Which one?: those with which that page opens
WHICH_ONE_NOTES = (
    "One of the models of the page Which one?, which share nets, data and number of steps; of its first three seeds the one with "
    "the median reconstruction error."
)
# The frames of the revision with which the explorer opens also show the decoded image as it develops: 1 MB for each decoder.
FIRST_SHOWN, DECODER_COUNT = "aae", 5
WHICH_ONE_PREFIX, WHICH_ONE_FRAMES = (
    "one-",
    20,
)  # how names of the models of Which one? begin, and the number of their frames
WITHOUT_FRAMES = ("more-labels", "told-nothing", "plain", "plain-more-labels")  # shipped without frames, to save space
# Revisions with fewer frames than GALLERY_FRAMES, because codes of many dimensions take much of the gallery's 84 MB.
FRAME_COUNTS = dict.fromkeys(WITHOUT_FRAMES, 0) | dict.fromkeys(
    ("semi-supervised", "clusters", "colour", "colour-supervised", "fashion-aae", "fashion-vae"), 20
)
FRAME_COUNTS |= {"reduction": 60}


def which_one_rows() -> dict[str, tuple[config.Config, str, str]]:
    """The models of Which one? at WHICH_ONE_PLACE, as rows like those of GALLERY."""
    rows = {}
    for row in frontier.read_frontier().model_rows(*WHICH_ONE_PLACE):
        ordered_points = sorted(row.points[:FIRST_SEEDS], key=lambda point: point.figures["reconstruction"])
        settings = row.point_config(ordered_points[(len(ordered_points) - 1) // 2])
        label = f"{row.model.title} · MNIST, 5 epochs"
        rows[WHICH_ONE_PREFIX + row.model.name] = settings, label, WHICH_ONE_NOTES
    return rows


def revision_config(settings: dict | str | config.Config, precision: str) -> config.Config:
    """The configuration of a revision from its own settings, or of the median run of the experiment with this name."""
    if isinstance(settings, config.Config):
        return settings
    if isinstance(settings, str):
        return experiments.run_config(experiments.EXPERIMENTS[settings], "cpu", median_seed(settings))
    return config.configure(**{**COMMON_SETTINGS, **settings, "precision": precision})


def median_seed(experiment: str) -> int:
    """The seed of the median run among those that the experiment's figure averages, so that neither the best nor the worst stands
    for them; of two in the middle the smaller seed; 0 if there is none."""
    (row,) = [row for row in results.result_rows(results.read_results(), "cpu") if row.experiment.name == experiment]
    values_and_seeds = sorted((run.value, run.seed) for run in row.counted_runs)
    return min(
        (seed for _, seed in values_and_seeds[(len(values_and_seeds) - 1) // 2 : len(values_and_seeds) // 2 + 1]),
        default=0,
    )


def find_or_train(store: Store, config_to_find: config.Config) -> Revision:
    """The revision with this configuration in the store; it is trained to its end if it is missing or paused."""
    for row in store.list_own():
        if row.state in ("paused", "done"):
            revision = store.open(row.id)
            if config.trains_same_model(revision.config, config_to_find):
                break
    else:
        revision = store.create(config_to_find, sets.describe_data_set(config_to_find.data))
    if revision.status.state != "done":
        worker.run_training(
            revision,
            on_report=lambda status: print(
                f"\r{config_to_find.variant} {status.step}/{status.total_steps}", end="", flush=True
            ),
        )
    return revision


def find_shipped(destination: Path, label: str) -> Revision | None:
    """The gallery's revision with this label, if there is one."""
    revisions = [Revision(path, gallery=True) for path in destination.iterdir() if not path.name.startswith(".")]
    return next((revision for revision in revisions if revision.label == label), None)


def measure_again(revision: Revision) -> None:
    """Compute the metrics of a shipped revision again, and the figures of its reproduction."""
    metrics = protocols.measure_metrics(revision.model(), sets.load(revision.config.data))
    revision.write_status(replace(revision.status, measures=metrics))
    for protocol in reproduction.stored_figures(revision):
        reproduction.measure_and_store(revision, protocol)


def thin_frame_file(revision: Revision, max_frames: int, max_decoders: int = 0) -> None:
    """Reduce the frames of a shipped revision to at most `max_frames` frames and `max_decoders` decoders."""
    if len(revision.frames()) > max_frames:
        frames.copy_to_frame_file(revision, revision.path, max_frames, max_decoders)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    gallery_rows = GALLERY | which_one_rows()
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *gallery_rows], help=", ".join(gallery_rows))
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs")
    parser.add_argument("--precision", default="bf16", choices=("fp32", "bf16"))
    parser.add_argument("--measure", action="store_true", help="compute the metrics of shipped revisions again")
    parser.add_argument("--thin", action="store_true", help="shorten the films of shipped revisions")
    args = parser.parse_args()
    store, destination = Store(args.store), PROJECT / "checkpoints" / "gallery"
    for name, (settings, label, notes) in gallery_rows.items():
        frame_count = WHICH_ONE_FRAMES if name.startswith(WHICH_ONE_PREFIX) else FRAME_COUNTS.get(name, GALLERY_FRAMES)
        decoder_count = DECODER_COUNT if name == FIRST_SHOWN else 0
        shipped_revision = find_shipped(destination, label)
        is_named = name in args.names
        if args.measure or args.thin:
            if shipped_revision is None or (args.names and not is_named):
                continue
            if args.measure:
                measure_again(shipped_revision)
                result = shipped_revision.measures
            else:
                thin_frame_file(shipped_revision, frame_count, decoder_count)
                result = len(shipped_revision.frames())
            print(f"{label}: {result}", flush=True)
            continue
        is_wanted = is_named if args.names else shipped_revision is None
        if not is_wanted:
            continue
        revision = find_or_train(store, revision_config(settings, args.precision))
        if revision.status.state != "done":
            sys.exit(f"{label} is {revision.status.state}: {revision.status.error_text}")
        revision.annotate(label=label, notes=notes)
        if shipped_revision:
            shutil.rmtree(shipped_revision.path)
        exported = export_gallery(revision, destination, frame_count, decoder_count)
        print(f"{label}: {exported.id}, {sum(exported.file_sizes().values()) / 2**20:.1f} MiB, {exported.measures}")


if __name__ == "__main__":
    main()
