"""The first page of a site: a card for each revision with description, pictures, figures and links to its pages."""

from html import escape as text

from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.latent import exploration, film
from app.cache import loaded
from app.figures import number_text
from app.website.titles import Shown

FILE = "index.html"
SAMPLES = 12, 4  # decoded images on a card: their number, and how many in a row
# Metrics for a card, which shows the first MOST of them that the revision has.
FIGURES = (
    "error", "cluster_error", "cluster_error_majority", "swap_agreement", "mmd2", "reconstruction", "knn_accuracy",
)  # fmt: skip
MOST = 3


def main(title: str, all_: list[Shown], ways: list[tuple[str, str, str]]) -> str:
    """The content of the page. ways: title, file and description of each other page."""
    doors = "".join(
        f'<li><a href="{text(file)}">{text(name)}</a><span>{text(description)}</span></li>'
        for name, file, description in ways
    )
    cards = "".join(map(_card, all_))
    return f"""<h1>{text(title)}</h1>
<p class="lead">Latent spaces to walk through: drag over a plane of codes, and the decoder draws what lies there, in this page,
without a server. Each model below was trained once; everything here is computed from it.</p>
<ul class="doors">{doors}</ul>
<h2>Models</h2>
<ul class="cards">{cards}</ul>"""


def _card(entry: Shown):
    revision = entry.revision
    links = [("Explore", entry.explore), ("Style and content", entry.style), ("Clusters", entry.clusters)]
    links = "".join(
        f'<a href="{text(file)}" aria-label="{text(f"{name}: {entry.title}")}">{name}</a>'
        for name, file in links
        if file
    )
    facts = "".join(f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in _facts(revision))
    notes = f"<p>{text(revision.notes)}</p>" if revision.notes else ""
    looks = _picture(entry.map, f"The codes of {entry.title}, in the colours of their classes", "map")
    if entry.decoder_trained:
        caption = "Decoded samples of the prior of" if loaded.prior(revision) is not None else "Reconstructions by"
        looks += _picture(entry.samples, f"{caption} {entry.title}", "samples")
    return f"""<li class="card"><h3><a href="{text(entry.explore)}">{text(entry.title)}</a></h3>
<div class="looks">{looks}</div>
<p>{text(revision.variant.summary)}</p>{notes}
<dl>{facts}</dl><p class="links">{links}</p></li>"""


def _facts(revision):
    data, dim = revision.data, revision.config.latent_dim
    yield "Data", data.title
    yield "Code", f"{dim} dimension{'s' if dim > 1 else ''}"
    yield "Trained", f"{number_text.measure(round(revision.status.epoch, 1))} epochs"
    figures = ((key, as_shown(key, revision.measures.get(key))) for key in FIGURES)
    for key, value in [(key, value) for key, value in figures if isinstance(value, float)][:MOST]:
        share = METRICS[key].range == (0.0, 1.0)
        yield METRICS[key].title, number_text.percent(value) if share else number_text.measure(value)


def looks(one: Shown) -> dict[str, bytes]:
    """The pictures of a revision as PNG, by file: the map of its codes, transparent, and, if the decoder was trained, decoded
    samples of the prior, or reconstructions if there is no prior."""
    pictures = {one.map: film.still(one.revision, clear=True)}
    if one.decoder_trained:
        count, columns = SAMPLES
        if loaded.prior(one.revision) is None:
            images = loaded.drawn(one.revision, loaded.reconstructions(one.revision, slice(count)))
        else:
            images = loaded.sampled(one.revision, count)
        pictures[one.samples] = exploration.to_png(exploration.tile(images, columns))
    return pictures


def _picture(file, alt, kind):
    return f'<img class="{kind}" src="{text(file)}" alt="{text(alt)}" loading="lazy">'
