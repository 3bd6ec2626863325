"""The networks of a trained model as ONNX files, written by PyTorch's own exporter and checked against the model.

For a table there are two more files, in which the standardisation is part of the network: rows in their own units go
in, with NaN for a missing value that the training data's rules replace, and come out. The metadata of each file says what
its columns are.

`export` checks that the optional packages are there. The exporter modifies torch for the whole process while it works,
so a server runs it in another process.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from aae_core.config.derived import has_plugin_network
from aae_core.errors import ConfigError, RevisionError
from aae_core.models.inference import evaluation_mode
from aae_core.models.model import Model

MAX_NETWORK_BYTES = 2_000_000_000  # bytes of a network, at most, because one ONNX file holds less than 2 GiB
CHECKED_BATCH_SIZES = (1, 33)  # sizes of the mini-batches on which a file is checked
VERSIONS_ADVICE = "try other versions of onnx, onnxscript and onnxruntime"
PLUGIN_ADVICE = "it is made by a plug-in, in which values of tensors must not decide what is computed"
TOLERANCE = 1e-3  # difference above which a file is refused; below 1e-5 is usual


class EncoderFunction(nn.Module):
    """x N×C×H×W -> the representative code z N×d, as the decoder takes it, and q(y|x) N×K if the model infers y."""

    def __init__(self, model: Model):
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        z, y = self.model.infer_representative(x)
        if y is None:
            return (z,)
        return self.model.add_heads(z, y), y


class DecoderFunction(nn.Module):
    """z N×d and, if the decoder takes a content, y N×K -> x̂ N×C×H×W."""

    def __init__(self, model: Model):
        super().__init__()
        self.model = model

    def forward(self, z: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        return (self.model.decode(z, y),)


class RowEncoderFunction(EncoderFunction):
    """Rows N×F in their own units -> z and q(y|x), as `EncoderFunction` gives them. NaN becomes the feature's fill value, if it
    has one."""

    def __init__(self, model: Model):
        super().__init__(model)
        self.fill_values = _fill_values_or_nan(model)

    def forward(self, rows: Tensor) -> tuple[Tensor, ...]:
        if self.fill_values is not None:
            rows = torch.where(torch.isnan(rows), self.fill_values, rows)
        return super().forward(self.model.form.to_network_input(rows[:, None, None, :]))


def _fill_values_or_nan(model: Model) -> Tensor | None:
    """What each of the F features is where its value is missing, NaN where that is refused; None if all of them are."""
    if not model.features.fill_values:
        return None
    return torch.tensor([float("nan") if value is None else value for value in model.features.fill_values])


class RowDecoderFunction(DecoderFunction):
    """z N×d and, if the decoder takes a content, y N×K -> rows N×F in their own units."""

    def forward(self, z: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        return (self.model.form.from_network_output(self.model.decode(z, y))[:, 0, 0, :],)


class ExportedFunction(NamedTuple):
    """What one ONNX file computes. network: the name of the model's network whose weights it holds; inputs and outputs:
    their names."""

    function: nn.Module
    network: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def exported_functions(model: Model) -> dict[str, ExportedFunction]:
    """{name of its file without .onnx: ExportedFunction} of all that is exported."""
    encoder_outputs = ("z", "y") if model.variant.categorical else ("z",)
    decoder_inputs = ("z", "y") if model.variant.has_content else ("z",)
    functions = {
        "encoder": ExportedFunction(EncoderFunction(model), "encoder", ("x",), encoder_outputs),
        "decoder": ExportedFunction(DecoderFunction(model), "decoder", decoder_inputs, ("x",)),
    }
    if model.features is not None:
        functions["encode_rows"] = ExportedFunction(RowEncoderFunction(model), "encoder", ("rows",), encoder_outputs)
        functions["decode_rows"] = ExportedFunction(RowDecoderFunction(model), "decoder", decoder_inputs, ("rows",))
    return functions


def make_metadata(model: Model, revision_id: str, content_names: Sequence[str]) -> dict[str, str]:
    """The metadata of the ONNX files, as texts: `revision`; `contents`, a JSON list of the names of y, if there is one;
    and for a table `features`, a JSON list of objects, one for each of the F columns of `rows` in their order.

    An object has name, kind, shift and scale, with x = (row − shift) / scale; a category's also `column` and `value`,
    the column of the table and the value for which it is 1; and where NaN stands for a missing value, `fill_value`, by which
    encode_rows.onnx replaces it. content_names: of y, () without.
    """
    metadata = {"revision": revision_id}
    if content_names:
        metadata["contents"] = json.dumps(list(content_names), ensure_ascii=False)
    if model.features is not None:
        metadata["features"] = json.dumps(_describe_features(model), ensure_ascii=False)
    return metadata


def _describe_features(model) -> list[dict]:
    features, shifts, scales = model.features, model.form.shift.tolist(), model.form.scale.tolist()
    descriptions = []
    fill_values = features.fill_values or [None] * len(features)
    for name, kind, block, shift, scale, fill_value in zip(
        features.names, features.kinds, features.blocks, shifts, scales, fill_values, strict=True
    ):
        description = {"name": name, "kind": kind, "shift": shift, "scale": scale}
        if block:
            description |= {"column": block, "value": name.removeprefix(f"{block} = ")}
        if fill_value is not None:
            description["fill_value"] = fill_value
        descriptions.append(description)
    return descriptions


def export_onnx_files(model: Model, metadata: Mapping[str, str] | None = None) -> tuple[dict[str, bytes], str]:
    """({file name: content} of encoder.onnx and decoder.onnx, and for a table of encode_rows.onnx and decode_rows.onnx,
    for mini-batches of any size; a sentence on how they were checked: if onnxruntime is installed, by how much their
    values differ from the model's). metadata: of each file, as from `make_metadata`.

    Raises ConfigError if a network is too large for one file, RevisionError if the exporter fails, or if the values
    differ by more than TOLERANCE.
    """
    contents, differences = {}, []
    with evaluation_mode(model):
        for name, (function, network, inputs, outputs) in exported_functions(model).items():
            if sum(tensor.nbytes for tensor in getattr(model, network).state_dict().values()) > MAX_NETWORK_BYTES:
                raise ConfigError(f"The {network} is larger than the 2 GB that an ONNX file can hold.")
            example = _random_inputs(model, inputs, 2)
            try:
                contents[f"{name}.onnx"] = _export_network(function.eval(), example, outputs, metadata or {})
            except (torch.onnx.OnnxExporterError, ImportError) as error:
                advice = PLUGIN_ADVICE if has_plugin_network(model.config, network) else VERSIONS_ADVICE
                raise RevisionError(f"PyTorch's exporter of ONNX files failed on the {network}; {advice}.") from error
            if find_spec("onnxruntime"):
                examples = [_random_inputs(model, inputs, batch_size) for batch_size in CHECKED_BATCH_SIZES]
                differences.append(max_output_difference(function, contents[f"{name}.onnx"], examples))
    if not differences:
        return contents, "The ONNX files were not checked; to have them checked: pip install onnxruntime"
    largest_difference = np.max(differences)
    if not largest_difference <= TOLERANCE:
        raise RevisionError(
            f"The ONNX files were not written, because their values differ by up to {largest_difference:.0e} from the model's; "
            f"{VERSIONS_ADVICE}."
        )
    check_report = (
        "The ONNX files were checked with onnxruntime: their values differ by at most "
        f"{largest_difference:.1e} from the model's."
    )
    return contents, check_report


def _export_network(function, inputs, outputs, metadata) -> bytes:
    program = torch.onnx.export(
        function,
        tuple(inputs.values()),
        dynamo=True,
        input_names=list(inputs),
        output_names=outputs,
        # if two inputs named their dimension N, torch would rename one with a warning; it infers that the other is N, too
        dynamic_shapes=[{0: torch.export.Dim.DYNAMIC if number else "N"} for number in range(len(inputs))],
        external_data=False,
        verbose=False,
    )
    proto = program.model_proto
    for key, text in metadata.items():
        proto.metadata_props.add(key=key, value=text)
    return proto.SerializeToString()


def _random_inputs(model, names, batch_size) -> dict[str, Tensor]:
    """n random values for each named input: x in [0, 1], which suits rows of a table, too, `rows` in their own units, every
    second one with NaN for all values that may be missing, z normal, y probabilities."""
    generator = torch.Generator().manual_seed(batch_size)
    x = torch.rand(batch_size, *model.shape, generator=generator)
    inputs = {
        "x": x,
        "z": torch.randn(batch_size, model.config.latent_dim, generator=generator),
        "y": torch.rand(batch_size, model.contents, generator=generator).softmax(1),
    }
    if model.features is not None:
        inputs["rows"] = model.form.from_network_output(x)[:, 0, 0, :]
        fill_values = _fill_values_or_nan(model)
        if fill_values is not None:
            inputs["rows"][1::2, ~torch.isnan(fill_values)] = float("nan")
    return {name: inputs[name] for name in names}


def max_output_difference(function: nn.Module, content: bytes, examples: list[dict[str, Tensor]]) -> float:
    """The largest difference between the outputs of an ONNX file and of `function` on `examples`, inputs by name;
    relative to the largest absolute value of an output if that is above 1. RevisionError if onnxruntime cannot run the
    file."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    onnxruntime_errors = tuple(
        example for example in vars(state).values() if isinstance(example, type) and issubclass(example, Exception)
    )
    try:
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        answers = [
            session.run(None, {name: values.numpy() for name, values in example.items()}) for example in examples
        ]
    except onnxruntime_errors as error:
        raise RevisionError(f"onnxruntime cannot open the ONNX files; {VERSIONS_ADVICE}.") from error
    pairs = [
        pair
        for inputs, their_outputs in zip(examples, answers, strict=True)
        for pair in zip(their_outputs, function(**inputs), strict=True)
    ]
    return float(
        np.max(
            [
                np.abs(onnx_output - torch_output.numpy()).max() / max(1, torch_output.abs().max().item())
                for onnx_output, torch_output in pairs
            ]
        )
    )
