"""The page's own game: each phase of each variant moves the nets as the trainer's step does."""

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch
from test_in_page import HERE
from test_js import run, tool

pytest.importorskip("streamlit")

from aae_core.config.configuration import with_settings
from aae_core.data import sets
from aae_core.game import rules
from aae_core.game.rules import Rules, Setup, config_of
from aae_core.training import phases
from aae_core.training.training import Training
from app.components.game_board import played

NOISY = Rules(
    reconstruction_rate=0.03, discrimination_rate=0.2, generation_rate=0.15, weight=0.7, input_noise=0.2,
    discriminator_noise=0.3,
)  # fmt: skip
SMALL = {"network.hidden": (11, 7), "network.discriminator": (9, 5), "batch_size": 20}
SAME = 1e-4  # of the size of the numbers


def played_ones():
    """Every variant that the game plays with every prior that it can have there, on images and on rows of a table."""
    for variant in rules.VARIANTS:
        for prior in rules.PRIORS:
            config = config_of(Setup(variant=variant), 10)
            if variant == "ae" and prior != "gaussian" or played.models([prior])[variant]["refused"]:
                continue
            data = "wine" if prior in ("gaussian", "swiss-roll") else "digits"
            yield variant, data, prior
            if config.variant != "ae" and prior == "gaussian":
                yield variant, "digits", prior


def trained(variant, data, prior):
    """A small training of the game after two steps, its numbers far from the start's."""
    dataset = sets.load(data)
    config = with_settings(
        config_of(Setup(variant=variant, data=data, prior=prior, seed=5), len(dataset.classes)), SMALL
    )
    config = with_settings(NOISY.applied(config), {"precision": "fp32", "threads": 1, "optimiser.schedule": ()})
    t = Training(config, dataset, "cpu")
    t.set_rates()
    for _ in range(2):
        phases.step(t, t.batch())
        t.step += 1
    for optimiser in t.optimisers.values():
        optimiser.buffers = {}
    return t


def weights(t):
    found = {}
    for name, parameter in t.model.named_parameters():
        net, *_, which = name.split(".")
        layers = found.setdefault(net, [])
        if which == "weight":
            layers.append({"W": parameter.tolist()})
        else:
            layers[-1]["b"] = parameter.tolist()
    return found


def recorded(t, monkeypatch):
    """What the phases draw, in their order: [name, values]; not how the prior makes its samples."""
    drawn, depth = [], []

    def keep(owner, attribute, name):
        function = getattr(owner, attribute)

        def call(*args, **named):
            depth.append(name)
            values = function(*args, **named)
            depth.pop()
            if not depth:
                drawn.append([name, values.tolist()])
            return values

        monkeypatch.setattr(owner, attribute, call)

    keep(t, "prior_sample", "prior")
    keep(t, "content_sample", "content")
    keep(torch, "randn", "noise")
    return drawn


def about(config, classes):
    """The prior of a configuration, as the page has it."""
    text = played.painting.text(played.painting.cells(config.prior.painting)) if config.prior.name == "painted" else ""
    return {
        "name": config.prior.name,
        "scale": config.prior.scale,
        "components": classes,
        "painting": text,
        "support": "none",
    }


def case(t, monkeypatch):
    """What the page is given, and what the trainer's phases make of it: {"phase", "cost", "weights"} after each."""
    config, batch, k = t.config, t.batch(), t.model.classes
    with monkeypatch.context() as patch:
        given, draws, steps = weights(t), recorded(t, patch), []
        for phase in 2 * t.phases:
            cost = phases.STEPS[phase](t, batch).item()
            steps.append({"phase": phase, "cost": cost, "weights": weights(t)})
    flat = lambda x: x.flatten(1).tolist()  # noqa: E731
    told = {
        "kind": played.model(config), "settings": played.nets(config), "prior": about(config, k), "seed": 0,
        "rules": asdict(NOISY), "rows": flat(batch.x), "labels": [0] * len(batch.x), "classes": k,
        "table": t.model.features is not None, "given": given, "draws": draws,
        "batch": {"x": flat(batch.x), "noisy": flat(batch.noisy), "y": None if batch.y is None else batch.y.tolist(),
                  "taught": batch.taught and [flat(batch.taught[0]), batch.taught[1].tolist()]},
    }  # fmt: skip
    return told, steps


def differences(ours, theirs):
    """How far each net is from the trainer's, relative to the root mean square of what a step changed and of its numbers."""
    for name, layers in theirs.items():
        for mine, layer in zip(ours[name], layers, strict=True):
            for part, values in layer.items():
                a, b = np.array(mine[part]), np.array(values)
                yield np.abs(a - b).max() / max(np.sqrt(np.square(b).mean()), 1e-3)


def test_two_steps_of_every_phase_are_the_trainers(tmp_path, monkeypatch):
    node = tool("node", "node is not installed, so the page's game is not compared with the trainer here")
    names = list(played_ones())
    cases, expected = zip(*(case(trained(*name), monkeypatch) for name in names), strict=True)
    assert {name[0] for name in names} == set(rules.VARIANTS)
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    run(node, str(HERE / "js" / "engine.mjs"), str(tmp_path))
    for name, found, steps in zip(names, json.loads((tmp_path / "found.json").read_text()), expected, strict=True):
        assert [each["phase"] for each in found] == [each["phase"] for each in steps]
        for ours, theirs in zip(found, steps, strict=True):
            assert ours["cost"] == pytest.approx(theirs["cost"], rel=SAME), (name, ours["phase"])
            assert max(differences(ours["weights"], theirs["weights"])) < SAME, (name, ours["phase"])
