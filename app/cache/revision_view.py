"""A revision as pages, their parts and the server see it: what may be asked of it, and what each answer is.

`revision_snapshot.RevisionSnapshot` is the one class that has all of this. Modules that it imports itself, and others that only
ask, name this protocol instead.
"""

from pathlib import Path
from typing import Protocol

from aae_core.config.configuration import Config
from aae_core.config.variants import Variant
from aae_core.data.originals import Originals
from aae_core.errors import RevisionError
from aae_core.store.revision_folder import Annotations, StoredDataSummary
from aae_core.store.revisions import Revision
from aae_core.store.status import Status


class RevisionView(Protocol):
    """A revision at one moment; each member is described in `RevisionSnapshot`."""

    @property
    def stored(self) -> Revision: ...

    @property
    def status(self) -> Status: ...

    @property
    def codes_cache_key(self) -> tuple: ...

    @property
    def cache_key(self) -> str: ...

    @property
    def code_set_name(self) -> str: ...

    @property
    def id(self) -> str: ...

    @property
    def path(self) -> Path: ...

    @property
    def gallery(self) -> bool: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def versions(self) -> dict[str, str]: ...

    @property
    def config(self) -> Config: ...

    @property
    def variant(self) -> Variant: ...

    @property
    def data(self) -> StoredDataSummary: ...

    @property
    def item_word(self) -> str: ...

    @property
    def is_busy(self) -> bool: ...

    @property
    def has_weights(self) -> bool: ...

    @property
    def measures(self) -> dict: ...

    @property
    def annotations(self) -> Annotations: ...

    @property
    def label(self) -> str: ...

    @property
    def notes(self) -> str: ...

    @property
    def probe_step_and_epoch(self) -> tuple[int, float]: ...

    @property
    def frame_steps_and_error(self) -> tuple[list[int], RevisionError | None]: ...

    @property
    def frame_file_versions(self) -> list[tuple]: ...

    @property
    def content_names(self) -> tuple[str, ...]: ...

    @property
    def region_names(self) -> tuple[str, ...]: ...

    @property
    def originals(self) -> Originals | None: ...

    @property
    def missing_data_reason(self) -> str: ...

    @property
    def has_data(self) -> bool: ...

    @property
    def can_sample_codes(self) -> bool: ...

    @property
    def has_original_images(self) -> bool: ...

    @property
    def model(self): ...

    @property
    def codes(self): ...

    @property
    def prior(self): ...

    def renewed(self) -> "RevisionView": ...

    def without_cached_results(self) -> "RevisionView": ...

    def with_code_set(self, code_set_name: str) -> "RevisionView": ...

    def with_code_kind(self, code_kind: str) -> "RevisionView": ...

    def reword_for_items(self, text: str) -> str: ...

    def check_model(self) -> None: ...
