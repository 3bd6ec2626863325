"""The names of a site's revisions and of their files."""

from collections import Counter
from dataclasses import dataclass

from app.cache import loaded
from app.figures import clusters, revision_list
from app.handout import contents
from app.ui import revision_picker


@dataclass(frozen=True, eq=False)
class Shown:
    """A revision of the site, with its summary, its name in file names (slug), and its title.

    explore, style, clusters: the files of its pages, or None; map, samples: the files of its pictures.
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
    """The site's revisions for some summaries, in that order. A slug is the id without its time stamp if that is unique."""
    short = [summary.id.partition("-")[2] or summary.id for summary in summaries]
    slugs = [name if short.count(name) == 1 else summary.id for name, summary in zip(short, summaries, strict=True)]
    revisions = [loaded.open_revision(summary.id) for summary in summaries]
    return list(map(_shown, summaries, revisions, slugs, _titles(revisions)))


def _titles(revisions):
    """Different titles: the revisions' own names; where these are equal, with their data, and then with the end of the id."""
    count = Counter(map(revision_picker.name_of, revisions))
    titles = {revision.id: revision_picker.name_of(revision) for revision in revisions}
    titles |= {revision.id: contents.title_of(revision) for revision in revisions if count[titles[revision.id]] > 1}
    return revision_list.distinct_titles(titles).values()


def _shown(summary, revision, slug, title):
    trained = revision_picker.decoder_trained(revision)
    return Shown(
        summary, revision, slug, title, trained, f"explore-{slug}.html",
        style=f"style-{slug}.html" if trained and revision.variant.has_content else None,
        clusters=f"clusters-{slug}.html" if clusters.is_unsupervised(revision.config) else None,
        map=f"looks/{slug}.png", samples=f"looks/{slug}-samples.png",
    )  # fmt: skip


def comparison(one: Shown, other: Shown) -> str:
    """The file of the page that compares two revisions, with `one` on the left."""
    return f"compare-{one.slug}-{other.slug}.html"
