"""The Markdown page beside exported weights: the model's values and layers, and plain PyTorch code that loads the
weights without this project. Layers and code are derived from the networks themselves, and a test runs the code."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

import torch
from torch import nn

from aae_core.config import derived
from aae_core.config.choices import NETWORKS
from aae_core.config.derived import has_plugin_network
from aae_core.config.priors import PRIORS
from aae_core.markdown_tables import markdown_table
from aae_core.models import objectives
from aae_core.models.convolutions import ResidualBlock
from aae_core.models.inference import evaluation_mode
from aae_core.models.model import Model
from aae_core.store import onnx_files

DEFAULT_ARGUMENTS = re.compile(  # arguments in the repr of a layer that are PyTorch's defaults
    r"in_features=|out_features=|, bias=True|start_dim=1, end_dim=-1|, momentum=0.1, affine=True, track_running_stats=True"
)
# cost -> code from x to the encoder's input
ENCODER_INPUT_CODE = dict.fromkeys(("poisson", "multinomial"), ".clamp(min=0).log1p()")
# link -> its code; the links are those of `objectives.LINK_FUNCTIONS`
LINK_CODE = {"identity": "", "sigmoid": ".sigmoid()", "exp": ".clamp(max=20).exp()", "softmax": ".softmax(3)"}
IMAGES_COMMENT = "of images uint8 N×H×W×C: torch.from_numpy(images).permute(0, 3, 1, 2) / 255"
ROWS_COMMENT = "of rows N×F: ((rows - shift) / scale)[:, None, None, :]"
# What Markdown reads as something else than a character; an underscore within a word is one.
MARKDOWN_CHARACTERS = re.compile(r"[\\`*<>&\[\]$~]|(?<![^\W_])_|_(?![^\W_])")
RESIDUAL_CLASS_CODE = """
class Residual(nn.Sequential):
    def forward(self, x):
        return self[1](x + super().forward(x))

"""
CODE_MEANINGS = {  # posterior -> what z is
    "deterministic": "the code",
    "gaussian": "the code: the mean μ(x), after which the encoder gives log σ²(x)",
    "universal": "the code, for noise η of zeros, which follows the features",
}


def format_model_page(
    revision, model: Model, onnx_check_report: str = "", weights_file: str = "weights.safetensors"
) -> str:
    """The page of a `revision.Revision` with this trained model. onnx_check_report: how the exported ONNX files were
    checked, or "" without any; weights_file: name of the exported weights file."""
    variant, data_title = model.variant, _escape_markdown(_as_one_line(revision.data.title))
    parts = [
        f"# {revision.id}",
        f"{variant.title} ({variant.section}), trained on {data_title} for {revision.status.step:,} steps. {variant.summary}",
        "## Values",
        markdown_table(("value", "meaning", "shape", "range"), _value_rows(revision, model)),
        *_features_section(model),
    ]
    if _has_plain_networks(model):
        parts += _layers_sections(model, weights_file)
    else:
        parts += _plugin_section(revision, weights_file)
    if onnx_check_report:
        parts += ["## ONNX", onnx_check_report, f"```python\n{_onnx_code(model)}\n```"]
    return "\n\n".join(parts) + "\n"


def _has_plain_networks(model) -> bool:
    """Whether encoder and decoder are the package's own, so that the page can give their code."""
    return not any(has_plugin_network(model.config, role) for role in ("encoder", "decoder"))


def _layers_sections(model, weights_file) -> list[str]:
    """The sections with the layers, and with the code that computes them."""
    networks = _as_plain_modules(model)
    other_tensors = model.state_dict().keys() - networks.state_dict().keys()
    other_networks = sorted({name.partition(".")[0] for name in other_tensors})
    note = "Shapes are those of one example. The output of a network has no activation."
    if model.config.network.activation == "relu":
        note += " After a ReLU all values are 0 or more."
    if other_networks:
        note += f" The file also holds {', '.join(other_networks)}."
    return [
        "## Layers",
        note,
        markdown_table(("layer", "kind", "output"), _layer_rows(model, networks)),
        "## Plain PyTorch",
        f"```python\n{_plain_torch_code(model, networks, weights_file)}\n```",
    ]


def _plugin_section(revision, weights_file) -> list[str]:
    """The section on networks that a plug-in makes, in place of `_layers_sections`."""
    kind = revision.config.network.kind
    plugin = _escape_markdown(NETWORKS.registering_module_of(kind))
    return [
        "## PyTorch",
        f"The networks {kind} are made by the plug-in {plugin}, whose code is needed to load the weights in {weights_file}.",
        f'```python\nimport aae_core as aae\n\nmodel = aae.open("{revision.id}").model()\n```',
    ]


def _as_plain_modules(model) -> nn.Sequential:
    """Encoder and decoder as plain PyTorch modules, under the names that their weights have in the file."""
    encoder = OrderedDict(model.encoder.named_children())
    if model.noise_dim:
        encoder["noise"] = nn.ZeroPad1d((0, model.noise_dim))
        encoder.move_to_end("net")
    decoder = OrderedDict(model.decoder.named_children())
    return nn.Sequential(OrderedDict(encoder=nn.Sequential(encoder), decoder=nn.Sequential(decoder)))


def _value_rows(revision, model) -> Iterator[tuple[str, ...]]:
    config, item_shape, k = model.config, _format_shape(model.shape), model.contents
    if model.features is None:
        tones = revision.data.tones
        preprocessing = f"; before, {tones.sentence.rstrip('.')}" if tones else ""
        meaning = f"an image: pixel values 0…255 / 255, channels first, rows from the top{preprocessing}"
        yield "x", meaning, f"N×{item_shape}", "0 to 1"
    else:
        yield "x", "a row: (value − shift) / scale of each feature, in the order below", f"N×{item_shape}", "any number"
    if k:
        names = ", ".join(map(_escape_markdown, derived.content_names(config, revision.data.classes)))
        meaning_of_y = "the content, one-hot"
        if model.variant.categorical:
            meaning_of_y = f"the content, q(y|x): softmax of the first {k} outputs of the encoder"
        if config.content_decoded == "each":
            meaning_of_y += "; the decoder was trained on the likeliest alone, one-hot"
        yield "y", f"{meaning_of_y}. In this order: {names}", f"N×{k}", "0 to 1, sum 1"
    heads_note = ", to which its content's head is added: z + y · heads" if model.variant.merge == "add" else ""
    prior_note = (
        f"; prior: {PRIORS[config.prior.name].title}, scale {config.prior.scale:g}" if model.variant.has_prior else ""
    )
    probe = revision.probe()
    range_note = ""
    if probe is not None:
        items = "images" if model.features is None else "rows"
        range_note = f"; of {len(probe.z):,} {items} {probe.z.min():.3g} to {probe.z.max():.3g}"
    yield (
        "z",
        CODE_MEANINGS[config.posterior] + heads_note,
        f"N×{config.latent_dim}",
        f"any number{prior_note}{range_note}",
    )
    decoder_input = "[y, z], the content first" if model.variant.has_content else "z"
    yield "logits", f"what the decoder gives for {decoder_input}", f"N×{item_shape}", "any number"
    if model.features is None:
        yield "x̂", "sigmoid(logits); × 255 and rounded, the pixel values", f"N×{item_shape}", "0 to 1"
    else:
        source = "as in the code below" if _has_plain_networks(model) else "as `model.decode` computes it"
        yield "x̂", f"of the logits {source}; × scale + shift, the values", f"N×{item_shape}", "any number"


def _features_section(model) -> Iterator[str]:
    """The section with the features of a table, and the shift and scale of each, and what it is where its value is missing, if
    missing values are replaced; nothing for images."""
    features = model.features
    if features is None:
        return
    head = ["feature", "kind", "shift", "scale"]
    columns = [
        [_escape_markdown(name) for name in features.names],
        features.kinds,
        [f"{shift:.9g}" for shift in model.form.shift.tolist()],
        [f"{scale:.9g}" for scale in model.form.scale.tolist()],
    ]
    if features.fill_values:
        head.append("where missing")
        columns.append(["refused" if value is None else f"{value:.9g}" for value in features.fill_values])
    yield "## Features"
    yield markdown_table(head, list(zip(*columns, strict=True)))


def _code_by_columns(model, variable, code_of_cost) -> Iterator[str]:
    """Lines of code that transform the variable `variable`: for each cost, its columns by the code
    code_of_cost(cost); none for ""."""
    features = model.features  # for images, x̂ is the sigmoid of the logits under every cost
    groups = objectives.column_groups(model.config.cost, features) if features else [([], "cross-entropy")]
    for columns, cost in groups:
        if code := code_of_cost(cost):
            index = f"[..., {columns}]" if len(groups) > 1 else ""
            yield f"{variable}{index} = {variable}{index}{code}"


def _mean_code(model, cost) -> str:
    """The code that turns logits into x̂ under a cost."""
    factor = f" * {sum(model.features.means):.9g}" if cost == "multinomial" else ""
    return LINK_CODE[objectives.link_function_name(cost)] + factor


def _layer_rows(model, networks) -> Iterator[tuple[str, str, str]]:
    with evaluation_mode(model):
        for name, network in networks.named_children():
            values = torch.zeros(1, *(model.shape if name == "encoder" else [network.net[0].in_features]))
            for path, layer in _iterate_layers(network, name):
                values = layer(values)
                yield path, _constructor_code(layer).removeprefix("nn."), _format_shape(values.shape[1:])


def _iterate_layers(module, path) -> Iterator[tuple[str, nn.Module]]:
    if not isinstance(module, nn.Sequential) or isinstance(module, ResidualBlock):
        yield path, module
        return
    for name, part in module.named_children():
        yield from _iterate_layers(part, f"{path}.{name}")


def _constructor_code(module, indent="") -> str:
    """Python code that creates the module. The repr of a layer is such code, except that the name of a subclass is
    replaced by that of its PyTorch class."""
    if isinstance(module, ResidualBlock):
        return f"Residual({', '.join(map(_constructor_code, module))})"
    if not isinstance(module, nn.Sequential):
        class_name = next(base.__name__ for base in type(module).__mro__ if base.__module__.startswith("torch.nn."))
        return DEFAULT_ARGUMENTS.sub("", f"nn.{class_name}{repr(module).removeprefix(type(module).__name__)}")
    parts, inner_indent = dict(module.named_children()), indent + "    "
    if "0" in parts:
        return f"nn.Sequential({', '.join(map(_constructor_code, parts.values()))})"
    rows = "".join(f"{inner_indent}{name}={_constructor_code(part, inner_indent)},\n" for name, part in parts.items())
    return f"nn.Sequential(OrderedDict(\n{rows}{indent}))"


def _plain_torch_code(model, networks, weights_file) -> str:
    n_contents, latent_dim = model.contents, model.config.latent_dim
    residual_class = []
    if any(isinstance(layer, ResidualBlock) for layer in networks.modules()):
        residual_class.append(RESIDUAL_CLASS_CODE)
    input_lines = list(_code_by_columns(model, "given", lambda cost: ENCODER_INPUT_CODE.get(cost, "")))
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
        f'tensors = load_file("{weights_file}")',
        f"nets = {_constructor_code(networks)}.eval().requires_grad_(False)",
        "nets.load_state_dict({name: tensors[name] for name in nets.state_dict()})",
        _random_items_line(model),
        *encoding,
    ]
    first_column = n_contents if model.variant.categorical else 0
    lines.append(f"z = h[:, {first_column}:{first_column + latent_dim}]")
    if model.variant.categorical:
        decodes_likeliest = model.config.content_decoded == "each"
        lines.append(
            f"y = torch.eye({n_contents})[h[:, :{n_contents}].argmax(1)]"
            if decodes_likeliest
            else f"y = h[:, :{n_contents}].softmax(1)  # q(y|x)"
        )
    elif model.variant.has_content:
        lines.append(
            f"y = torch.eye({n_contents})[torch.arange(4) % {n_contents}]  # in place of the images' own contents"
        )
    if model.variant.merge == "add":
        lines.append('z = z + y @ tensors["heads"].float()')
    inputs = "torch.cat([y, z], 1)" if model.variant.has_content else "z"
    return "\n".join(
        [*lines, f"x_hat = nets.decoder({inputs})", *_code_by_columns(model, "x_hat", partial(_mean_code, model))]
    )


def _random_items_line(model) -> str:
    comment = IMAGES_COMMENT if model.features is None else ROWS_COMMENT
    return f"x = torch.rand(4, {', '.join(map(str, model.shape))})  # {comment}"


def _random_input_lines(model) -> list[str]:
    """Code that makes the inputs of the ONNX files where `_plain_torch_code` does not."""
    lines = [
        _random_items_line(model),
        f"z = torch.randn(4, {model.config.latent_dim})",
    ]
    if model.contents:
        lines.append(f"y = torch.eye({model.contents})[torch.arange(4) % {model.contents}]")
    return lines


def _onnx_code(model) -> str:
    """Code that runs the ONNX files, to follow that of `_plain_torch_code` if there is some."""
    lines = ["from onnxruntime import InferenceSession", ""]
    if not _has_plain_networks(model):
        lines = ["import torch", *lines, *_random_input_lines(model)]
    functions = onnx_files.exported_functions(model)
    for network in ("encoder", "decoder"):
        lines.append(_session_code(network, functions[network], "{}_onnx"))
    if model.features is not None:
        keys, missing_note = ["name", "kind", "shift", "scale"], ""
        if model.features.fill_values:
            keys.append("fill_value")
            missing_note = "; NaN is a missing value, which becomes fill_value"
        lines += [
            "",
            f"# rows N×F in their own units{missing_note}; the file names their columns, in this order",
            'metadata = InferenceSession("encode_rows.onnx").get_modelmeta().custom_metadata_map',
            f'features = json.loads(metadata["features"])  # of each: {", ".join(keys)}',
            'scale = torch.tensor([feature["scale"] for feature in features])',
            'rows = x[:, 0, 0] * scale + torch.tensor([feature["shift"] for feature in features])',
            _session_code("encode_rows", functions["encode_rows"], "{}_of_rows"),
            _session_code("decode_rows", functions["decode_rows"], "decoded_{}"),
        ]
        lines.insert(0, "import json")
    return "\n".join(lines)


def _session_code(file_name, function, output_name_template) -> str:
    """A line of code that runs an ONNX file."""
    input_entries = ", ".join(f'"{name}": {name}.numpy()' for name in function.inputs)
    output_names = ", ".join(output_name_template.format(name) for name in function.outputs)
    return f'[{output_names}] = InferenceSession("{file_name}.onnx").run(None, {{{input_entries}}})'


def _format_shape(sizes) -> str:
    return "×".join(map(str, sizes))


def _escape_markdown(text) -> str:
    """Markdown that shows a name as it is: a class <unk> would be a tag, which is not shown at all."""
    return MARKDOWN_CHARACTERS.sub(r"\\\g<0>", text)


def _as_one_line(text) -> str:
    """A text in one line, so that a name cannot begin a paragraph, or code that looks like the page's own."""
    return " ".join(text.split())
