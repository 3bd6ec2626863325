"""The page Which one?: the latent models beside each other, a chart and a table for each data set and number of dimensions."""

from html import escape

from aae_core.reproduce import curve_rows
from aae_core.reproduce import frontier as measured
from aae_core.wording import join_sentences
from app.figures import frontier, frontier_svg
from app.translation.data_titles import data_title_by_name
from app.translation.texts import mark, translate
from app.ui import frontier_panel
from app.website.site_entries import SiteEntry

FILE = "which_one.html"
LEAD = mark(
    "Which latent model should you use? {count} models, trained by one protocol on the same images and measured on images that "
    "they have not seen."
)


def page_html(frontier_data: measured.Frontier, entries: list[SiteEntry]) -> str:
    """The content of the page, with links to the models' revisions that are in the site."""
    sections = "".join(
        _section_html(frontier_data, entries, data, dim) for data, dim in frontier_data.data_sets_and_dimensions
    )
    rows = [row for place in frontier_data.data_sets_and_dimensions for row in frontier_data.model_rows(*place)]
    command, machine = escape(frontier_data.command), escape(frontier_data.machine)
    provenance = f"<code>{command}</code>, {escape(frontier_data.date)}, {machine}"
    title, protocol_title = escape(translate("Which one?")), escape(translate("How it was measured"))
    reading = join_sentences(frontier.seeds_text(rows), frontier.stars_text(), translate(frontier.UNEQUAL_FIT_TEXT))
    return f"""<h1>{title}</h1>
<p class="lead">{escape(translate(LEAD, count=len(frontier_data.models)))}</p>
{sections}
<h2>{protocol_title}</h2>
<p class="small">{escape(translate(frontier_data.protocol))} {provenance}.</p>
<p class="small">{escape(reading)}</p>"""


def _section_html(frontier_data, entries, data, dim) -> str:
    data_title = data_title_by_name(data)
    title = escape(translate("{data}, {count} dimensions", data=data_title, count=dim))
    equal_fit = _equal_fit_html(frontier_data, data, dim)
    rows = frontier_data.model_rows(data, dim)
    points = _points_html(rows, entries, frontier_data.has_chosen_values(data, dim)) if rows else ""
    return f"<h2>{title}</h2>{equal_fit}{points}"


def _points_html(rows, entries, has_chosen_values) -> str:
    """The models with points: chart if values of their knobs were chosen, table, and what each is best and worst at."""
    models, standings = "", frontier.strengths_and_weaknesses(rows)
    summaries_by_point = frontier_panel.find_trained_revisions(rows, [entry.summary for entry in entries])
    files = {entry.summary.id: entry.explore_page_file for entry in entries}
    for row in rows:
        best_figures, last_figures = ("; ".join(texts) for texts in standings[row.model.name])
        best_figures = best_figures or frontier.highest_ranks_text(row, rows)
        nothing_word, needs = translate("nothing"), frontier.prior_needs_text(row.model.variant)
        description = translate(
            "Among the best in: {best}. Among the last in: {last}. Its training needs {needs}.",
            best=best_figures, last=last_figures or nothing_word, needs=needs,
        )  # fmt: skip
        model_title = translate(row.model.title)
        links = "".join(
            _link_html(model_title, point.seed, files[summary.id])
            for point in row.points
            if (summary := summaries_by_point.get(point.place_and_seed))
        )
        summary_text = escape(join_sentences(frontier.model_summary(row.model), description))
        models += f"<li><b>{escape(model_title)}</b>. {summary_text}{links}</li>"
    table_and_models = f"{frontier.comparison_table_html(rows)}<ul>{models}</ul>"
    if not has_chosen_values:
        return f"<h3>{escape(translate('Models without a knob'))}</h3>{table_and_models}"
    reading = join_sentences(translate(frontier.READING_TEXT), frontier.floor_text())
    reading_html = f'<p class="small">{escape(reading)}</p>'
    title = escape(translate("One value of each knob"))
    return f"<h3>{title}</h3>{frontier_svg.chart_html(rows)}{reading_html}{table_and_models}"


def _link_html(model_title, seed, file) -> str:
    label = translate("Open seed {seed}: {model}", seed=seed, model=model_title)
    text = translate("Open seed {seed}", seed=seed)
    return f' <a href="{escape(file)}" aria-label="{escape(label)}">{escape(text)}</a>'


def _equal_fit_html(frontier_data, data, dim) -> str:
    """The models' curves as a chart, and what they say; "" where none was measured."""
    rows = curve_rows.whole_curve_rows(frontier_data, data, dim)
    if not rows:
        return ""
    curves = curve_rows.model_curves(frontier_data, data, dim)
    chart = frontier_svg.curves_html(frontier_data.model_rows(data, dim), curves)
    reading = join_sentences(translate(frontier.CURVES_TEXT), frontier.floor_text())
    sentences = "".join(f"<li>{escape(sentence)}</li>" for sentence in frontier.curve_sentences(rows))
    text = join_sentences(
        frontier.curve_table_text(),
        translate(frontier.STARS_BELOW_TEXT),
        frontier.curve_origin_text(frontier_data, data, dim),
    )
    table = frontier.curve_table_html(rows)
    title = escape(translate("At equal fit"))
    return f"""<h3>{title}</h3>{chart}<p class="small">{escape(reading)}</p><ul>{sentences}</ul>
{table}<p class="small">{escape(text)}</p>"""
