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

DRAWS = 100_000  # samples of the painted prior
FINISHING = 2  # seconds for the last step and the weights
UNDER_WAY = ("queued", "running")
PARTS = {"train": "training", "test": "test"}
WORDS = (
    "Jensen–Shannon distance between the codes and the painting (the square root of the divergence in bits): when "
    "Start training is pressed → the given number of seconds later. In brackets: the distance of as many samples of "
    "the painted prior itself, which is the least that a training can reach on average."
)


def measure(args) -> dict:
    with bench.opened() as (browser, server):
        server.start()
        result = {shape: pulled(browser, server, shape, args.seconds) for shape in painting.SHAPES}
        nets = f"Each training: {bench.nets(server.store.open(server.newest().id))}."
        return {"browser": browser.version, "shapes": result, "nets": nets}


def pulled(browser, server, shape, seconds) -> dict:
    """The distances of the codes from a shape before and after a training, by part of the data; the seconds from the press to the
    end of the training, and its steps."""
    bench.say(f"Codes pulled to “{shape}”.")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(browser_app.PATIENCE)
    page.goto(f"{server.url}/train?preset=painted&prior.painting={shape}")
    page.get_by_text("as measured", exact=False).wait_for()
    before = server.newest()
    page.get_by_role("button", name="Start training").click()
    pressed = time.monotonic()
    revision = wait_for(lambda: begun(server, before), pressed + seconds)
    if revision is None:
        raise RevisionError(f"Nothing trained within {seconds} seconds of the press; is the machine too busy?")
    done = lambda: server.store.open(revision.id).status.state not in UNDER_WAY  # noqa: E731
    if not wait_for(done, pressed + seconds - FINISHING):
        queue.stop_training(server.store, revision.id)  # it writes its weights, whatever the step
        wait_for(done, pressed + seconds + browser_app.PATIENCE / 1000)
    elapsed = time.monotonic() - pressed
    page.close()
    revision = server.store.open(revision.id)
    return {"seconds": elapsed, "steps": revision.status.step, **compared(revision.config, revision.model())}


def begun(server, before):
    """The revision that was started after `before`, as soon as it is no longer queued; None until then."""
    row = server.newest()
    new = row is not None and (before is None or row.id != before.id)
    return server.store.open(row.id) if new and row.state != "queued" else None


def wait_for(requested, deadline):
    """The first true value that `asked` returns, or its last value at the deadline."""
    while not (actual := requested()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return actual


def compared(config, model) -> dict:
    """The distances by part of the data: for the initialised networks, for the model, and for as many samples of the prior."""
    digits = sets.load(config.data)
    start = Model(config, digits.shape, len(digits.classes))
    start.initialise(config.seed)
    prior = families.make_prior(config.prior, config.latent_dim)
    generator = torch.Generator().manual_seed(0)
    many = prior.sample(DRAWS, generator)

    def distance(points):
        return math.sqrt(js_divergence(points, many, prior.extent(), prior.centre()))

    output = {}
    for part in PARTS:
        images = getattr(digits, part).images
        output[part] = {
            "before": distance(encode_all(start, images)),
            "after": distance(encode_all(model, images)),
            "chance": distance(prior.sample(len(images), generator)),
        }
    return output


def report(value, args, measured) -> tuple[str, bool]:
    rows = []
    for shape, one in value["shapes"].items():
        for part, title in PARTS.items():
            before, after, chance = (one[part][key] for key in ("before", "after", "chance"))
            met = after <= before / 2 and one["seconds"] <= args.seconds
            what = f"{shape}, {title} images, {one['seconds']:.0f} s after the start ({one['steps']:,} steps)"
            figure = f"{before:.2f} → {after:.2f}, {after / before:.0%} (samples: {chance:.2f})"
            rows.append((what, figure, f"50 % in {args.seconds} s" if part == "train" else "", met))
    text, _ = bench.page("Codes follow a painting", measured, rows, WORDS)
    return text, all(met for _, _, target, met in rows if target)


if __name__ == "__main__":
    sys.exit(bench.run(__doc__, "painted", {"seconds": 60}, measure, report))
