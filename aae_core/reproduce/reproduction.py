"""One run of an experiment: found or begun, trained to its end here or by an engine, measured, and added to the table.

A run is an ordinary revision whose configuration, name included, is exactly that of the experiment's recipe, budget and
seed. So a killed run is recognised by its configuration and continues from its last checkpoint, a finished one is not
repeated, and one of a former recipe is not mistaken for it. Its figure is stored with it, in reproduction.json.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aae_core import files, records
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.records import Text
from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import Experiment
from aae_core.reproduce.results import ExperimentRun
from aae_core.runs import queue, worker
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import BUSY, FORMAT, Status, finite_or_none
from aae_core.training import machine

RECORD_FILE = "reproduction.json"
LOCK_WAIT = 20.0  # seconds; another command locks the table only while writing it


@dataclass(frozen=True)
class _StoredFigures:
    """A reproduction.json: the figures by protocol."""

    revision: Text
    figures: dict[str, dict]


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: its state, "done", "paused" or "failed", with the reason of a failure; result once it is
    measured; revision: None where none could be made."""

    revision: Revision | None
    state: str
    reason: str = ""
    result: ExperimentRun | None = None


def run_experiment(
    store: Store,
    experiment: Experiment,
    budget: str,
    seed: int,
    folder: Path | None = None,
    on_report: Callable[[Status], None] | None = None,
    remeasure: bool = False,
    trial: dict | None = None,
    **options,
) -> RunOutcome:
    """Finish the training of the run in this process, measure it, and write the table in `folder` (the project's docs).

    trial: settings in which a trial of the recipe differs from it, none for the recipe itself: it is trained and
    measured on training images alone, some of them held out, and is not written into the table. on_report: called with
    the Status as the training goes on; options: as `worker.run_training` takes them; remeasure: repeat measurements
    that were made before. The RunOutcome says if the training was paused or failed. Raises AAEError if the training cannot
    begin, another process runs it, or the figure cannot be measured.
    """
    revision = _find_or_create_revision(store, experiment, budget, seed, trial)
    status = revision.status
    if status.state != "done":
        status = worker.run_training(revision, on_report, **options)
    return measure_outcome(store, revision, experiment, budget, folder, remeasure, trial, status)


def queue_experiment(
    store: Store, experiment: Experiment, budget: str, seed: int, trial: dict | None = None
) -> Revision:
    """The revision of a run, in the queue of the engine in use unless it is done or under way. Raises AAEError if the
    training cannot begin."""
    revision = _find_or_create_revision(store, experiment, budget, seed, trial)
    return revision if revision.status.state in ("done", *BUSY) else queue.resume_training(store, revision.id)


def _find_or_create_revision(store, experiment, budget, seed, trial):
    """The revision of a run, new where there is none; AAEError if its training cannot begin or go on."""
    config = experiments.run_config(experiment, budget, seed, trial is not None, trial)
    revision = store.find(config)
    if revision is None:
        return queue.create_revision(store, config, queue.check_startable(config))
    if revision.status.state != "done":
        sets.load(config.data)  # if this fails, the revision stays unchanged
    return revision


def measure_outcome(
    store: Store,
    revision: Revision,
    experiment: Experiment,
    budget: str,
    folder: Path | None = None,
    remeasure: bool = False,
    trial: dict | None = None,
    status: Status | None = None,
) -> RunOutcome:
    """What came of a run whose training has ended, measured and written as `run_experiment` says. status: with which it
    ended, by default that in the store."""
    status = status or revision.status
    if status.state != "done":
        reason = status.error_text or f"{revision.id} was stopped before its end."
        return RunOutcome(revision, "paused" if status.state == "paused" else "failed", reason)
    figures_on_disk = {} if remeasure else stored_figures(revision)
    figures = {
        name: figures_on_disk.get(name) or measure_and_store(revision, name)
        for name in (experiment.figure.protocol, *experiment.extra_protocols)
    }
    result = _make_experiment_run(revision, experiment, figures)
    if trial is None:
        with files.lock(store.root / ".results.lock", "Another process is writing the table of results.", LOCK_WAIT):
            results.write_results(
                results.record_with_run(results.read_results(folder), experiment, budget, result), folder
            )
    return RunOutcome(revision, "done", result=result)


def measure_and_store(revision: Revision, protocol: str) -> dict:
    """The figures of a protocol, measured now and kept with the revision."""
    from aae_core.evaluation import protocols

    figures = finite_or_none(protocols.evaluate(revision.model(), sets.load(revision.config.data), protocol)[protocol])
    record = {
        "format": FORMAT,
        "revision": revision.fingerprint,
        "figures": stored_figures(revision) | {protocol: figures},
    }
    files.write_checksummed_json(revision.path / RECORD_FILE, record)
    return figures


def stored_figures(revision: Revision) -> dict[str, dict]:
    """The figures by protocol that were kept with a revision; none where none were, or they are not its own."""
    file = revision.path / RECORD_FILE
    if not file.exists():
        return {}
    record = records.read_record(_StoredFigures, file, format_number=FORMAT)
    return record.figures if record.revision == revision.fingerprint else {}


def _make_experiment_run(revision, experiment, figures):
    value = figures[experiment.figure.protocol].get(experiment.figure.key)
    if not isinstance(value, int | float):
        raise RevisionError(
            f"The protocol {experiment.figure.protocol} gave no {experiment.figure.key} for {revision.id}, so "
            f"{experiment.name} has no figure."
        )
    status = revision.status
    return ExperimentRun(
        revision.config.seed,
        revision.id,
        round(experiment.figure.scale * value, 6),
        round(status.seconds / 60, 2),
        round(status.epoch, 4),
        status.step,
        machine_text(revision),
        str(date.fromtimestamp(status.finished) if status.finished else date.today()),
        {key: number for values in figures.values() for key, number in results.numeric_figures(values).items()},
    )


def machine_text(revision: Revision) -> str:
    """What a revision was trained on: processor, cores and library, number format and threads, and a GPU where there is
    one."""
    choice = machine.parse_choice(revision.status.machine)
    if choice is None:
        return machine.machine_name()
    return ", ".join(part for part in (choice.machine, choice.summary, choice.gpu) if part)
