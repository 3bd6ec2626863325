"""How close q(z) comes to a painted prior, for each shape that the app offers, within a minute of pressing Start training.

    python -m benchmarks.browser.painted [--seconds 60] [--write]

Starts the app, opens the page Train in a real Chromium with the preset "A shape of your own", presses the button and waits until
the training is done, or stops it shortly before --seconds have passed. The figure is the Jensen–Shannon distance between the
codes of the digits and the painting, the square root of their `distances.js_divergence`, for the initialised and for the trained
networks. Prints a Markdown table; `--write` writes it to docs/results/painted.md. Exit status 1 unless the distance
falls at least by half on the training images within these seconds, for each shape. Needs playwright and Chromium; takes
about four minutes on an otherwise idle machine.
"""

import math
import sys
import time

import torch

from aae_core.config import painting
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.evaluation.distances import js_divergence
from aae_core.models.inference import encode_all
from aae_core.models.model import Model
from aae_core.models.priors import families
from aae_core.scheduling import queue
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app

PRIOR_SAMPLES = 100_000  # samples of the painted prior
FINISHING_SECONDS = 2  # seconds for the last step and the weights
RUNNING_STATES = ("queued", "running")
SPLITS = {"train": "training", "test": "test"}
EXPLANATION = (
    "Jensen–Shannon distance between the codes and the painting (the square root of the divergence in bits): when "
    "Start training is pressed → the given number of seconds later. In brackets: the distance of as many samples of "
    "the painted prior itself, which is the least that a training can reach on average."
)


def measure(args) -> dict:
    with bench.open_browser_and_server() as (browser, server):
        server.start()
        result = {shape: measure_training(browser, server, shape, args.seconds) for shape in painting.SHAPES}
        nets = f"Each training: {bench.describe_networks(server.store.open(server.newest_revision().id))}."
        return {"browser": browser.version, "shapes": result, "nets": nets}


def measure_training(browser, server, shape, seconds) -> dict:
    """The distances of the codes from a shape before and after a training, by part of the data; the seconds from the press to the
    end of the training, and its steps."""
    bench.say(f"Codes pulled to “{shape}”.")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(browser_app.PATIENCE)
    page.goto(f"{server.url}/train?preset=painted&prior.painting={shape}")
    page.get_by_text("as measured", exact=False).wait_for()
    previous_row = server.newest_revision()
    page.get_by_role("button", name="Start training").click()
    press_time = time.monotonic()
    revision = wait_for(lambda: started_revision(server, previous_row), press_time + seconds)
    if revision is None:
        raise RevisionError(f"Nothing trained within {seconds} seconds of the press; is the machine too busy?")
    has_ended = lambda: server.store.open(revision.id).status.state not in RUNNING_STATES  # noqa: E731
    if not wait_for(has_ended, press_time + seconds - FINISHING_SECONDS):
        queue.stop_training(server.store, revision.id)  # it writes its weights, whatever the step
        wait_for(has_ended, press_time + seconds + browser_app.PATIENCE / 1000)
    elapsed = time.monotonic() - press_time
    page.close()
    revision = server.store.open(revision.id)
    return {"seconds": elapsed, "steps": revision.status.step, **split_distances(revision.config, revision.model())}


def started_revision(server, previous_row):
    """The revision that was started after `previous_row`, as soon as it is no longer queued; None until then."""
    newest_row = server.newest_revision()
    is_new = newest_row is not None and (previous_row is None or newest_row.id != previous_row.id)
    return server.store.open(newest_row.id) if is_new and newest_row.state != "queued" else None


def wait_for(read_value, deadline):
    """The first true value that `read_value` returns, or its last value at the deadline."""
    while not (value := read_value()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return value


def split_distances(config, model) -> dict:
    """The distances by part of the data: for the initialised networks, for the model, and for as many samples of the prior."""
    digits = sets.load(config.data)
    untrained_model = Model(config, digits.shape, len(digits.classes))
    untrained_model.initialise(config.seed)
    prior = families.make_prior(config.prior, config.latent_dim)
    generator = torch.Generator().manual_seed(0)
    prior_samples = prior.sample(PRIOR_SAMPLES, generator)

    def distance(points):
        return math.sqrt(js_divergence(points, prior_samples, prior.extent(), prior.centre()))

    distances = {}
    for part in SPLITS:
        images = getattr(digits, part).images
        distances[part] = {
            "before": distance(encode_all(untrained_model, images)),
            "after": distance(encode_all(model, images)),
            "chance": distance(prior.sample(len(images), generator)),
        }
    return distances


def report(value, args, conditions) -> tuple[str, bool]:
    rows = []
    for shape, training in value["shapes"].items():
        for part, title in SPLITS.items():
            first_distance, last_distance, sample_distance = (
                training[part][key] for key in ("before", "after", "chance")
            )
            is_met = last_distance <= first_distance / 2 and training["seconds"] <= args.seconds
            row_title = (
                f"{shape}, {title} images, {training['seconds']:.0f} s after the start ({training['steps']:,} steps)"
            )
            figure = (
                f"{first_distance:.2f} → {last_distance:.2f}, {last_distance / first_distance:.0%} "
                f"(samples: {sample_distance:.2f})"
            )
            rows.append((row_title, figure, f"50 % in {args.seconds} s" if part == "train" else "", is_met))
    text, _ = bench.report_page("Codes follow a painting", conditions, rows, EXPLANATION)
    return text, all(is_met for _, _, target, is_met in rows if target)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "painted", {"seconds": 60}, measure, report))
