"""The commands, which call the same modules as the pages and print the results.

Each function takes the parsed arguments and returns the exit status (None for 0), or raises an AAEError.
"""

import json
import os
import shlex
import subprocess
import sys
from contextlib import nullcontext, suppress
from dataclasses import asdict
from datetime import datetime
from importlib.util import find_spec

from aae_core import plugins
from aae_core.checks import require_whole_number
from aae_core.cli import added_images
from aae_core.cli.arguments import INTERRUPTED_STATUS
from aae_core.cli.streams import escape_control_characters
from aae_core.cli.table_options import (
    format_table_options,
    parse_column_types,
    parse_comma_separated,
    value_format_from_args,
)
from aae_core.config import combinations, configuration, schema
from aae_core.config.advice import recommend
from aae_core.config.variants import VARIANTS
from aae_core.data import limits, sets
from aae_core.data.columns import ColumnsRefusedError
from aae_core.data.images import painting_files
from aae_core.data.own_data import table_remedies
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.recommended_settings import recommend_settings
from aae_core.data.redundant_columns import RedundantColumnsError
from aae_core.errors import ConfigError, DataError, RevisionError
from aae_core.evaluation.metrics import METRICS, Metric, displayed_value
from aae_core.health import diagnosis
from aae_core.places import EXPLORER_APP
from aae_core.progress import (
    ProgressBar,
    format_bytes,
    format_count,
    format_duration,
    print_to_stderr,
    training_progress,
)
from aae_core.runs import continuation, engines, queue, worker
from aae_core.runs.launchers import EngineUnreachableError
from aae_core.store import data_removal, upgrade
from aae_core.store.revision_folder import folder_size
from aae_core.store.revisions import Store
from aae_core.store.status import finite_or_none
from aae_core.wording import adapt_image_words, class_count_in_words, program_name

LISTED_FIELDS = ("label", "state", "variant", "data", "created", "steps", "epochs", "gallery")
MAX_REFUSAL_LENGTH = 950  # characters of the line that says why a table is refused, which stays whole
LABELLED_NOTE = "labelled.safetensors holds the numbers of these training images"
TABLE_TITLES = {
    "confusion": "confusion matrix: true classes in rows, predicted ones in columns",
    "reliability": "reliability: accuracy by confidence",
    "clusters": "clusters, with the class that each rule assigns",
}


def train_revision(args) -> int:
    settings = settings_from_args(args)
    recommended_settings = recommend_settings(args.preset, settings)
    config = configuration.configure(args.preset, **settings, **recommended_settings)
    summary = queue.check_startable(config)
    load_plugins_and_report_errors()
    if not args.quiet:
        print_recommended_settings(recommended_settings)
    if _engine_has_queue():
        return _follow_remote_training(queue.start_training(Store(), config, summary), args)
    return _train_here(queue.create_revision(Store(), config, summary), args)


def load_plugins_and_report_errors() -> None:
    """Import the allowed plug-ins, and print on stderr, a line each, which of them cannot be used."""
    plugins.load_plugins()
    for sentence in plugins.loading_errors():
        print_to_stderr(f"aae: {sentence}")


def _engine_has_queue() -> bool:
    """Whether the engine in use has a queue of its own, in which a command's training waits; RevisionError if the engine does not
    answer."""
    engine = engines.chosen_engine()
    try:
        engine.check_reachable()
    except EngineUnreachableError as error:
        raise RevisionError(
            f"The engine {engine.name} cannot be reached: {str(error).rstrip('.')}; nothing was begun, so try again once it "
            "answers, or give --engine local."
        ) from error
    return engine.has_queue


def settings_from_args(args) -> dict:
    """{setting: value as typed} of the given options and --set, and with --painting those of a painted prior; ConfigError if a
    setting is given twice."""
    keys = configuration.setting_keys()
    settings = {key: value for key, value in vars(args).items() if value is not None and key in keys}
    parse_set_options_into(args.set, settings)
    if args.painting is not None:
        if "prior.painting" in settings:
            raise ConfigError("The setting prior.painting is given twice; give it once.")
        if settings.setdefault("prior.name", "painted") != "painted":
            raise ConfigError(f"A painting belongs to --prior painted, not to {settings['prior.name'][:60]}.")
        settings["prior.painting"] = painting_files.resolve_painting(args.painting)
    return settings


def parse_set_options_into(texts: list[str], settings: dict) -> None:
    """Add the settings in the texts "KEY=VALUE" of --set to `settings`; ConfigError if a text has another form, or if a setting
    is unknown or given twice."""
    for text in texts:
        key, sign, value = text.partition("=")
        key = key.strip()
        if not sign or not key:
            raise ConfigError(f"--set needs KEY=VALUE, such as prior.scale=5, not {text[:60]!r}.")
        configuration.setting_field(key)
        if key in settings:
            raise ConfigError(f"The setting {key} is given twice; give it once.")
        settings[key] = value


def resume_revision(args) -> int:
    store = Store()
    queue.fail_dead_trainings(store)
    revision = store.open(args.revision)
    has_queue = _engine_has_queue()
    if args.epochs is not None:
        return _continue_revision(store, revision, args, has_queue)
    queue.check_before_resuming(revision)
    if has_queue:
        return _follow_remote_training(queue.resume_training(store, revision.id), args)
    sets.load(revision.config.data)  # if that fails, the revision stays as it is
    return _train_here(revision, args)


def _continue_revision(store, revision, args, has_queue) -> int:
    """Continue a finished training for more epochs as a new revision, in this process or on a cluster."""
    epochs = parse_whole_option("--epochs", args.epochs, 1, 100_000)
    config = continuation.continued_config(revision, epochs)
    create = continuation.start_continuation if has_queue else continuation.create_continuation
    created = create(store, revision, config)
    if not args.quiet:
        print_to_stderr(f"aae: {created.id} continues {revision.id}, which stays as it is.")
    if has_queue:
        return _follow_remote_training(created, args)
    return _train_here(created, args)


def print_recommended_settings(settings: dict) -> None:
    """Print, on stderr, settings that the data or the optimiser bring with them, by dotted key; nothing if there are none."""
    if settings:
        settings_text = ", ".join(f"{key}={schema.format_setting(value)}" for key, value in settings.items())
        print_to_stderr(f"aae: Recommended, unless you give other values: {settings_text}.")


def _train_here(revision, args) -> int:
    """Train a revision in this process, with progress on stderr, and print how it ended."""
    with ProgressBar("training", quiet=args.quiet) as progress_bar:
        progress_bar.print_line(f"Training {revision.id}; Ctrl-C pauses it.")
        try:
            status = worker.run_training(revision, progress_bar.show_status)
        except KeyboardInterrupt:  # a second Ctrl-C, or one before the worker handles it: the last checkpoint remains
            return _print_how_to_continue(revision, "interrupted")
    return _print_outcome(revision, status, args)


def _follow_remote_training(revision, args) -> int:
    """Wait for a training on a cluster, with progress on stderr, and print how it ended."""

    def show_status(status):
        progress_bar.print_if_new(queue.waiting_remark(status))
        if status.step:
            progress_bar.show_status(status)

    with ProgressBar("training", quiet=args.quiet) as progress_bar:
        progress_bar.print_line(f"{revision.id} was queued; Ctrl-C leaves it there.")
        try:
            status = queue.follow_training(revision, show_status)
        except KeyboardInterrupt:
            advice = f"'{program_name()} show {revision.id}' tells how it is, 'pause' and 'stop' end it"
            print_to_stderr(f"aae: {revision.id} goes on without this command; {advice}.")
            return INTERRUPTED_STATUS
    return _print_outcome(revision, status, args)


def _print_outcome(revision, status, args) -> int:
    """Print how a training ended, and return the exit status; RevisionError if it failed."""
    with ignoring_closed_pipe(status.state == "paused"):
        if args.json:
            record = {"revision": revision.id, "state": status.state, "steps": status.step, "epochs": status.epoch}
            print_json(record | {key: getattr(status, key) for key in ("seconds", "samples_per_second", "measures")})
        else:
            amount_text = f"{status.step:,} steps, {status.epoch:.4g} epochs, {format_duration(status.seconds)}"
            print(f"{revision.id}: {status.state} after {amount_text}")
            if status.ended:
                print(f"  {status.ended}")
            _print_figures_and_health(revision, status)
    if status.state == "failed":
        raise RevisionError(status.error_text)
    return _print_how_to_continue(revision, "paused") if status.state == "paused" else 0


def ignoring_closed_pipe(interrupted: bool):
    """A context for printing results. If the work was interrupted, no error says that their reader has ended, as Ctrl-C also ends
    the `tee` behind a command: the exit status says that it was interrupted."""
    return suppress(BrokenPipeError) if interrupted else nullcontext()


def _print_how_to_continue(revision, state) -> int:
    print_to_stderr(f"aae: {revision.id} is {state}; '{program_name()} resume {revision.id}' continues it.")
    return INTERRUPTED_STATUS


def request_pause_or_stop(args):
    """The commands `pause` and `stop`."""
    store = Store()
    revision = store.open(args.revision)
    if args.request == "pause":
        queue.pause_training(store, revision.id)
    else:
        queue.stop_training(store, revision.id)
    print(f"Asked {revision.id} to {args.request}.")


def list_revisions(args):
    store = Store()
    queue.fail_dead_trainings(store)
    rows = store.list()
    if args.json:
        print_json([_list_record(row) for row in rows])
    elif not rows:
        print(f"There is no revision yet; '{program_name()} train' trains one.")
    else:
        table = [("REVISION", "STATE", "STEPS", "EPOCHS", "LABEL")]
        for row in rows:
            state = f"{row.state} (gallery)" if row.gallery else row.state
            remarks = [row.label, row.reason]
            if row.status:
                remarks.append(queue.waiting_remark(row.status))
            remark = " – ".join(text for text in remarks if text)
            table.append((row.id, state, f"{row.steps:,}", f"{row.epochs:.4g}", remark))
        print_table(table)


def _list_record(row) -> dict:
    """The record of a revision in `list --json`."""
    record = {key: getattr(row, key) for key in LISTED_FIELDS}
    return {"revision": row.id, **record, "continued_from": _origin_record(row.continued_from)}


def _origin_record(origin) -> dict | None:
    """{"revision": its id, "step": the steps that it had taken} of the training that a revision continues; None if none."""
    return None if origin is None else asdict(origin)


def show_revision(args):
    store = Store()
    queue.fail_dead_trainings(store)
    revision = store.open(args.revision)
    status = revision.status
    if args.json:
        findings, _ = _diagnose(revision)
        status_record = asdict(status)
        measures = status_record.pop("measures")
        record = {
            "revision": revision.id,
            "state": status.state,
            "continued_from": _origin_record(revision.continued_from),
            "config": schema.to_dict(revision.config),
        }
        print_json({**record, "status": status_record, "measures": measures, "health": findings})
        return
    labelled_index = revision.labelled_indices()
    labels_given = ""
    if labelled_index is not None:
        note = adapt_image_words(LABELLED_NOTE, revision.data.is_table)
        labels_given = f"{len(labelled_index):,} of {revision.data.train:,}; {note}"
    pairs = [
        ("revision", revision.id),
        ("label", revision.label),
        ("state", status.state),
        ("trouble", status.error_text),
    ]
    pairs += [("engine", queue.waiting_remark(status)), ("trained on", status.host)]
    pairs += [("warning", status.warning), ("ended", status.ended), ("created", revision.created)]
    pairs += [("origin", continuation.continuation_note(revision))]
    pairs += [("steps", f"{status.step:,} of {status.total_steps:,}")]
    pairs += [
        ("now", training_progress(status) if status.state == "running" else ""),
        ("time", format_duration(status.seconds)),
    ]
    pairs += [("size", _item_size_text(revision.data.shape))]
    pairs += [("notes", " ".join(revision.notes.split())), ("labels given", labels_given)]
    pairs += [("computed in", status.machine.get("why"))]
    for key, value in _applicable_settings(revision.config):
        if value is not None:
            pairs.append((key, schema.format_setting(value)))
    print_table([(key, str(value)) for key, value in pairs if value not in ("", None)])
    _print_figures_and_health(revision, status)


def _diagnose(revision) -> tuple[list[dict] | None, str]:
    """(the findings about a training's health, None if it cannot be determined; a sentence that sums them up)."""
    try:
        findings, health = diagnosis.diagnose_revision(revision)
    except RevisionError as error:
        return None, f"Its health cannot be determined: {error}"
    return [asdict(finding) for finding in findings], health


def _print_figures_and_health(revision, status):
    """Print the metrics of a training and what is known of its health, for `train` and `show` alike."""
    _print_metrics(status.measures, revision.data.is_table)
    findings, health = _diagnose(revision)
    print(health)
    for finding in findings or []:
        _print_finding(finding)


def _print_finding(finding):
    """Print a finding about a training's health: its title, and beneath it the evidence, the cause and the fix."""
    remedy = finding["advice"]
    if finding["setting"] is not None:
        remedy += f" (--set {finding['setting']}={finding['value']})"
    print(f"  {finding['title']}")
    print_table(
        [
            ("    Evidence", finding["evidence"]),
            ("    Cause", finding["reason"]),
            ("    Fix", remedy),
        ]
    )


def _applicable_settings(config):
    """(key, value) of the settings that a training with this configuration has; the posterior, too, which a VAE fixes."""
    values_by_key = configuration.to_flat_dict(config)
    without_prior = not VARIANTS[config.variant].has_prior
    settings = []
    for key, value in values_by_key.items():
        if key.startswith("prior.") and without_prior:
            continue
        if key == "posterior" or combinations.is_setting_applicable(key, values_by_key.__getitem__):
            settings.append((key, value))
    return settings


def delete_revision(args):
    store = Store()
    revision_id = args.revision
    if revision_id not in [row.id for row in store.list()]:  # a whole id may be that of a broken revision
        revision_id = store.open(args.revision).id
    if args.for_good:
        _require_confirmation(f"Delete {revision_id} for good?", args)
    store.delete(revision_id, args.for_good)
    if args.for_good:
        print(f"{revision_id} deleted for good.")
    else:
        print(f"{revision_id} is in the trash for a week; '{program_name()} restore {revision_id}' restores it.")


def _require_confirmation(question, args):
    """Ask the user for confirmation, unless --yes was given; RevisionError unless the answer is yes, and without a terminal."""
    if args.yes:
        return
    if not sys.stdin.isatty():
        raise RevisionError("Nothing was deleted, since nobody can be asked here; give --yes.")
    if not ask_yes_or_no(question):
        raise RevisionError("Nothing was deleted.")


def ask_yes_or_no(question) -> bool:
    """Ask a question on stderr, and return whether the answer on stdin is yes."""
    print_to_stderr(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def restore_revision(args):
    print(f"{Store().trash.restore(args.revision)} restored.")


def upgrade_store(args):
    store = Store()
    if not store.root.is_dir():
        raise RevisionError(f"{store.root} is no folder, so it holds no revisions to upgrade.")
    report = upgrade.upgrade_store(store)
    print(f"{format_count(report.upgraded, 'revision')} upgraded, {report.current:,} already of this version.")
    for trouble in report.troubles:
        print_to_stderr(trouble)
    return 1 if report.troubles else 0


def list_or_empty_trash(args):
    store = Store()
    rows = [(row, folder_size(row.path)) for row in store.list_deleted()]
    if args.empty and rows:
        _require_confirmation(f"Delete {format_count(len(rows), 'revision')} for good?", args)
        removed = store.trash.remove_all([row.path.name for row, _ in rows])
    if args.json:
        records = [
            {"revision": row.id, "label": row.label, "deleted": row.deleted, "bytes": byte_count}
            for row, byte_count in rows
        ]
        print_json({"emptied": args.empty, "revisions": records})
    elif not rows:
        print("The trash is empty.")
    elif args.empty:
        print(f"{format_count(removed, 'revision')} deleted for good.")
    else:
        table = [("REVISION", "DELETED", "SIZE", "LABEL")]
        for row, byte_count in rows:
            deleted = f"{datetime.fromtimestamp(row.deleted):%Y-%m-%d %H:%M}"
            table.append((row.id, deleted, format_bytes(byte_count), row.label))
        print_table(table)
        total = format_bytes(sum(byte_count for _, byte_count in rows))
        advice = f"'{program_name()} restore REV' restores one, --empty removes all for good"
        print(f"{total} in all; each is kept for a week. {advice}.")


def evaluate_revision(args):
    revision = Store().open(args.revision)
    results = revision.evaluate(args.protocol, args.samples)
    if args.json:
        print_json({"revision": revision.id, **results})
        return
    for protocol, figures in results.items():
        print(f"{protocol} of {revision.id}")
        _print_protocol(figures, revision.data.is_table)


def print_json(record):
    print(escape_control_characters(json.dumps(finite_or_none(record), ensure_ascii=False, allow_nan=False)))


def _print_protocol(figures, is_table):
    """Print metrics with how to read them, then tables, then remarks on the numbers."""
    lists_by_name = {key: value for key, value in figures.items() if isinstance(value, list)}
    tables = {key: rows for key, rows in lists_by_name.items() if rows and isinstance(rows[0], dict | list)}
    remarks = {key: value for key, value in figures.items() if isinstance(value, str)}
    classes = figures.get("classes", [])
    not_metrics = {*tables, *remarks, "classes"}
    _print_metrics({key: value for key, value in figures.items() if key not in not_metrics}, is_table, readings=True)
    for key, rows in tables.items():
        print(f"  {TABLE_TITLES.get(key, key)}")
        print_table(
            [(f"    {first_cell}", *other_cells) for first_cell, *other_cells in _figures_as_text_cells(rows, classes)]
        )
    for text in remarks.values():
        print(f"  {text}")


def _figures_as_text_cells(rows, classes):
    """The cells of a table as texts, with a header: dictionaries have their keys there, lists the names of the classes, which
    also begin the lines."""
    if isinstance(rows[0], dict):
        cells = [tuple(rows[0])]
        for row in rows:
            cells.append(tuple(_format_value(value) for value in row.values()))
        return cells
    cells = [("", *classes)]
    for name, row in zip(classes, rows, strict=True):
        cells.append((name, *(_format_value(value) for value in row)))
    return cells


def _print_metrics(figures, is_table, readings=False):
    if not figures:
        return
    table = []
    for key, value in figures.items():
        metric = METRICS[key].worded_for(is_table) if key in METRICS else Metric(key, "", "")
        table.append(
            (f"  {metric.title}", _format_value(displayed_value(key, value)), metric.reading if readings else "")
        )
    print_table(table)


def _format_value(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_format_value(entry)}" for key, entry in value.items())
    if isinstance(value, list):
        first = " ".join(_format_value(entry) for entry in value[:8])
        return f"{first} …" if len(value) > 8 else first
    if isinstance(value, float):
        return f"{value:.4g}"
    return "–" if value is None else str(value)


def print_table(rows):
    """Print rows of texts as a table whose columns are aligned; the last one is not padded."""
    print("\n".join(table_lines(rows)))


def table_lines(rows):
    """The lines of a table, as `print_table` prints them."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    for *cells, last_cell in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
        yield "  ".join([*padded, last_cell]).rstrip()


def list_data_sets(args):
    rows = sets.data_set_summaries()
    load_plugins_and_report_errors()
    if args.json:
        print_json([asdict(row) for row in rows])
        return
    table = [("NAME", "TITLE", "ITEMS", "SIZE", "CLASSES", "WHERE")]
    for row in rows:
        size = _item_size_text(row.shape)
        location = row.where  # of one of the user's own that is damaged, what is wrong with it
        if row.name in sets.BUILT_IN_NAMES and not row.available:
            location = f"not here; '{program_name()} data get {row.name}'"
        table.append((row.name, row.title, f"{row.train:,} + {row.test:,}", size, str(len(row.classes)), location))
    print_table(table)


def _item_size_text(shape) -> str:
    """The size of an image or row with the shape (C, H, W), as a text."""
    channels, height, width = shape
    return f"{width:,} features" if (channels, height) == (1, 1) else f"{height}×{width}×{channels}"


def download_data_set(args):
    with ProgressBar(args.name, quiet=args.quiet) as progress_bar:
        summary = sets.download_data_set(
            args.name, progress=lambda done, total: progress_bar.show(done, total, f"{done / 2**20:.1f} MiB")
        )
    print(f"{summary.name}: {summary.train:,} training and {summary.test:,} test {summary.item_noun} ({summary.where})")


def add_data_set(args):
    size = None if args.size is None else parse_whole_option("--size", args.size, limits.MIN_SIDE, limits.MAX_SIDE)
    name = sets.slugify_name(args.name)
    left_out: list[str] = []
    reports: list[str] = []
    image_options = {"size": size, "margins": args.margins, "backdrop": args.backdrop}
    image_options["value_range"] = added_images.parse_range(args.range)
    table_options = {
        "label": args.label,
        "types": parse_column_types(args.types),
        "leave_out": parse_comma_separated(args.leave_out),
        "id_column": args.id_column,
        "split_column": args.split_column,
        "group_column": args.group_column,
        "layer": args.layer,
    }
    table_options["value_format"] = value_format_from_args(args)
    report_left_out = left_out.append if args.tidy else None
    with ProgressBar(name, quiet=args.quiet) as progress_bar:

        def show_progress(done, total):
            progress_bar.show(done, total, f"{done:,} of {total:,}")

        try:
            summary = sets.add_data_set(
                args.path,
                name,
                progress=show_progress,
                report_left_out=report_left_out,
                report=reports.append,
                metadata=args.metadata,
                **image_options,
                **table_options,
            )
        except (ColumnsRefusedError, RedundantColumnsError) as refusal:
            raise DataError(_refusal_with_command(refusal, args, table_options)) from refusal
    added_images.print_left_out(left_out)
    for sentence in reports:
        print_to_stderr(sentence)
    if not summary.is_table:
        added_images.print_image_oddities(args.path, summary, args.tidy)
    if args.json:
        print_json({**asdict(summary), "left_out": left_out, "reports": reports})
        return
    items = f"{summary.item_noun} of {summary.shape[2]:,} features" if summary.is_table else summary.item_noun
    classes = class_count_in_words(len(summary.classes))
    print(f"{summary.name}: {summary.train:,} training and {summary.test:,} test {items}, {classes}")
    advice = recommend(summary.shape, summary.train)
    if advice.preset != "default":
        dimension_option = f" --latent-dim {advice.latent_dim}" if advice.latent_dim else ""
        print(f"{advice.data_kind}: train --data {summary.name} --preset {advice.preset}{dimension_option}")


def _refusal_with_command(refusal: DataError, args, table_options: dict) -> str:
    """Why a table was refused, with everything that is wrong with it, and the command that adds it, if there is one."""
    if isinstance(table_options["types"], str):
        return str(refusal)
    options = TableOptions(**table_options, tidy=args.tidy)
    working_options, refusals = table_remedies.find_working_options(args.path, options)
    problems = " ".join(refusals or [str(refusal)])
    if working_options is None:
        return problems
    command = shlex.join(["data", "add", args.path, "--name", args.name, *format_table_options(working_options)])
    sentence = f"This command adds it: {program_name()} {command}"
    room = MAX_REFUSAL_LENGTH - len(sentence)
    if len(problems) > room:
        problems = f"{problems[: max(0, room)]}…"
    return f"{problems} {sentence}"


def remove_data_set(args):
    store = Store()
    data_removal.check_can_remove_data(store, args.name)
    _require_confirmation(f"{data_removal.removal_consequences(store, args.name)} Remove {args.name} for good?", args)
    data_removal.remove_data_set(store, args.name)
    print(f"{args.name} removed.")


def serve_explorer(args):
    port = require_whole_number(args.port, 1, 65_535, "--port")
    _require_explorer()
    command = [sys.executable, "-m", "streamlit", "run", str(EXPLORER_APP), f"--server.port={port}"]
    if args.shared:
        command += ["--", "--shared"]
    if os.name == "nt":  # where a process cannot be replaced by another
        return subprocess.call(command)
    os.execv(sys.executable, command)  # so that signals reach the server itself


def _require_explorer() -> None:
    if find_spec("streamlit") is None:
        raise ConfigError(
            "The explorer needs packages that are not installed; in the project's folder: pip install '.[explorer]'."
        )


def check_lessons(args) -> int:
    """Run `python -m app lesson check`, which knows the lessons, in a process of its own."""
    _require_explorer()
    # -P: a file app.py in the working directory is not run in its place
    command = [sys.executable, "-P", "-m", "app", "lesson", "check", f"--seeds={args.seeds}", "--", *args.files]
    search_path = [str(EXPLORER_APP.parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, search_path))}
    return subprocess.call(command, env=environment)


def parse_whole_option(option, text, low, high) -> int:
    """A text as a whole number; ConfigError, which names the option, unless it lies from `low` to `high`."""
    with suppress(ValueError):
        text = int(text)
    return require_whole_number(text, low, high, option)
