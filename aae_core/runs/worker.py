"""The process that trains one revision: `python -m aae_core.runs.worker REVISION_PATH`, or `run_training` in the
foreground.

Only the worker writes results, and only while it holds the revision's lock. Writing never affects the random state of
the training: a training that was watched, paused or killed ends with the same weights as one that was not.
"""

import argparse
import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from aae_core import files
from aae_core.config.configuration import Config
from aae_core.data import sets
from aae_core.errors import AAEError, ConfigError, RevisionError, TrainingError, is_out_of_memory
from aae_core.progress import ProgressBar, print_to_stderr
from aae_core.runs import continuation, limits, queue, saved_training, sweep_control
from aae_core.runs.launchers import LOCAL
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision, Store, resolve_revision
from aae_core.store.status import Status
from aae_core.torch_state import torch_defaults

StatusCallback = Callable[[Status], bool | None]
MetricsCallback = Callable[[dict], object]
CHECKPOINT_SECONDS = 15.0  # seconds between checkpoints
STARTING, LOADING, PREPARING = statuses.PREPARATIONS
NICENESS = 10
PR_SET_PDEATHSIG = 1  # of Linux's prctl
LOCK_WAIT = 3.0  # seconds; a page that checks whether a worker is alive holds the lock for a moment


@dataclass(frozen=True)
class WorkerOptions:
    """How a worker trains its revision.

    on_report: called with each new Status; if it returns True, the training stops there. device: where to train, None for the
    configured one. checkpoint_seconds: seconds between checkpoints, at least. data: the data set, if it exists only in memory.
    launch: the name of the launch on a cluster to which this worker belongs; it waits while a machine that died still holds the
    lock, and trains only if the revision still has this launch. pause_step: the step at which it pauses, unless it was queued
    with one. on_metrics: called with each new row of metrics.jsonl, a dictionary.
    """

    on_report: StatusCallback | None = None
    device: str | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    data: sets.DataSet | None = None
    launch: str = ""
    pause_step: int | None = None
    on_metrics: MetricsCallback | None = None


def run_training(revision, on_report: StatusCallback | None = None, **options) -> Status:
    """Train `revision` (a Revision or its path) in this process until it is done, paused, stopped or failed.

    Resumes from a checkpoint if there is one. SIGINT and SIGTERM save a checkpoint and pause. Returns the last Status;
    a failed training is reported there, not raised. on_report and options: the fields of WorkerOptions.

    Raises RevisionError, with nothing changed, if another worker holds the revision, it is done, or it belongs to the
    gallery.
    """
    options = WorkerOptions(on_report, **options)
    if not isinstance(revision, Revision):
        path = Path(revision).resolve()
        revision = Revision(path, gallery=path.parent == Store().gallery.resolve())
    queue.check_resumable(revision)
    with _hold_lock(revision, options.launch), _collect_pause_signals() as requests:
        queue.check_resumable(revision)
        status = _claim_revision(revision, options.launch, options.pause_step)
        revision.reserve_disk_space()
        try:
            status = _train_or_record_failure(revision, status, requests, options)
        finally:
            if status.state == "running":  # interrupted twice, or a bug: recorded before the exception goes on
                _record_failure(
                    revision, "The training was interrupted.", "Resume it to continue from the last checkpoint."
                )
            revision.write_request(None)
            revision.release_disk_space()
    if not options.launch:  # the trainings of a cluster were already given to it, and the servers advance their sweeps
        # it waits for the lock, since nobody else may look again
        sweep_control.advance_sweeps(Store(revision.path.parent), lock_timeout=sweep_control.LOCK_TIMEOUT)
    return status


def train(
    config: Config,
    on_report: StatusCallback | None = None,
    store: Store | None = None,
    progress: bool = False,
    data: sets.DataSet | None = None,
    on_metrics: MetricsCallback | None = None,
) -> Revision:
    """Train a new revision in this process and return it; Ctrl-C pauses it.

    data: a data set in memory, such as `arrays` makes, in place of the one that the configuration names. on_report:
    called with each new Status; if it returns True, the training stops there. progress: show a progress bar on stderr.
    on_metrics: called with each new row of the metrics, as `Revision.metrics` returns them: step, epoch and seconds,
    and where they are known samples_per_second, the mean losses by phase and the measures by name. The last row comes
    again with the measures on the test set.

    Raises DataError if the data are missing, and ConfigError if data and configuration do not fit, before anything is
    created; TrainingError if the training failed.
    """
    if data is not None:
        config = replace(config, data=sets.resolve_data_set(data, "").name)
    summary = queue.check_startable(config, data)
    return resume(queue.create_revision(store or Store(), config, summary), on_report, progress, data, on_metrics)


def resume(
    revision: Revision | str,
    on_report: StatusCallback | None = None,
    progress: bool = False,
    data: sets.DataSet | None = None,
    on_metrics: MetricsCallback | None = None,
    *,
    epochs: int | None = None,
) -> Revision:
    """Continue the training of a revision, given itself or by its name, in this process, and return it; the other
    arguments are those of `train`.

    epochs: of a revision that is done or stopped, the epochs in all after which the training ends. It then continues as
    a new revision, which is returned, with the same bits as if it had been trained for so many at once; the old one
    stays as it is (`continuation`).

    Raises RevisionError if there is no such revision, it belongs to the gallery, it would fill the disk, another process
    trains it, it is done and `epochs` are not given, or they are given and it is not finished or has had so many;
    TrainingError if the training failed.
    """
    revision = resolve_revision(revision)
    if epochs is not None:
        config = continuation.continued_config(revision, epochs)
        revision = continuation.create_continuation(Store(revision.path.parent), revision, config, data)
    queue.check_before_resuming(revision)
    with ProgressBar("training", quiet=not progress) as bar:

        def follow_status(status):
            bar.show_status(status)
            return on_report is not None and on_report(status)

        status = run_training(revision, follow_status, data=data, on_metrics=on_metrics)
    if status.state == "failed":
        raise TrainingError(status.error_text)
    return revision


@contextmanager
def _hold_lock(revision, launch):
    """A context that holds the revision's lock. The worker of a launch on a cluster keeps waiting for it as long as
    only a worker that died can hold it."""
    with ExitStack() as locks:
        while True:
            try:
                locks.enter_context(revision.lock(LOCK_WAIT))
                break
            except files.LockHeldError:
                if not launch or revision.status.worker not in ("", launch):
                    raise
        yield


def _claim_revision(revision, launch, pause_step) -> Status:
    """Record that this process trains the revision now, and remove what an earlier process left behind."""
    former_status = revision.status
    if launch and former_status.worker != launch:
        raise RevisionError(f"{revision.id} was taken back before this worker began; there is nothing to do.")
    files.remove_abandoned_drafts(revision.path)
    if not (former_status.awaits_worker_report or launch):
        revision.write_request(None)
    changes = {"state": "running", "doing": STARTING, "left": None, "queued": None, "error": None, "finished": None}
    if not launch and former_status.state != "queued":
        changes["until"] = pause_step
    if former_status.state != "done":
        changes["ended"] = ""  # an earlier worker was killed just before the end, so this is decided again
    if not launch:
        changes |= {"engine": LOCAL.name, "worker": ""}
    return revision.write_status(former_status, **changes, heartbeat=time.time(), **statuses.this_process_fields())


def _train_or_record_failure(revision, status, requests, options) -> Status:
    """Train; a failure is recorded in the status that is returned."""
    try:
        return _train_claimed(revision, status, requests, options)
    except TrainingError as error:
        return _record_failure(revision, str(error), _kept_checkpoint_sentence(revision))
    except AAEError as error:
        if isinstance(error, ConfigError):  # a plug-in's own code may have failed
            _log_error(revision, error)
        return _record_failure(revision, str(error), "Resume the training once this is fixed.")
    except (MemoryError, OSError, RuntimeError, TypeError, ValueError) as error:
        return _record_unexpected_failure(revision, error)


@torch_defaults()
def _train_claimed(revision, status, requests, options) -> Status:
    """Train until the end, or until a signal is in `requests` or a request is found."""
    from aae_core.runs.recorder import Recorder
    from aae_core.training.loop import fit

    # say what is being done, because it may take long until the first step
    status = revision.write_status(status, doing=LOADING, heartbeat=time.time())
    dataset = _load_dataset(revision, options.data)
    status = revision.write_status(status, doing=PREPARING, heartbeat=time.time())
    with saved_training.open_training(revision, dataset, options.device) as training:
        recorder = Recorder(revision, training, dataset, status, options.checkpoint_seconds, options.on_metrics)
        recorder.start()
        request = requests.get("request") or revision.request()
        reports = fit(training, recorder.live.report_seconds)
        while not (request or recorder.status.ended):
            report = next(reports, None)
            if report is None:
                break
            recorder.record(report)
            ends = options.on_report is not None and options.on_report(recorder.status)
            request = requests.get("request") or revision.request()
            if not request and ends:
                request = "stop"
            if not request and recorder.status.has_reached_pause_step:
                request = "pause"
        status = recorder.finish({"pause": "paused", "stop": "stopped", None: "done"}[request])
    if status.state == "paused" and revision.request() == "stop":  # which came while it paused
        return queue.write_stopped_status(revision, status)
    # a signal came because the machine is taken away, not because a pause was requested
    if requests and options.launch and status.state == "paused" and not status.has_reached_pause_step:
        return revision.write_status(status, state="queued", worker=options.launch, queued=time.time(), finished=None)
    return status


def _load_dataset(revision, data):
    """The data set for which the revision was created, with the features (means, deviations) recorded then, and with
    groups only if it was recorded that there are some, because a training goes on with the items held out before.
    RevisionError if the data set of that name is now a different one."""
    dataset = sets.resolve_data_set(data, revision.config.data)
    queue.check_same_data(revision, dataset.summary)
    if not revision.data.has_groups:
        dataset = dataset.without_groups()
    return replace(dataset, features=revision.data.features) if dataset.features else dataset


def _kept_checkpoint_sentence(revision) -> str:
    """Which step of a training that diverged can still be looked at, in a sentence; "" if that cannot be told."""
    with suppress(RevisionError):
        step = int(files.read_tensor_header(revision.path / "resume.safetensors").metadata.get("step", 0))
        return f"The weights of step {step:,} are kept." if step else "No weights but those of the beginning are kept."
    return ""


def _record_failure(revision, problem, advice) -> Status:
    """Record the failure, if the disk permits it, and return the status."""
    revision.release_disk_space()
    status = revision.status.as_failed(problem, advice)
    try:
        return revision.write_status(status, heartbeat=time.time())
    except RevisionError as write_error:
        print_to_stderr(f"{problem} {write_error}")
    return status


def _record_unexpected_failure(revision, error) -> Status:
    """Record an unexpected failure: the traceback goes to the log, and the status says where to find it."""
    _log_error(revision, error)
    if is_out_of_memory(error):
        advice = "Free some memory, or start a training with smaller networks or mini-batches."
        return _record_failure(revision, "There was not enough memory.", advice)
    first_line = " ".join(str(error).split())[:200]
    problem = f"The training failed ({type(error).__name__}: {first_line}); worker.log in the revision's folder has the details."
    return _record_failure(revision, problem, "Resume it to try again, or start a training with other settings.")


def _log_error(revision, error):
    try:
        with open(revision.path / "worker.log", "a", encoding="utf-8", opener=files.nofollow_opener) as log:
            traceback.print_exception(error, file=log)
    except OSError as write_error:
        print_to_stderr(files.os_error_message(write_error, revision.path / "worker.log"))


@contextmanager
def _collect_pause_signals():
    """A context in which SIGINT and SIGTERM become a request to pause, in the dictionary that it gives; a second signal
    has its usual effect. In other threads than the main one, which cannot handle signals, it does nothing."""
    requests, former_handlers = {}, {}

    def request_pause(number, frame):
        requests["request"] = "pause"
        signal.signal(number, former_handlers[number])

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not None:  # a handler installed by C code could not be restored
                former_handlers[number] = signal.signal(number, request_pause)
    try:
        yield requests
    finally:
        for number, handler in former_handlers.items():
            signal.signal(number, handler)


def _bounded_number(low, high, refusal):
    def parse_number(text):
        if not low <= float(text) <= high:
            raise argparse.ArgumentTypeError(refusal)
        return float(text)

    return parse_number


def lower_priority(target_niceness):
    """Lower the priority to the niceness `target_niceness`, to leave the processor to the pages. Linux desktops
    schedule by sessions, so that of the session is lowered too, if it is the worker's own and not a terminal's."""
    niceness = target_niceness
    if hasattr(os, "nice"):
        niceness = os.nice(max(0, target_niceness - os.nice(0)))  # a worker may have begun with it
    session = Path("/proc/self/autogroup")
    if session.exists() and os.getsid(0) == os.getpid():
        with suppress(OSError):  # training goes ahead even if the kernel refuses
            session.write_text(str(niceness))


def _limit_memory(revision, device, memory):
    """On a server that a class shares, limit the memory of this process to `memory` gigabytes, as for a visitor's
    training. 0 lifts the limit for a teacher's training, which a visitor's worker may have launched and so limited.
    There is no limit on a GPU either, because its driver reserves far more memory than it uses."""
    if memory is None:
        return
    gigabytes = None
    if memory:
        from aae_core.training.training import choose_device

        with suppress(AAEError):  # what cannot be read, or computed here, is reported as the training begins
            gigabytes = memory if choose_device(device or revision.config.device).type == "cpu" else None
    limits.limit_process_memory(gigabytes)


def main(argv: list[str] | None = None) -> int:
    """The worker as a process, with background priority; exit status 0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m aae_core.runs.worker", description="Train one revision.")
    parser.add_argument("path", help="the revision's folder")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to train")
    bounded_seconds = _bounded_number(0.01, 1e6, "seconds between checkpoints must lie between 0.01 and 1,000,000")
    seconds_options = {"type": bounded_seconds, "default": CHECKPOINT_SECONDS, "metavar": "S"}
    parser.add_argument("--checkpoint-seconds", **seconds_options, help="seconds between checkpoints")
    memory_gigabytes = _bounded_number(0, 1e5, "gigabytes of memory must lie between 0 and 100,000")
    help_text = "the memory that it may have where it computes on the processor, 0 for as much as there is"
    parser.add_argument("--memory", type=memory_gigabytes, metavar="GB", help=help_text)
    parser.add_argument("--launch", default="", metavar="NAME", help="the name of the launch on a cluster")
    parser.add_argument("--parent-pid", type=int, metavar="PID", help="end as that parent process ends")
    args = parser.parse_args(argv)
    if args.parent_pid:  # the system kills this process once the thread that started it has ended; Linux only
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != args.parent_pid:  # it has ended already
            return 1
    if not args.launch:  # a machine of a cluster was given for the training, and shows no pages
        lower_priority(NICENESS)
    try:
        _limit_memory(Revision(args.path), args.device, args.memory)
        status = run_training(
            args.path, device=args.device, checkpoint_seconds=args.checkpoint_seconds, launch=args.launch
        )
    except AAEError as error:
        print_to_stderr(str(error))
        return 1
    if status.state == "failed":
        print_to_stderr(status.error_text)
    return int(status.state == "failed")


if __name__ == "__main__":
    sys.exit(main())
