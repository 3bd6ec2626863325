"""How a site names revisions and the files that are about them."""

from dataclasses import dataclass

from app.cache import loaded
from app.figures import clusters
from app.ui import widgets


@dataclass(frozen=True, eq=False)
class Shown:
    """A revision of the site: its summary, itself, its name in files, its title, and whether its decoder was trained.

    explore, style, clusters: the files of its pages, None for one that it has not; map, samples: those of its pictures.
    """

    summary: object
    revision: object
    slug: str
    title: str
    decoder_trained: bool
    explore: str
    style: str | None
    clusters: str | None
    map: str
    samples: str


def shown(summaries: list) -> list[Shown]:
    """The revisions of summaries, in that order, each with a name of its own: its id without the time where that is one."""
    short = [each.id.partition("-")[2] or each.id for each in summaries]
    slugs = [name if short.count(name) == 1 else each.id for name, each in zip(short, summaries, strict=True)]
    return list(map(_shown, summaries, slugs))


def _shown(summary, slug):
    revision = loaded.open_revision(summary.id)
    trained = widgets.decoder_trained(revision)
    return Shown(
        summary, revision, slug, widgets.name_of(revision), trained, f"explore-{slug}.html",
        style=f"style-{slug}.html" if trained and revision.variant.has_content else None,
        clusters=f"clusters-{slug}.html" if clusters.is_unsupervised(revision.config) else None,
        map=f"looks/{slug}.png", samples=f"looks/{slug}-samples.png",
    )  # fmt: skip


def comparison(one: Shown, other: Shown) -> str:
    """The file of the comparison of two revisions, `one` on the left."""
    return f"compare-{one.slug}-{other.slug}.html"
