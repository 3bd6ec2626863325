"""Removing a data set of the user's own: what depends on it, and when it must stay."""

from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.store import sweeps
from aae_core.store.revisions import Store, Summary
from aae_core.store.status import BUSY
from aae_core.wording import translate


def revisions_trained_on(store: Store, name: str) -> list[Summary]:
    """The revisions that were trained on a data set or on its held-out form, without those in the trash."""
    return [row for row in store.list_own() if _is_same_data_set(row.data, name)]


def _is_same_data_set(data_name, name) -> bool:
    return data_name in (name, name + sets.HELD_OUT_SUFFIX)


def removal_consequences(store: Store, name: str) -> str:
    """The consequences of removing a data set, in a sentence for the user who is about to."""
    count = len(revisions_trained_on(store, name))
    if not count:
        return translate("Nothing here was trained on it.")
    if count == 1:
        return translate(
            "1 revision was trained on it: it will stay, but shows what it decoded in place of the data, cannot be measured on "
            "it any more, and goes on training no more."
        )
    return translate(
        "{number} revisions were trained on it: they will stay, but show what they decoded in place of the data, cannot be "
        "measured on it any more, and go on training no more.",
        number=f"{count:,}",
    )


def check_can_remove_data(store: Store, name: str) -> None:
    """DataError if the user has no data set of that name; RevisionError while a training or a sweep needs it."""
    sets.check_is_own_set(name)
    if busy_revisions := [row for row in revisions_trained_on(store, name) if row.state in BUSY]:
        count = len(busy_revisions)
        if count == 1:
            text = f"1 training on {name} runs or waits; stop it first, or remove the data set when it is done."
        else:
            text = f"{count:,} trainings on {name} run or wait; stop them first, or remove the data set when they are done."
        raise RevisionError(text)
    running_sweeps = [sweep for sweep in sweeps.read_all_sweeps(store)[0] if sweep.state == "running"]
    for sweep in running_sweeps:
        data_names = sweep.vary.get("data") or [sweep.settings.get("data")]
        if any(_is_same_data_set(data_name, name) for data_name in data_names):
            raise RevisionError(
                f"The sweep {sweep.id} trains on {name}; stop it first, or remove it when that is done."
            )


def remove_data_set(store: Store, name: str) -> None:
    """Remove a data set of the user's own for good; errors as of `check_can_remove_data`, and DataError if it cannot be
    removed."""
    check_can_remove_data(store, name)
    sets.remove_data_set(name)
