"""The Markdown page beside exported weights: the model's values and layers, and plain PyTorch code that loads the weights without
this project. Layers and code are derived from the networks themselves, and a test runs the code.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

import torch
from torch import nn

from aae_core.config import derived
from aae_core.config.choices import PRIORS
from aae_core.markdown_tables import markdown_table
from aae_core.models import objectives
from aae_core.models.convolutions import Residual
from aae_core.models.inference import evaluating
from aae_core.models.model import Model
from aae_core.store import onnx_files
from aae_core.store.revision import Revision

DEFAULTS = re.compile(  # arguments in the repr of a layer that are PyTorch's defaults
    r"in_features=|out_features=|, bias=True|start_dim=1, end_dim=-1|, momentum=0.1, affine=True, track_running_stats=True"
)
SEEN = dict.fromkeys(("poisson", "multinomial"), ".clamp(min=0).log1p()")  # cost -> code from x to the encoder's input
# link -> its code; the links are those of `objectives.LINKS`
LINKS = {"identity": "", "sigmoid": ".sigmoid()", "exp": ".clamp(max=20).exp()", "softmax": ".softmax(3)"}
OF_IMAGES = "of images uint8 N×H×W×C: torch.from_numpy(images).permute(0, 3, 1, 2) / 255"
OF_ROWS = "of rows N×F: ((rows - shift) / scale)[:, None, None, :]"
# What Markdown reads as something else than a character; an underscore within a word is one.
MARKS = re.compile(r"[\\`*<>&\[\]$~]|(?<![^\W_])_|_(?![^\W_])")
RESIDUAL = """
class Residual(nn.Sequential):
    def forward(self, x):
        return (x + super().forward(x)).relu()

"""
CODES = {  # posterior -> what z is
    "deterministic": "the code",
    "gaussian": "the code: the mean μ(x), after which the encoder gives log σ²(x)",
    "universal": "the code, for noise η of zeros, which follows the features",
}


def page(revision: Revision, model: Model, checked: str = "", weights: str = "weights.safetensors") -> str:
    """The page of a revision with this trained model. checked: how the exported ONNX files were checked, or "" without any;
    weights: name of the exported weights file."""
    nets, told, data = _plain(model), model.variant, _literal(_in_line(revision.data.title))
    others = sorted({name.partition(".")[0] for name in model.state_dict().keys() - nets.state_dict().keys()})
    layers_note = (
        "Shapes are those of one example. After a ReLU all values are 0 or more; the output of a network has none."
    )
    if others:
        layers_note += f" The file also holds {', '.join(others)}."
    parts = [
        f"# {revision.id}",
        f"{told.title} ({told.section}), trained on {data} for {revision.status.step:,} steps. {told.summary}",
        "## Values",
        markdown_table(("value", "meaning", "shape", "range"), _values(revision, model)),
        *_features(model),
        "## Layers",
        layers_note,
        markdown_table(("layer", "kind", "output"), _layers(model, nets)),
        "## Plain PyTorch",
        f"```python\n{_code(model, nets, weights)}\n```",
    ]
    if checked:
        parts += ["## ONNX", checked, f"```python\n{_onnx_code(model)}\n```"]
    return "\n\n".join(parts) + "\n"


def _plain(model) -> nn.Sequential:
    """Encoder and decoder as plain PyTorch modules, under the names that their weights have in the file."""
    encoder = OrderedDict(model.encoder.named_children())
    if model.noise_dim:
        encoder["noise"] = nn.ZeroPad1d((0, model.noise_dim))
        encoder.move_to_end("net")
    decoder = OrderedDict(model.decoder.named_children())
    return nn.Sequential(OrderedDict(encoder=nn.Sequential(encoder), decoder=nn.Sequential(decoder)))


def _values(revision, model) -> Iterator[tuple[str, ...]]:
    config, image, k = model.config, _shape(model.shape), model.contents
    if model.features is None:
        tones = revision.data.tones
        prepared = f"; before, {tones.sentence.rstrip('.')}" if tones else ""
        meaning = f"an image: pixel values 0…255 / 255, channels first, rows from the top{prepared}"
        yield "x", meaning, f"N×{image}", "0 to 1"
    else:
        yield "x", "a row: (value − shift) / scale of each feature, in the order below", f"N×{image}", "any number"
    if k:
        names = ", ".join(map(_literal, derived.contents(config, revision.data.classes)))
        how = "the content, one-hot"
        if model.variant.categorical:
            how = f"the content, q(y|x): softmax of the first {k} outputs of the encoder"
        if config.content_decoded == "each":
            how += "; the decoder was trained on the likeliest alone, one-hot"
        yield "y", f"{how}. In this order: {names}", f"N×{k}", "0 to 1, sum 1"
    heads = ", to which its content's head is added: z + y · heads" if model.variant.merge == "add" else ""
    prior = (
        f"; prior: {PRIORS[config.prior.name].title}, scale {config.prior.scale:g}" if model.variant.has_prior else ""
    )
    probe = revision.probe()
    seen = ""
    if probe is not None:
        items = "images" if model.features is None else "rows"
        seen = f"; of {len(probe.z):,} {items} {probe.z.min():.3g} to {probe.z.max():.3g}"
    yield "z", CODES[config.posterior] + heads, f"N×{config.latent_dim}", f"any number{prior}{seen}"
    given = "[y, z], the content first" if model.variant.has_content else "z"
    yield "logits", f"what the decoder gives for {given}", f"N×{image}", "any number"
    if model.features is None:
        yield "x̂", "sigmoid(logits); × 255 and rounded, the pixel values", f"N×{image}", "0 to 1"
    else:
        yield "x̂", "of the logits as in the code below; × scale + shift, the values", f"N×{image}", "any number"


def _features(model) -> Iterator[str]:
    """The section with the features of a table, and the shift and scale of each; nothing for images."""
    if model.features is not None:
        shifts, scales = model.form.shift.tolist(), model.form.scale.tolist()
        rows = [
            (_literal(name), kind, f"{shift:.9g}", f"{scale:.9g}")
            for name, kind, shift, scale in zip(model.features.names, model.features.kinds, shifts, scales, strict=True)
        ]
        yield "## Features"
        yield markdown_table(("feature", "kind", "shift", "scale"), rows)


def _by_columns(model, name, text_of) -> Iterator[str]:
    """Lines of code that transform the variable `name`: for each cost, its columns by the code text_of(cost); none for ""."""
    known = model.features  # for images, x̂ is the sigmoid of the logits under every cost
    groups = objectives.groups_of(model.config.cost, known) if known else [([], "cross-entropy")]
    for columns, cost in groups:
        if text := text_of(cost):
            part = f"[..., {columns}]" if len(groups) > 1 else ""
            yield f"{name}{part} = {name}{part}{text}"


def _mean(model, cost) -> str:
    """The code that turns logits into x̂ under a cost."""
    total = f" * {sum(model.features.means):.9g}" if cost == "multinomial" else ""
    return LINKS[objectives.link_of(cost)] + total


def _layers(model, nets) -> Iterator[tuple[str, str, str]]:
    with evaluating(model):
        for name, net in nets.named_children():
            values = torch.zeros(1, *(model.shape if name == "encoder" else [net.net[0].in_features]))
            for path, layer in _in_turn(net, name):
                values = layer(values)
                yield path, _text(layer).removeprefix("nn."), _shape(values.shape[1:])


def _in_turn(module, path) -> Iterator[tuple[str, nn.Module]]:
    if not isinstance(module, nn.Sequential) or isinstance(module, Residual):
        yield path, module
        return
    for name, part in module.named_children():
        yield from _in_turn(part, f"{path}.{name}")


def _text(module, indent="") -> str:
    """Python code that creates the module. The repr of a layer is such code, except that the name of a subclass is replaced by
    that of its PyTorch class."""
    if isinstance(module, Residual):
        return f"Residual({', '.join(map(_text, module))})"
    if not isinstance(module, nn.Sequential):
        kind = next(each.__name__ for each in type(module).__mro__ if each.__module__.startswith("torch.nn."))
        return DEFAULTS.sub("", f"nn.{kind}{repr(module).removeprefix(type(module).__name__)}")
    parts, inner = dict(module.named_children()), indent + "    "
    if "0" in parts:
        return f"nn.Sequential({', '.join(map(_text, parts.values()))})"
    rows = "".join(f"{inner}{name}={_text(part, inner)},\n" for name, part in parts.items())
    return f"nn.Sequential(OrderedDict(\n{rows}{indent}))"


def _code(model, nets, weights) -> str:
    k, d = model.contents, model.config.latent_dim
    residual_class = [RESIDUAL] if any(isinstance(layer, Residual) for layer in nets.modules()) else []
    input_lines = list(_by_columns(model, "given", lambda cost: SEEN.get(cost, "")))
    encoding = ["h = nets.encoder(x)"]
    if input_lines:
        encoding = ["given = x.clone()", *input_lines, "h = nets.encoder(given)"]
    lines = [
        "from collections import OrderedDict",
        "import torch",
        "from safetensors.torch import load_file",
        "from torch import nn",
        "",
        *residual_class,
        f'tensors = load_file("{weights}")',
        f"nets = {_text(nets)}.eval().requires_grad_(False)",
        "nets.load_state_dict({name: tensors[name] for name in nets.state_dict()})",
        f"x = torch.rand(4, {', '.join(map(str, model.shape))})  # {OF_IMAGES if model.features is None else OF_ROWS}",
        *encoding,
    ]
    start = k if model.variant.categorical else 0
    lines.append(f"z = h[:, {start}:{start + d}]")
    if model.variant.categorical:
        likeliest = model.config.content_decoded == "each"
        lines.append(
            f"y = torch.eye({k})[h[:, :{k}].argmax(1)]" if likeliest else f"y = h[:, :{k}].softmax(1)  # q(y|x)"
        )
    elif model.variant.has_content:
        lines.append(f"y = torch.eye({k})[torch.arange(4) % {k}]  # in place of the images' own contents")
    if model.variant.merge == "add":
        lines.append('z = z + y @ tensors["heads"].float()')
    inputs = "torch.cat([y, z], 1)" if model.variant.has_content else "z"
    return "\n".join([*lines, f"x_hat = nets.decoder({inputs})", *_by_columns(model, "x_hat", partial(_mean, model))])


def _onnx_code(model) -> str:
    """Code, to follow that of `_code`, that runs the ONNX files."""
    lines = ["from onnxruntime import InferenceSession", ""]
    for network, (_, inputs, outputs) in onnx_files.interface(model).items():
        given = ", ".join(f'"{name}": {name}.numpy()' for name in inputs)
        found = ", ".join(f"{name}_onnx" for name in outputs)
        lines.append(f'[{found}] = InferenceSession("{network}.onnx").run(None, {{{given}}})')
    return "\n".join(lines)


def _shape(sizes) -> str:
    return "×".join(map(str, sizes))


def _literal(name) -> str:
    """Markdown that shows a name as it is: a class <unk> would be a tag, which is not shown at all."""
    return MARKS.sub(r"\\\g<0>", name)


def _in_line(text) -> str:
    """A text in one line, so that a name cannot begin a paragraph, or code that looks like the page's own."""
    return " ".join(text.split())
