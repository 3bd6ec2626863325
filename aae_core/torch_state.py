"""torch's global settings: the package computes with those with which torch starts, whatever the caller has set.

A caller's default dtype or device, `no_grad`, `inference_mode`, autocast or reduced precision of matrix products would otherwise
change the bits of a seeded training, or end it.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

DEVICES = ("cpu", "cuda", "mps")  # device types on which the package computes
# values of torch's fp32_precision with which products of fp32 numbers are computed in fp32
FULL_PRECISION = ("none", "ieee")


class _ProcessSettings:
    """Settings that all threads of the process share: they are changed when the first thread enters the context, and restored
    when the last one leaves it."""

    def __init__(self):
        self._lock, self._entry_count, self._restore = threading.Lock(), 0, ExitStack()

    def __enter__(self):
        with self._lock:
            if self._entry_count == 0:
                self._restore = _change_process_settings()
            self._entry_count += 1

    def __exit__(self, *error):
        with self._lock:
            self._entry_count -= 1
            if self._entry_count == 0:
                self._restore.close()


_PROCESS_SETTINGS = _ProcessSettings()


def _change_process_settings() -> ExitStack:
    """Set default dtype and precision of matrix products, where they differ; closing the result restores them."""
    import torch

    restore = ExitStack()
    dtype = torch.get_default_dtype()
    if dtype != torch.float32:
        torch.set_default_dtype(torch.float32)
        restore.callback(torch.set_default_dtype, dtype)
    for backend in (torch.backends.mkldnn.matmul, torch.backends.mkldnn.conv, torch.backends.cuda.matmul):
        precision = backend.fp32_precision
        if precision not in FULL_PRECISION:
            backend.fp32_precision = "ieee"
            restore.callback(setattr, backend, "fp32_precision", precision)
    return restore


@contextmanager
def torch_defaults() -> Iterator[None]:
    """A context, or decorator of a function, in which torch has the settings with which it starts: float32 and the CPU as
    defaults, matrix products of fp32 numbers in fp32, gradients, no inference mode and no autocast. The caller's settings are
    restored afterwards. Nothing is changed where they are these already.

    The default dtype and the precision belong to the whole process, so other threads have them as well meanwhile.
    """
    import torch

    with ExitStack() as settings:
        settings.enter_context(_PROCESS_SETTINGS)
        settings.enter_context(torch.inference_mode(False))
        settings.enter_context(torch.enable_grad())
        for device in DEVICES:
            if torch.is_autocast_enabled(device):
                settings.enter_context(torch.autocast(device, enabled=False))
        if torch.get_default_device().type != "cpu":
            settings.enter_context(torch.device("cpu"))
        yield
