"""Rewrites a store of a version before 2.0 once, so that only this module knows what it wrote otherwise.

Of a revision only config.json changes: settings that no longer exist move out of its configuration. It is written beside the old
file and renamed, so a store that is interrupted half-way is upgraded by the same command, and nothing is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aae_core import files
from aae_core.config.configuration import FORMER_SETTINGS
from aae_core.errors import RevisionError
from aae_core.store.revision_folder import CONFIG_BYTES_LIMIT, CONFIG_FORMAT, FORMER_CONFIG_FORMAT, parse_config_record
from aae_core.store.revisions import Store


@dataclass(frozen=True)
class UpgradeReport:
    """upgraded: how many revisions were rewritten; current: how many needed nothing; troubles: a sentence about each that could
    not be read or is being trained, which stays as it was."""

    upgraded: int
    current: int
    troubles: list[str]


def upgrade_store(store: Store) -> UpgradeReport:
    """Upgrade all of the user's own revisions, and those in the trash."""
    upgraded, current, troubles = 0, 0, []
    for path in _revision_paths(store):
        try:
            if upgrade_revision(path):
                upgraded += 1
            else:
                current += 1
        except RevisionError as error:
            troubles.append(str(error))
    return UpgradeReport(upgraded, current, troubles)


def _revision_paths(store: Store) -> Iterator[Path]:
    for row in store.list():
        if not row.gallery:
            yield row.path
    for entry in store.trash.entries():
        yield entry.path


def upgrade_revision(path: Path) -> bool:
    """Rewrite config.json of the revision in a folder; False if it needs that no more. RevisionError, with nothing changed, if it
    is damaged, is being trained, or was written by a later version."""
    file = path / "config.json"
    record = files.read_json(file, CONFIG_BYTES_LIMIT)
    if record.get("format") == CONFIG_FORMAT:
        return False
    if record.get("format") == FORMER_CONFIG_FORMAT:
        record["format"] = CONFIG_FORMAT
    settings = parse_config_record(record, file).config  # refuses a damaged record, and that of a later version
    record.pop(files.CHECKSUM_KEY, None)
    record["config"] = {key: value for key, value in settings.items() if key not in FORMER_SETTINGS}
    record["former_settings"] = {key: settings[key] for key in FORMER_SETTINGS if key in settings}
    with files.lock(path / "worker.lock", f"{path.name} is being trained; stop it first, then upgrade again."):
        files.write_checksummed_json(file, record)
    return True
