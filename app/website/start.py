"""The first page of a site: what each revision is, how it looks, its figures, and the way to its pages."""

import base64
import io
from html import escape as text

from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.latent import exploration, film
from app.cache import loaded
from app.figures import number_text
from app.website.titles import Shown

FILE = "index.html"
SAMPLES = 12, 4  # decoded images of a card, and in a row
# Those of a revision's measures that a card names, the first few that it has.
FIGURES = ("error", "cluster_error", "swap_agreement", "mmd2", "reconstruction", "knn_accuracy")
MOST = 3


def main(title: str, all_: list[Shown], ways: list[tuple[str, str, str]]) -> str:
    """The content of the page. ways: the other pages, each as its title, its file and a sentence."""
    doors = "".join(
        f'<li><a href="{text(file)}">{text(name)}</a><span>{text(told)}</span></li>' for name, file, told in ways
    )
    cards = "".join(map(_card, all_))
    return f"""<h1>{text(title)}</h1>
<p class="lead">Latent spaces to walk through: drag over a plane of codes, and the decoder draws what lies there, in this page,
without a server. Each model below was trained once; everything here is computed from it.</p>
<ul class="doors">{doors}</ul>
<h2>Models</h2>
<ul class="cards">{cards}</ul>"""


def _card(one: Shown):
    revision = one.revision
    links = [("Explore", one.explore), ("Style and content", one.style), ("Clusters", one.clusters)]
    links = "".join(
        f'<a href="{text(file)}" aria-label="{text(f"{name}: {one.title}")}">{name}</a>' for name, file in links if file
    )
    facts = "".join(f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in _facts(revision))
    notes = f"<p>{text(revision.notes)}</p>" if revision.notes else ""
    map_ = _picture(_map(revision), f"The codes of {one.title}, in the colours of their classes", "map")
    return f"""<li class="card"><h3><a href="{text(one.explore)}">{text(one.title)}</a></h3>
<div class="looks">{map_}{_samples(one)}</div>
<p>{text(one.variant.summary)}</p>{notes}
<dl>{facts}</dl><p class="links">{links}</p></li>"""


def _facts(revision):
    data, dim = revision.data, revision.config.latent_dim
    yield "Data", data.title
    yield "Code", f"{dim} dimension{'s' * (dim > 1)}"
    yield "Trained", f"{number_text.measure(round(revision.status.epoch, 1))} epochs"
    known = ((key, as_shown(key, revision.measures.get(key))) for key in FIGURES)
    for key, value in [(key, value) for key, value in known if isinstance(value, float)][:MOST]:
        share = METRICS[key].range == (0.0, 1.0)
        yield METRICS[key].title, number_text.percent(value) if share else number_text.measure(value)


def _map(revision):
    """A PNG of the codes on a ground that the page shows through."""
    from PIL import Image

    image = Image.open(io.BytesIO(film.still(revision))).convert("RGB").quantize(32)
    made = io.BytesIO()
    image.save(made, "PNG", optimize=True, transparency=image.getpixel((0, 0)))
    return made.getvalue()


def _samples(one):
    """A picture of decoded samples of the prior, or without one of reconstructions; nothing of an untrained decoder."""
    if not one.draws:
        return ""
    count, columns = SAMPLES
    if loaded.prior(one.revision) is None:
        images, told = (
            loaded.drawn(one.revision, loaded.reconstructions(one.revision, slice(count))),
            "Reconstructions by",
        )
    else:
        images, told = loaded.sampled(one.revision, count), "Decoded samples of the prior of"
    return _picture(exploration.to_png(exploration.tile(images, columns)), f"{told} {one.title}", "samples")


def _picture(png, alt, kind):
    return f'<img class="{kind}" src="data:image/png;base64,{base64.b64encode(png).decode()}" alt="{text(alt)}">'
