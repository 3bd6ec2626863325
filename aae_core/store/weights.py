"""The files with a revision's networks (weights.safetensors) and with the state of its training (resume.safetensors).

Names, shapes and dtypes of the networks are checked against the configuration before a tensor is read. Networks stored
in fp16 are fp32 in memory.
"""

import numpy as np
import torch
from torch import nn

from aae_core import files
from aae_core.errors import RevisionError, TrainingError
from aae_core.models.model import Model
from aae_core.store.revision_folder import RevisionFolder

WEIGHTS_FILE, RESUME_FILE = "weights.safetensors", "resume.safetensors"
DTYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.int64: "I64", torch.uint8: "U8"}


def network_arrays(network: nn.Module, half: bool = False) -> dict[str, np.ndarray]:
    """Parameters and buffers of a network by name, converted to fp32, or fp16 if `half`; integers keep their type."""
    float_type = torch.float16 if half else torch.float32
    values = network.state_dict().items()
    return {
        name: (tensor.to(float_type) if tensor.is_floating_point() else tensor).detach().cpu().numpy()
        for name, tensor in values
    }


def network_dtypes_and_shapes(network: nn.Module) -> dict[str, tuple[str, tuple[int, ...]]]:
    """{name: (dtype, shape)} of the parameters and buffers of a network, for `files.read_tensors`."""
    return {name: (DTYPES[value.dtype], tuple(value.shape)) for name, value in network.state_dict().items()}


def arrays_to_tensors(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Arrays as tensors with memory of their own."""
    return {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}


def save_weights(revision: RevisionFolder, model: Model, step: int, half: bool = False) -> None:
    """Write the networks of a revision after `step` steps, atomically, in fp32 or, if `half`, fp16; RevisionError if
    that fails."""
    files.write_tensors(revision.path / WEIGHTS_FILE, network_arrays(model, half), revision.identity_metadata(step))


def load_model(revision: RevisionFolder, device: str = "cpu") -> Model:
    """The trained Model of a revision, in fp32 and evaluation mode, on `device`.

    Raises RevisionError if the weights are missing, damaged, of another revision or not finite; ConfigError if
    configuration and data contradict each other.
    """
    path = revision.path / WEIGHTS_FILE
    if not path.exists():
        raise RevisionError(f"{path} is missing: no weights were saved yet, or they were moved; resume or train again.")
    model_arguments = revision.config, revision.data.shape, len(revision.data.classes), revision.data.features
    model, header = read_model(path, model_arguments)
    revision.check_identity(path, header)
    return model.to(device)


def read_model(path, model_arguments: tuple) -> tuple[Model, files.TensorHeader]:
    """(Model, file header): the Model with the constructor's arguments `model_arguments` and the weights of a file, on
    the CPU in evaluation mode. RevisionError unless the file holds exactly these networks, with finite numbers."""
    with torch.device("meta"):  # without memory, since a damaged configuration may describe any size of network
        model = Model(*model_arguments)
    arrays, header = files.read_tensors(path, network_dtypes_and_shapes(model))
    for name, values in arrays.items():
        if not np.isfinite(values).all():
            raise RevisionError(
                f"{path} holds numbers in {name} that are not finite; put the right file back, or train again."
            )
    return build_model(model_arguments, arrays), header


def build_model(model_arguments: tuple, arrays: dict[str, np.ndarray]) -> Model:
    """A Model with the constructor's arguments `model_arguments` and weights as from `network_arrays`, in evaluation
    mode without gradients."""
    model = Model(*model_arguments)
    model.load_state_dict(arrays_to_tensors(arrays))
    return model.eval().requires_grad_(False)


def save_resume_state(revision: RevisionFolder, state: dict[str, torch.Tensor], step: int) -> None:
    """Write the state from which a training continues bit for bit (`Training.state_tensors`) after `step` steps, atomically."""
    files.write_tensors(
        revision.path / RESUME_FILE,
        {name: tensor.numpy() for name, tensor in state.items()},
        revision.identity_metadata(step),
    )


def load_resume_state(revision: RevisionFolder) -> dict[str, torch.Tensor] | None:
    """The state that `save_resume_state` wrote; None if there is none. RevisionError if it is damaged or of another
    revision."""
    path = revision.path / RESUME_FILE
    if not path.exists():
        return None
    arrays, header = files.read_tensors(path)
    revision.check_identity(path, header)
    return arrays_to_tensors(arrays)


def restore_training(revision: RevisionFolder, training) -> None:
    """Load the saved state of a revision, if there is one, into a new Training; RevisionError if it does not fit."""
    state = load_resume_state(revision)
    if state is None:
        return
    try:
        training.load_state(state)
    except TrainingError as error:
        raise RevisionError(f"{revision.path / RESUME_FILE}: {error}") from error
