"""The first page of a site: a card for each revision with description, pictures, figures and links to its pages."""

from html import escape

from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.latent import code_map, exploration
from app.cache import revision_data
from app.cache.revision_view import RevisionView
from app.figures import cards, examples, number_text
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate, translate_plural
from app.website.site_entries import SiteEntry

FILE = "index.html"
SAMPLES = 12, 4  # decoded images on a card: their number, and how many in a row
# Metrics for a card, which shows the first MAX_METRICS of them that the revision has.
LEAD = mark(
    "Latent spaces to walk through: drag over a plane of codes, and the decoder draws what lies there, in this page, without a "
    "server. Each model below was trained once; everything here is computed from it."
)
METRIC_KEYS = (
    "error", "cluster_error", "cluster_error_majority", "swap_agreement", "mmd2", "reconstruction", "knn_accuracy",
)  # fmt: skip
MAX_METRICS = 3


def page_html(title: str, entries: list[SiteEntry], page_links: list[tuple[str, str, str]]) -> str:
    """The content of the page. page_links: title, file and description of each other page."""
    links = "".join(
        f'<li><a href="{escape(file)}">{escape(name)}</a><span>{escape(description)}</span></li>'
        for name, file, description in page_links
    )
    own_entries = [entry for entry in entries if not examples.is_frontier_model(entry.summary)]
    frontier_entries = [entry for entry in entries if examples.is_frontier_model(entry.summary)]
    model_cards = cards.cards_html(list(map(_model_card, own_entries)))
    model_cards += cards.folded_cards_html(
        translate("The models of “Which one?”"), list(map(_model_card, frontier_entries))
    )
    models = escape(translate("Models"))
    return f"""<h1>{escape(title)}</h1>
<p class="lead">{escape(translate(LEAD))}</p>
<ul class="doors">{links}</ul>
<h2>{models}</h2>
{model_cards}"""


def _model_card(entry: SiteEntry):
    revision = entry.revision
    links = [
        (translate("Explore"), entry.explore_page_file),
        (translate("Style and content"), entry.style_page_file),
        (translate("Clusters"), entry.clusters_page_file),
    ]
    links = "".join(
        f'<a href="{escape(file)}" aria-label="{escape(f"{name}: {entry.title}")}">{name}</a>'
        for name, file in links
        if file
    )
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in _card_facts(revision)
    )
    pictures = cards.picture_html(
        entry.map_file, translate("The codes of {title}, in the colours of their classes", title=entry.title), "map"
    )
    if entry.decoder_trained:
        caption = translate("Decoded samples of the prior of {title}", title=entry.title)
        if revision.prior is None:
            caption = translate("Reconstructions by {title}", title=entry.title)
        pictures += cards.picture_html(entry.samples_file, caption, "samples")
    texts = tuple(escape(text) for text in (translate(revision.variant.summary), revision.notes) if text)
    foot = f'<dl>{facts}</dl><p class="links">{links}</p>'
    return cards.Card(entry.title, entry.explore_page_file, pictures, texts, foot)


def _card_facts(revision: RevisionView):
    data, dim = revision.data, revision.config.latent_dim
    yield translate("Data"), data_title(data)
    yield translate("Code"), translate_plural("{count} dimension", "{count} dimensions", dim)
    epochs = number_text.metric_text(round(revision.status.epoch, 1))
    yield translate("Trained"), translate("{number} epochs", number=epochs)
    figures = ((key, displayed_value(key, revision.measures.get(key))) for key in METRIC_KEYS)
    for key, value in [(key, value) for key, value in figures if isinstance(value, float)][:MAX_METRICS]:
        is_share = METRICS[key].range == (0.0, 1.0)
        yield translate(METRICS[key].title), number_text.percent(value) if is_share else number_text.metric_text(value)


def preview_pictures(entry: SiteEntry) -> dict[str, bytes]:
    """The pictures of a revision as PNG, by file: the map of its codes, transparent, and, if the decoder was trained, decoded
    samples of the prior, or reconstructions if there is no prior."""
    pictures = {entry.map_file: code_map.render_map(entry.revision.stored, is_transparent=True)}
    if entry.decoder_trained:
        count, columns = SAMPLES
        if entry.revision.prior is None:
            images = revision_data.to_pictures(
                entry.revision, revision_data.reconstructed_images(entry.revision, slice(count))
            )
        else:
            images = revision_data.sample_pictures(entry.revision, count)
        pictures[entry.samples_file] = exploration.to_png(exploration.tile_images(images, columns))
    return pictures
