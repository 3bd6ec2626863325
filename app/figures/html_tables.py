"""A classifier's predictions in HTML: the confusion matrix, bars of q(y|x), images with their predictions; no st.* call.

Background colours are translucent, so that text stays readable on them in the light and the dark theme.
"""

import html

import numpy as np

from aae_core.latent import colours
from app.figures import palette
from app.figures.number_text import percent
from app.translation.texts import translate

MAX_CLASSES = 26  # rows of a confusion matrix, at most; of more classes, those with the most errors are shown
MAX_BARS = 10  # bars of q(y|x), at most; of more classes, the likeliest are shown
CORRECT_COLOUR, WRONG_COLOUR = "#2a6db0", "#d55e00"
LONG_COUNT, LONGEST_COUNT = 1_000, 10_000  # in a cell of the confusion matrix: from these on its figures are smaller
MIN_TINT, MAX_TINT = 8, 48  # per cent of the colour in a cell, from and to

# A shadow marks an edge beyond which the content can be scrolled; at its end, a patch of the page's colour, which scrolls along,
# covers the shadow. The font of the confusion matrix is as large as its columns allow.
STYLE = """<style>
.table-scroll { --page: PAGE; overflow-x: auto; scrollbar-width: thin; container-type: inline-size; background:
  linear-gradient(to right, var(--page) 40%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--page) 40%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to right, rgb(128 128 128 / 50%), transparent) left / 0.75rem 100% no-repeat scroll,
  linear-gradient(to left, rgb(128 128 128 / 50%), transparent) right / 0.75rem 100% no-repeat scroll; }
.table-scroll:focus-visible { outline: 2px solid; outline-offset: 2px; }
.table-block table { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; font-size: 0.8125rem; }
.table-block caption { text-align: left; padding-bottom: 0.35rem; font-size: 0.8125rem; }
.table-block th { font-weight: 600; padding: 0.2rem 0.35rem; }
.table-block .confusion th[scope=row] { text-align: right; position: sticky; left: 0; background: var(--page); }
.table-block .confusion { font-size: clamp(0.62rem, 100cqi / (var(--columns) * 4), 0.8125rem); table-layout: fixed;
  width: min(var(--head) + (var(--columns) - 3) * 3.7em + 10em, max(100cqi, (var(--columns) - 1) * 2.9em)); }
.table-block .confusion thead td { width: 5em; }
.table-block .confusion thead td:first-child { width: var(--head); }
.table-block .confusion th[scope=colgroup] { text-align: left; }
.table-block .confusion th { max-width: 8.6em; padding: 0.25em 0.43em; overflow-wrap: break-word; }
.table-block .confusion td { text-align: center; padding: 0.37em 0.25em; border-radius: 3px; white-space: nowrap; }
.table-block .confusion td.none { opacity: 0.65; }
.table-block .confusion td.right { font-weight: 600; }
.table-block .confusion td span.long { font-size: 0.92em; }
.table-block .confusion td span.longest { font-size: 0.78em; }
.table-block .bars { width: 100%; }
.table-block .bars th { text-align: left; width: 1%; min-width: 1.6rem; max-width: 9rem; overflow-wrap: break-word; }
.table-block .bars td:last-child { text-align: right; width: 1%; white-space: nowrap; }
.table-block .bars i.empty { width: 100%; background: color-mix(in srgb, currentcolor 9%, transparent); }
.table-block .bars i { display: block; height: 0.9rem; min-width: 1px; border-radius: 2px; }
.table-block .numbers th, .table-block .numbers td { text-align: right; padding: 0.2rem 0.6rem; font-weight: 400; }
.table-block .numbers thead th { font-weight: 600; }
.table-block .numbers :is(th, td):first-child { text-align: left; }
.table-block ul { display: flex; flex-wrap: wrap; gap: 12px 10px; margin: 0; padding: 0; list-style: none; }
.table-block li { margin: 0; width: 5.6rem; font-size: 0.8125rem; line-height: 1.3; overflow-wrap: anywhere; }
.table-block li b { font-weight: 600; }
.table-block li small { font-size: 0.75rem; opacity: 0.8; display: block; }
@media (max-width: 640px) {
  .table-block .confusion { border-spacing: 1px; width: max(100%, (var(--columns) - 1) * 2.9em); }
  .table-block .confusion thead td:last-child { width: 4.1em; }
  .table-block .confusion td.right { font-weight: 400; }
  .table-block .confusion th { padding: 0.2rem; }
  .table-block .confusion td { padding: 0.3rem 0; }
  .table-block .confusion :is(th, td):nth-last-child(2) { display: none; } /* how many images a class has */
}
</style>""".replace("PAGE", palette.PAGE_BACKGROUND)


def _with_style(content) -> str:
    return f'{STYLE}<div class="table-block">{content}</div>'


def scrollable_html(name, content) -> str:
    """Wide content in a region that scrolls by itself, also by keyboard."""
    attributes = f'class="table-scroll" role="region" tabindex="0" aria-label="{html.escape(name)}"'
    return _with_style(f"<div {attributes}>{content}</div>")


def classes_with_most_errors(matrix: np.ndarray) -> np.ndarray:
    """The classes, ascending, that are shown of a confusion matrix K×K: all, or the MAX_CLASSES with the most errors."""
    error_counts = matrix - np.diag(np.diag(matrix))
    most_confused = np.argsort(-(error_counts.sum(0) + error_counts.sum(1)), kind="stable")[:MAX_CLASSES]
    return np.sort(most_confused)


def confusion_matrix_html(matrix: np.ndarray, names, items: str = "images") -> str:
    """The confusion matrix, counts int K×K (row: true class, column: predicted class), as a table and heatmap; items: the word
    for what is counted.

    A correct cell is coloured by its share of the row, a wrong one by that share relative to the largest one of a wrong cell.
    """
    classes, totals = classes_with_most_errors(matrix), matrix.sum(1)
    shares = matrix / np.maximum(totals, 1)[:, None]
    largest_wrong_share = max((shares - np.diag(np.diag(shares))).max(), 1e-12)
    head = "".join(f'<th scope="col">{html.escape(names[k])}</th>' for k in classes)
    rows = []
    for k in classes:
        cells = "".join(_confusion_cell(matrix[k, j], shares[k, j], k == j, largest_wrong_share) for j in classes)
        error_text = percent(1 - shares[k, k]) if totals[k] else "–"
        head_of_row = f'<th scope="row">{html.escape(names[k])}</th>'
        rows.append(f"<tr>{head_of_row}{cells}<td>{totals[k]:,}</td><td>{error_text}</td></tr>")
    longest_name = max(len(names[k]) for k in classes)
    head_width = min(8.6, max(3.4, 0.7 * longest_name))  # in em, of the column with the names
    true_word, predicted_word, error_word = translate("true"), translate("predicted"), translate("error")
    table_tag = (
        f'<table class="confusion" style="--columns: {len(classes) + 3}; --head: {head_width:g}em">'
        f'<thead><tr><td></td><th scope="colgroup" colspan="{len(classes)}">{predicted_word}</th><td></td><td></td></tr>'
        f'<tr><th scope="col">{true_word}</th>{head}<th scope="col">{items}</th><th scope="col">{error_word}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return scrollable_html(translate("Confusion matrix"), table_tag)


def _confusion_cell(count, share, is_correct, largest_wrong_share) -> str:
    if not count:
        return '<td class="none">0</td>'
    strength = MIN_TINT + (MAX_TINT - MIN_TINT) * (share if is_correct else share / largest_wrong_share)
    background = f"color-mix(in srgb, {CORRECT_COLOUR if is_correct else WRONG_COLOUR} {strength:.0f}%, transparent)"
    return f'<td class="{"right" if is_correct else "wrong"}" style="background:{background}">{_cell_count_html(count)}</td>'


def _cell_count_html(count) -> str:
    """A count as it fits a narrow cell: without a separator, and smaller the longer it is."""
    if count < LONG_COUNT:
        return str(count)
    return f'<span class="{"long" if count < LONGEST_COUNT else "longest"}">{count}</span>'


def frequent_errors_sentence(matrix: np.ndarray, names) -> str:
    """The three most frequent errors in a sentence; "" if there is no error."""
    error_counts = matrix - np.diag(np.diag(matrix))
    pairs = [divmod(int(cell), len(matrix)) for cell in np.argsort(-error_counts, axis=None, kind="stable")[:3]]
    errors = [
        translate("{true} as {predicted} ({count})", true=names[i], predicted=names[j], count=f"{error_counts[i, j]:,}")
        for i, j in pairs
        if error_counts[i, j]
    ]
    return translate("Most frequent errors: {errors}.", errors=", ".join(errors)) if errors else ""


def empty_bars_html(names, caption: str) -> str:
    """The table of `probability_bars_html` before there are probabilities: the first MAX_BARS classes with empty bars."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td><i class="empty" aria-hidden="true"></i></td><td>–</td></tr>'
        for name in names[:MAX_BARS]
    )
    return _with_style(f'<table class="bars"><caption>{html.escape(caption)}</caption><tbody>{rows}</tbody></table>')


def probability_bars_html(probabilities: np.ndarray, names, caption: str) -> str:
    """q(y|x), K values, as a table with bars: all classes in their order, or the MAX_BARS likeliest, the likeliest
    first. caption: what the table shows."""
    classes = np.arange(len(names))
    if len(names) > MAX_BARS:
        classes = np.argsort(-probabilities, kind="stable")[:MAX_BARS]
    rows = "".join(
        f'<tr><th scope="row">{html.escape(names[k])}</th><td><i aria-hidden="true" '
        f'style="width:{100 * probabilities[k]:.1f}%;background:{colours.class_colour(int(k))}"></i></td>'
        f"<td>{percent(float(probabilities[k]))}</td></tr>"
        for k in classes
    )
    hidden_count = len(names) - len(classes)
    if hidden_count:
        caption = translate("{caption}; the {count} least likely are not shown", caption=caption, count=hidden_count)
    caption_tag = f"<caption>{html.escape(caption)}</caption>"
    return _with_style(f'<table class="bars">{caption_tag}<tbody>{rows}</tbody></table>')


def prediction_gallery_html(predictions: list[tuple[str, str, str, float, int]], item: str = "image") -> str:
    """Images or rows with their predictions. predictions: (HTML of the image, true class, predicted class, its probability,
    number) of each; item: the word for one."""
    items = "".join(
        f"<li>{image}<b>{translate('Predicted: {name}', name=html.escape(predicted_class))}</b> ({percent(p)})"
        f"<br>{translate('True: {name}', name=html.escape(true_class))}"
        f"<small>{item} {number:,}</small></li>"
        for image, true_class, predicted_class, p, number in predictions
    )
    return _with_style(f"<ul>{items}</ul>")


def text_table_html(label: str, heads, rows) -> str:
    """The content of a chart as a table of texts, for those who cannot see the chart."""
    return scrollable_html(label, table_html('class="numbers"', heads, rows))


def table_html(attributes: str, heads, rows, to_html=html.escape, roles: bool = False) -> str:
    """A table whose first column names the rows. to_html: converts a value into HTML; `str` if the values are HTML. roles:
    whether to write ARIA roles, which are otherwise lost if a style lays rows out as a grid."""

    def role_of(role):
        return f' role="{role}"' if roles else ""

    head = "".join(f'<th{role_of("columnheader")} scope="col">{to_html(value)}</th>' for value in heads)
    body = ""
    for first_value, *other_values in rows:
        cells = "".join(f"<td{role_of('cell')}>{to_html(value)}</td>" for value in other_values)
        body += f'<tr{role_of("row")}><th{role_of("rowheader")} scope="row">{to_html(first_value)}</th>{cells}</tr>'
    head_tag = ""
    if head:
        head_tag = f"<thead{role_of('rowgroup')}><tr{role_of('row')}>{head}</tr></thead>"
    return f"<table{role_of('table')} {attributes}>{head_tag}<tbody{role_of('rowgroup')}>{body}</tbody></table>"
