"""Revisions in lists and choices: titles, search, order, pages and the texts in columns; no `st.*` call here."""

from collections import Counter

from aae_core import progress
from aae_core.config.variants import VARIANTS
from aae_core.store.revision_folder import folder_size
from app.cache.revision_view import RevisionView
from app.figures import examples, number_text
from app.translation.texts import mark, translate

PAGE_SIZE = 10  # rows per page
ORDERS = {
    "newest": (mark("Newest first"), lambda row: row.created, True),
    "oldest": (mark("Oldest first"), lambda row: row.created, False),
    "label": (mark("By name"), lambda row: (row.label or row.variant).casefold(), False),
    "state": (mark("By state"), lambda row: row.state, False),
    "variant": (mark("By variant"), lambda row: row.variant, False),
    "data": (mark("By data"), lambda row: row.data, False),
    "epochs": (mark("Longest trained"), lambda row: row.epochs, True),
    "size": (mark("Largest"), lambda row: folder_size(row.path), True),
}


def display_name(summary) -> str:
    """The name under which a revision is shown: its label, else the title of its variant, else its id."""
    if summary.label:
        return translate(summary.label) if summary.gallery else summary.label
    return translate(VARIANTS[summary.variant].title) if summary.variant in VARIANTS else summary.id


def summary_title(summary) -> str:
    """A revision in a few words: label or variant, data (unless in the label), "example" or the date, and any state but
    done."""
    example = examples.find_example(summary)
    if example is not None and summary.state == "done":
        return " · ".join((example.title, example.data, translate("example")))
    name = display_name(summary) if summary.label else summary.variant
    data_in_name = summary.data.casefold().replace("-", " ") in name.casefold().replace("-", " ")
    data_name = "" if data_in_name else summary.data
    origin = translate("example") if summary.gallery else number_text.local_time_text(summary.created)
    words = [name, data_name, origin]
    if summary.state != "done":
        words.append(translate(summary.state))
    return " · ".join(word for word in words if word) or summary.id


def distinct_titles(titles: dict[str, str]) -> dict[str, str]:
    """Titles by id, with the end of the id appended to equal titles, since Streamlit identifies an option by its title."""
    counts = Counter(titles.values())
    return {id_: title if counts[title] == 1 else f"{title} · {id_[-6:]}" for id_, title in titles.items()}


def is_recommended_first_model(summary) -> bool:
    """Whether it is the recommended first model: an AAE with a Gaussian prior on the plane."""
    return (summary.variant, summary.prior, summary.latent_dim) == ("aae", "gaussian", 2)


def shipped_first_key(summary) -> tuple:
    """The key that sorts summaries so that shipped ones come first, of these the longest trained, and of these the ones of
    MNIST, as most lessons are; equals stay in their order."""
    if not summary.gallery:
        return True, 0, False
    return False, -summary.epochs, summary.data != "mnist"


def matching_summaries(rows: list, text: str) -> list:
    """The summaries in which every word of `text` occurs: in label, id, state, variant, prior, data, or "gallery example";
    state and variant also in the current language."""
    search_words = text.casefold().split()
    return [row for row in rows if all(word in _searchable_text(row) for word in search_words)]


def _searchable_text(row) -> str:
    title = VARIANTS[row.variant].title if row.variant in VARIANTS else ""
    gallery = f"gallery example {summary_title(row)}" if row.gallery else ""
    translated_text = f"{translate(row.state)} {translate(title)}"
    return f"{row.label} {row.id} {row.state} {row.variant} {title} {row.prior} {row.data} {gallery} {translated_text}".casefold()


def sort_summaries(rows: list, order: str) -> list:
    """The summaries in one of ORDERS; equals stay newest first."""
    _, key, is_reversed = ORDERS[order]
    return sorted(sorted(rows, key=lambda row: row.created, reverse=True), key=key, reverse=is_reversed)


def page_count(rows: list) -> int:
    """How many pages the rows fill, at least one."""
    return max(1, -(-len(rows) // PAGE_SIZE))


def page_number_of(rows: list, id_: str | None) -> int:
    """The page (from 1) with the revision of that id; 1 if there is none."""
    return next((i // PAGE_SIZE + 1 for i, row in enumerate(rows) if row.id == id_), 1)


def rows_on_page(rows: list, page: int) -> list:
    """The rows of one page, counted from 1."""
    return rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def revision_table_columns(rows: list) -> dict[str, list]:
    """The columns of the list by their names in English, for at most a page of rows."""
    return {
        mark("Name"): list(map(display_name, rows)),
        mark("State"): [
            translate("example") if row.gallery and row.state == "done" else translate(row.state) for row in rows
        ],
        mark("Variant"): [row.variant for row in rows],
        mark("Data"): [row.data for row in rows],
        mark("Created"): [number_text.local_time_text(row.created) for row in rows],
        mark("Epochs"): [round(row.epochs, 1) for row in rows],
        mark("Size"): [progress.format_bytes(folder_size(row.path)) for row in rows],
    }


def revision_name(revision: RevisionView) -> str:
    """A revision's label, or the title of its variant if it has none."""
    return revision.label or translate(revision.variant.title)
