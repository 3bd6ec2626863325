"""Plug-ins for tests: the example of docs/use/plugins.md, a heavy-tailed prior, one that draws what is asked, a
training of moments, and a place for modules that goes with the test."""

import importlib
import os
import re
import sys
from pathlib import Path

import pytest

from aae_core import plugins
from aae_core.config import plugin_priors
from aae_core.config.choices import COSTS, NETWORKS
from aae_core.config.priors import PRIORS
from aae_core.data import sets
from aae_core.store import revisions

DOCS = Path(__file__).resolve().parents[2] / "docs" / "use" / "plugins.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLE = BLOCKS[0]
HEAVY_PRIOR_SOURCE = '''
import math
import numpy as np
import torch
import aae_core as aae

class Heavy(aae.Prior):
    """Each dimension Student's t with two degrees of freedom, times 1, 2, 3, …: quantiles and density in closed form."""

    def _draw(self, n, generator, device):
        p = torch.rand(n, self.dim, generator=generator, device=device).clamp(1e-6, 1 - 1e-6)
        return (2 * p - 1) * (2 / (4 * p * (1 - p))).sqrt() * self.widths.to(device)

    @property
    def widths(self):
        return self.scale * torch.arange(1.0, self.dim + 1)

    def log_density(self, z):
        x = z / self.widths.to(z)
        return (-1.5 * (1 + x.square() / 2).log() - math.log(2 * math.sqrt(2)) - self.widths.to(z).log()).sum(1)

    def _quantile(self, p, dimension):
        return (2 * p - 1) * np.sqrt(2 / (4 * p * (1 - p))) * self.scale * (dimension + 1)

class Loose(aae.Prior):
    """Samples alone: neither a density nor percentiles."""

    def _draw(self, n, generator, device):
        return torch.randn(n, self.dim, generator=generator, device=device) + torch.tensor([[3.0, 0.0]], device=device)

aae.register_prior("heavy", Heavy, title="Heavy tails", support="everywhere")
aae.register_prior("loose", Loose)
'''
# a training of moments
SMALL_SETTINGS = {"data": "digits", "steps": 10, "threads": 1, "network.hidden": (8,), "network.discriminator": (8,)}
LINE = "aae.register_prior('mine', Mine{})"
PRIOR_SOURCE = "import aae_core as aae, numpy as np, torch\nclass Mine(aae.Prior):\n    {}\n"
DRAW = "def _draw(self, n, generator, device):\n        return {}"
NORMAL = "torch.randn(n, self.dim, generator=generator)"


def prior_source(draws=NORMAL, more="", register=""):
    return PRIOR_SOURCE.format(DRAW.format(draws) + more) + LINE.format(register)


def assert_one_sentence(text):
    assert "\n" not in text and text.endswith(".") and "Traceback" not in text
    return text


@pytest.fixture
def plug_in(tmp_path, monkeypatch):
    """plug_in(name, text) writes a module where Python and its subprocesses find it, and allows it; what plug-ins did to this
    process is undone after the test. plug_in.forget() makes the process as new, with none allowed."""
    folder = tmp_path / "plug-ins"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    monkeypatch.delenv(plugins.VARIABLE, raising=False)
    # bytecode of a module stays valid while its size and the second of its last change stay the same
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(name, text, allow=True):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        if allow:
            monkeypatch.setenv(plugins.VARIABLE, name)
        return folder / f"{name}.py"

    def forget():
        monkeypatch.delenv(plugins.VARIABLE, raising=False)
        for path in folder.glob("*.py"):
            PRIORS.drop_rows_of(path.stem)
            COSTS.drop_rows_of(path.stem)
            NETWORKS.drop_rows_of(path.stem)
            sets.REGISTERED_SETS.drop_rows_of(path.stem)
            sys.modules.pop(path.stem, None)
        plugins._ATTEMPTED.clear()
        plugins._LOADING_ERRORS.clear()
        plugins._entry_point_modules.cache_clear()
        plugin_priors._cached_unusable_reason.cache_clear()
        sets._load_cached.cache_clear()
        revisions._SUMMARIES.clear()

    write.forget = forget
    yield write
    forget()
