"""The files with a revision's networks (weights.safetensors) and with the state of its training (resume.safetensors).

Names, shapes and dtypes of the networks are checked against the configuration before a tensor is read. Networks stored in fp16
are fp32 in memory.
"""

import numpy as np
import torch
from torch import nn

from aae_core import files
from aae_core.errors import RevisionError, TrainingError
from aae_core.models.model import Model
from aae_core.store.folder import Folder

WEIGHTS, RESUME = "weights.safetensors", "resume.safetensors"
DTYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.int64: "I64", torch.uint8: "U8"}


def arrays_of(net: nn.Module, half: bool = False) -> dict[str, np.ndarray]:
    """Parameters and buffers of a network by name, converted to fp32, or fp16 if `half`; integers keep their type."""
    kind = torch.float16 if half else torch.float32
    values = net.state_dict().items()
    return {name: (v.to(kind) if v.is_floating_point() else v).detach().cpu().numpy() for name, v in values}


def form_of(net: nn.Module) -> dict[str, tuple[str, tuple[int, ...]]]:
    """{name: (dtype, shape)} of the parameters and buffers of a network, for `files.read_tensors`."""
    return {name: (DTYPES[value.dtype], tuple(value.shape)) for name, value in net.state_dict().items()}


def tensors_of(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Arrays as tensors with memory of their own."""
    return {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}


def save(revision: Folder, model: Model, step: int, half: bool = False) -> None:
    """Write the networks of a revision after `step` steps, atomically, in fp32 or, if `half`, fp16; RevisionError if that
    fails."""
    files.write_tensors(revision.path / WEIGHTS, arrays_of(model, half), revision.stamp(step))


def load_model(revision: Folder, device: str = "cpu") -> Model:
    """The trained Model of a revision, in fp32 and evaluation mode, on `device`.

    Raises RevisionError if the weights are missing, damaged, of another revision or not finite; ConfigError if configuration and
    data contradict each other.
    """
    path = revision.path / WEIGHTS
    if not path.exists():
        raise RevisionError(f"{path} is missing: no weights were saved yet, or they were moved; resume or train again.")
    form = revision.config, revision.data.shape, len(revision.data.classes), revision.data.features
    model, header = read_model(path, form)
    revision.check_stamp(path, header)
    return model.to(device)


def read_model(path, form: tuple) -> tuple[Model, files.Header]:
    """(Model, file header): the Model with the constructor's arguments `form` and the weights of a file, on the CPU in evaluation
    mode. RevisionError unless the file holds exactly these networks, with finite numbers."""
    with torch.device("meta"):  # without memory, since a damaged configuration may describe any size of network
        model = Model(*form)
    arrays, header = files.read_tensors(path, form_of(model))
    for name, values in arrays.items():
        if not np.isfinite(values).all():
            raise RevisionError(
                f"{path} holds numbers in {name} that are not finite; put the right file back, or train again."
            )
    return with_weights(form, arrays), header


def with_weights(form: tuple, arrays: dict[str, np.ndarray]) -> Model:
    """A Model with the constructor's arguments `form` and weights as from `arrays_of`, in evaluation mode without gradients."""
    model = Model(*form)
    model.load_state_dict(tensors_of(arrays))
    return model.eval().requires_grad_(False)


def save_resume(revision: Folder, state: dict[str, torch.Tensor], step: int) -> None:
    """Write the state from which a training continues bit for bit (`Training.state`) after `step` steps, atomically."""
    files.write_tensors(revision.path / RESUME, {k: v.numpy() for k, v in state.items()}, revision.stamp(step))


def load_resume(revision: Folder) -> dict[str, torch.Tensor] | None:
    """The state that `save_resume` wrote; None if there is none. RevisionError if it is damaged or of another revision."""
    path = revision.path / RESUME
    if not path.exists():
        return None
    arrays, header = files.read_tensors(path)
    revision.check_stamp(path, header)
    return tensors_of(arrays)


def go_on(revision: Folder, training) -> None:
    """Load the saved state of a revision, if there is one, into a new Training; RevisionError if it does not fit."""
    state = load_resume(revision)
    if state is None:
        return
    try:
        training.load(state)
    except TrainingError as error:
        raise RevisionError(f"{revision.path / RESUME}: {error}") from error
