"""The differences of two revisions in settings and metrics, as HTML tables that fit a phone; no st.* call."""

import html
from functools import lru_cache

from aae_core.config.configuration import Config, is_compared_setting
from aae_core.evaluation import comparison
from aae_core.evaluation.comparison import MetricDifference
from aae_core.evaluation.metrics import WITHOUT_PRIOR
from aae_core.wording import adapt_image_words
from app.figures import html_tables, number_text
from app.translation.texts import mark, translate
from app.ui import form_settings

# On a narrow screen a metric's name stands above its values.
STYLE = """<style>
.differences { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.differences th, .differences td { padding: 0.5rem 0.75rem; text-align: left; vertical-align: top; font-weight: 400; }
.differences th, .differences td { overflow-wrap: anywhere; }
.differences thead th, .differences tbody th > b { font-weight: 600; }
.differences tr { border-bottom: 1px solid rgb(128 128 128 / 30%); }
.differences th > span { display: block; font-size: 0.8125rem; }
.differences td { min-width: 6rem; }
@media (min-width: 801px) { .differences th:first-child { width: 35%; } }
@media (max-width: 800px) {
  .differences tr { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .differences tr > * { grid-column: span 2; }
  .differences tr > :nth-last-child(2):nth-child(2), .differences tr > :last-child:nth-child(3) { grid-column: span 3; }
  .differences th, .differences td { min-width: 0; padding: 0.3rem 0.4rem 0.3rem 0; font-size: 0.875rem; }
  .differences tr > :first-child { grid-column: 1 / -1; }
}
</style>"""


LEGEND = mark(
    "The difference is right minus left. Seed noise is the standard deviation of one value over trainings that differ only "
    "in their seed, measured with three seeds on MNIST; it is larger where there are fewer test images. “Better” names the "
    "revision with the better value where the difference exceeds {deviations} standard deviations of a "
    "difference that is due to seeds alone (√2 times the noise). Otherwise, and where the noise was not measured, it stays "
    "empty. The distances to the prior use one draw of q(z|x) for each image."
)
OTHER_DATA_TEXT = mark(
    "The two were trained on different data, so their errors and accuracies cannot be compared directly."
)


def metrics_table_html(names: tuple[str, str], revisions) -> str:
    """HTML of the table of the metrics of two revisions; "" if neither has any."""
    priors = [
        {} if revision.prior is None else _prior_mean_and_std(revision.config.prior, revision.config.latent_dim)
        for revision in revisions
    ]
    test_count = min(revision.data.test for revision in revisions)
    differences = comparison.compare_metrics(*(revision.measures for revision in revisions), priors, test_count)
    if not differences:
        return ""
    return differences_table_html(
        names, differences, all(priors), all(revision.data.is_table for revision in revisions)
    )


def metrics_legend(revisions) -> list[str]:
    """Paragraphs on how to read the table of `metrics_table_html`."""
    text = translate(LEGEND, deviations=comparison.CHANCE_DEVIATIONS)
    paragraph = adapt_image_words(text, all(revision.data.is_table for revision in revisions))
    return [paragraph, *([translate(OTHER_DATA_TEXT)] if revisions[0].data.name != revisions[1].data.name else [])]


@lru_cache(maxsize=12)
def _prior_mean_and_std(prior_config, dim):
    from aae_core.models.priors import families

    return comparison.prior_mean_and_std(families.make_prior(prior_config, dim))


def differences_table_html(
    names: tuple[str, str], differences: list[MetricDifference], have_priors: bool = False, is_table: bool = False
) -> str:
    """HTML with one row per metric: how to read it, both values, right − left, the seed noise, and the better revision if the
    difference exceeds that noise.

    have_priors: whether both models have a prior, so that the remark on models without one is omitted. is_table: whether both
    were trained on the rows of a table.
    """
    rows = []
    for difference in differences:
        title, reading = number_text.metric_words(difference.key, is_table, WITHOUT_PRIOR if have_priors else "")
        better_name = {"left": names[0], "right": names[1], "equal": translate("equal"), "": ""}[difference.better]
        noise = (
            translate("not measured") if difference.noise is None else f"± {number_text.metric_text(difference.noise)}"
        )
        name = f"<b>{html.escape(title)}</b><span>{html.escape(reading)}</span>"
        cells = [
            *map(number_text.metric_text, (difference.left, difference.right)),
            number_text.change_text(difference.change),
        ]
        cells += ["" if difference.change is None else noise, better_name]
        rows.append([name, *map(html.escape, cells)])
    heads = [translate("Metric"), *names, translate("Difference"), translate("Seed noise"), translate("Better")]
    return _table_html(translate("Metrics of both revisions and their difference"), heads, rows)


def settings_table_html(names: tuple[str, str], configs: list[Config], is_table: bool = False) -> str:
    """HTML with one row for each setting in which two configurations differ, "–" where it has no effect; "" if there is none.
    is_table: whether both are for tables.
    """
    left, right = (form_settings.effective_config_values(config) for config in configs)
    rows = []
    for key in form_settings.TITLES:
        if key != "name" and is_compared_setting(key) and left.get(key, ...) != right.get(key, ...):
            cells = [
                form_settings.setting_value_text(key, values[key], is_table) if key in values else "–"
                for values in (left, right)
            ]
            rows.append([f"<b>{html.escape(form_settings.setting_title(key, is_table))}</b>", *map(html.escape, cells)])
    heads = [translate("Setting"), *names]
    return _table_html(translate("Settings in which the two differ"), heads, rows) if rows else ""


def _table_html(label, heads, rows) -> str:
    attributes = f'class="differences" aria-label="{html.escape(label)}"'
    return STYLE + html_tables.table_html(attributes, map(html.escape, heads), rows, str, roles=True)
