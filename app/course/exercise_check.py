"""Whether a revision fulfils an exercise: each of its checks with the figure of the revision, and a sentence.

Figures are the metrics and settings as the revision has them stored, and those of OWN_FIGURES, which are computed from what is
stored.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aae_core.config.configuration import Config, setting_keys
from aae_core.evaluation.class_pairs import class_pair_accuracy
from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.store.status import BUSY
from app.cache.revision_view import RevisionView
from app.course.contents import Check, Exercise
from app.figures import number_text
from app.translation.texts import mark, translate
from app.ui import form_settings

CONDITIONS = {"at_most": mark("at most {value}"), "at_least": mark("at least {value}"), "is": "{value}"}
# Settings that are no part of the model: whoever changes them has changed nothing that an exercise asks about.
FREE_SETTINGS = ("name", "seed", "minutes", "threads", "device", "precision", "capture")


@dataclass(frozen=True)
class CheckResult:
    """A check as a row of a table: the figure's name, the condition, and the figure, as texts."""

    title: str
    condition: str
    figure: str
    is_met: bool


@dataclass(frozen=True)
class Verdict:
    """The checks of an exercise for a revision, and the sentence on what is fulfilled and what is missing."""

    results: tuple[CheckResult, ...]
    sentence: str

    @property
    def is_fulfilled(self) -> bool:
        return all(result.is_met for result in self.results)


@dataclass(frozen=True)
class OwnFigure:
    """A figure that is neither a metric nor a setting. title: its name, in which {first} and {second} are the two classes of the
    check; read: its value for a revision and a check, None if it has none."""

    title: str
    read: Callable


def changed_setting_names(config: Config) -> list[str]:
    """The settings that differ from the recommended start of the same variant, FREE_SETTINGS aside."""
    changed_names = form_settings.changed_values(form_settings.widget_values(config), "default")
    return [key for key in changed_names if key not in FREE_SETTINGS]


def _read_class_pair(revision: RevisionView, check) -> float | None:
    class_names = revision.data.classes
    if revision.codes is None or not set(check.classes) <= set(class_names):
        return None
    first, second = (class_names.index(name) for name in check.classes)
    return class_pair_accuracy(revision.codes.z, revision.codes.labels, first, second)


OWN_FIGURES = {
    "epochs_trained": OwnFigure(mark("Epochs trained"), lambda revision, check: revision.status.epoch),
    "changed_settings": OwnFigure(
        mark("Settings changed from the recommended start"),
        lambda revision, check: len(changed_setting_names(revision.config)),
    ),
    "class_pair": OwnFigure(mark("{first}s and {second}s told apart by their five nearest codes"), _read_class_pair),
}


def check_exercise(exercise: Exercise, revision: RevisionView) -> Verdict:
    """Compare a revision (a snapshot, with its probe codes) with what an exercise asks."""
    results = tuple(_check(check, revision) for check in exercise.checks)
    return Verdict(results, _verdict_sentence(results, revision.status))


def check_title(check: Check) -> str:
    """The name of the figure of a check."""
    if check.figure in OWN_FIGURES:
        classes = dict(zip(("first", "second"), check.classes, strict=False))
        return translate(OWN_FIGURES[check.figure].title, **classes)
    if check.figure in METRICS:
        return translate(METRICS[check.figure].title)
    return form_settings.setting_title(check.figure)


def condition_text(check: Check) -> str:
    """What a check asks of its figure, in words: "at most 0.003"."""
    return translate(CONDITIONS[check.comparison], value=_value_text(check, check.value))


def _check(check, revision: RevisionView) -> CheckResult:
    value = _figure_value(check, revision)
    return CheckResult(check_title(check), condition_text(check), _value_text(check, value), is_met(check, value))


def _figure_value(check, revision: RevisionView):
    if check.figure in OWN_FIGURES:
        return OWN_FIGURES[check.figure].read(revision, check)
    if check.figure in METRICS:
        return displayed_value(check.figure, revision.measures.get(check.figure))
    return form_settings.widget_values(revision.config)[check.figure]


def is_met(check: Check, value) -> bool:
    """Whether the value of a check's figure is as asked; never for None."""
    if value is None:
        return False
    if check.comparison == "at_most":
        return value <= check.value
    if check.comparison == "at_least":
        return value >= check.value
    return value == check.value


def _value_text(check, value) -> str:
    if value is None:
        return "–"
    if check.figure in setting_keys():
        return form_settings.setting_value_text(check.figure, value)
    return number_text.metric_text(value)


def _verdict_sentence(results, status) -> str:
    if status.state in BUSY:
        return translate("This training has not ended; its figures may still change.")
    n_met = sum(result.is_met for result in results)
    if n_met == len(results):
        return translate("All {count} conditions are fulfilled.", count=len(results))
    missing_text = "; ".join(_missing_text(result) for result in results if not result.is_met)
    return translate(
        "{met} of {count} conditions are fulfilled. Missing: {missing}.",
        met=n_met,
        count=len(results),
        missing=missing_text,
    )


def _missing_text(result) -> str:
    values = {"title": result.title, "condition": result.condition}
    if result.figure == "–":
        return translate("“{title}” is not measured and should be {condition}", **values)
    return translate("“{title}” is {figure} and should be {condition}", figure=result.figure, **values)
