"""The Training of a revision, in the state in which its last worker left it."""

from collections.abc import Iterator
from contextlib import contextmanager

from aae_core.training import machine


@contextmanager
def open_training(revision, dataset, device: str | None) -> Iterator:
    """A context with the Training of a revision in the state in which it was left, or as it begins. device: None for the
    configured one. RevisionError if the saved state cannot be read, ConfigError if the training cannot be computed
    here."""
    from aae_core.models.convolutions import use_torch_threads
    from aae_core.store.weights import restore_training
    from aae_core.training.training import Training, choose_device

    device_type = choose_device(device or revision.config.device).type
    training = Training(revision.config, dataset, device, former_choice_here(revision.status, device_type))
    restore_training(revision, training)
    with use_torch_threads(training.choice.threads):
        yield training


def former_choice_here(status, device_type: str) -> machine.ComputeChoice | None:
    """How a training was computed according to its status, if on this machine and its GPU, or likewise without one, so that
    it continues bit for bit even if the rules by which that is chosen have changed; otherwise None. device_type: "cpu",
    "cuda" or "mps", on which it will continue."""
    former_choice = machine.parse_choice(status.machine)
    if former_choice is None:
        return None
    if (former_choice.machine, former_choice.gpu) != (machine.machine_name(), machine.gpu_name(device_type)):
        return None
    return former_choice.without_capture_result
