"""The networks of a trained model as ONNX files, written by PyTorch's own exporter and checked against the model.

`export` checks that the optional packages are there. The exporter modifies torch for the whole process while it works,
so a server runs it in another process.
"""

from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor, nn

from aae_core.errors import ConfigError, RevisionError
from aae_core.models.inference import evaluation_mode
from aae_core.models.model import Model

MAX_NETWORK_BYTES = 2_000_000_000  # bytes of a network, at most, because one ONNX file holds less than 2 GiB
CHECKED_BATCH_SIZES = (1, 33)  # sizes of the mini-batches on which a file is checked
VERSIONS_ADVICE = "try other versions of onnx, onnxscript and onnxruntime"
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


def exported_functions_and_names(model: Model) -> dict[str, tuple[nn.Module, tuple[str, ...], tuple[str, ...]]]:
    """{network: (function, names of its inputs, names of its outputs)} of what is exported, a file for each network."""
    return {
        "encoder": (EncoderFunction(model), ("x",), ("z", "y") if model.variant.categorical else ("z",)),
        "decoder": (DecoderFunction(model), ("z", "y") if model.variant.has_content else ("z",), ("x",)),
    }


def export_onnx_files(model: Model) -> tuple[dict[str, bytes], str]:
    """({file name: content} of encoder.onnx and decoder.onnx, for mini-batches of any size; a sentence on how they were
    checked: if onnxruntime is installed, by how much their values differ from the model's).

    Raises ConfigError if a network is too large for one file, RevisionError if the exporter fails, or if the values
    differ by more than TOLERANCE.
    """
    contents, differences = {}, []
    with evaluation_mode(model):
        for name, (function, inputs, outputs) in exported_functions_and_names(model).items():
            if sum(tensor.nbytes for tensor in getattr(model, name).state_dict().values()) > MAX_NETWORK_BYTES:
                raise ConfigError(f"The {name} is larger than the 2 GB that an ONNX file can hold.")
            contents[f"{name}.onnx"] = _export_network(function.eval(), _random_inputs(model, inputs, 2), outputs)
            if find_spec("onnxruntime"):
                examples = [_random_inputs(model, inputs, batch_size) for batch_size in CHECKED_BATCH_SIZES]
                differences.append(max_output_difference(function, contents[f"{name}.onnx"], examples))
    if not differences:
        return contents, "The ONNX files were not checked; to have them checked: pip install onnxruntime"
    largest = np.max(differences)
    if not largest <= TOLERANCE:
        raise RevisionError(
            f"The ONNX files were not written, because their values differ by up to {largest:.0e} from the model's; "
            f"{VERSIONS_ADVICE}."
        )
    check_report = (
        f"The ONNX files were checked with onnxruntime: their values differ by at most {largest:.1e} from the model's."
    )
    return contents, check_report


def _export_network(function, inputs, outputs) -> bytes:
    try:
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
    except (torch.onnx.OnnxExporterError, ImportError) as error:
        raise RevisionError(f"PyTorch's exporter of ONNX files failed; {VERSIONS_ADVICE}.") from error
    return program.model_proto.SerializeToString()


def _random_inputs(model, names, batch_size) -> dict[str, Tensor]:
    """n random values for each named input: x in [0, 1], which suits rows of a table, too, z normal, y
    probabilities."""
    generator = torch.Generator().manual_seed(batch_size)
    inputs = {
        "x": torch.rand(batch_size, *model.shape, generator=generator),
        "z": torch.randn(batch_size, model.config.latent_dim, generator=generator),
        "y": torch.rand(batch_size, model.contents, generator=generator).softmax(1),
    }
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
        np.max([np.abs(theirs - ours.numpy()).max() / max(1, ours.abs().max().item()) for theirs, ours in pairs])
    )
