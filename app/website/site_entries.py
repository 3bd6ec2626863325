"""The names of a site's revisions and of their files."""

from collections import Counter
from dataclasses import dataclass

from app.cache import revision_snapshot
from app.cache.revision_view import RevisionView
from app.figures import clusters, revision_list
from app.handout import contents
from app.ui import revision_picker


@dataclass(frozen=True, eq=False)
class SiteEntry:
    """A revision of the site, with its summary, its name in file names (slug), and its title.

    explore_page_file, style_page_file, clusters_page_file: its pages, or None; map_file, samples_file: its pictures.
    """

    summary: object
    revision: RevisionView
    slug: str
    title: str
    decoder_trained: bool
    explore_page_file: str
    style_page_file: str | None
    clusters_page_file: str | None
    map_file: str
    samples_file: str


def make_entries(summaries: list) -> list[SiteEntry]:
    """The site's revisions for some summaries, in that order. A slug is the id without its time stamp if that is unique."""
    short_ids = [summary.id.partition("-")[2] or summary.id for summary in summaries]
    slugs = [
        name if short_ids.count(name) == 1 else summary.id for name, summary in zip(short_ids, summaries, strict=True)
    ]
    revisions = [revision_snapshot.open_snapshot(summary.id) for summary in summaries]
    return list(map(_make_entry, summaries, revisions, slugs, _distinct_titles(revisions)))


def _distinct_titles(revisions):
    """Different titles: the revisions' own names; where these are equal, with their data, and then with the end of the id."""
    count = Counter(map(revision_list.revision_name, revisions))
    titles = {revision.id: revision_list.revision_name(revision) for revision in revisions}
    titles |= {
        revision.id: contents.revision_title(revision) for revision in revisions if count[titles[revision.id]] > 1
    }
    return revision_list.distinct_titles(titles).values()


def _make_entry(summary, revision: RevisionView, slug, title):
    is_decoder_trained = revision_picker.is_decoder_trained(revision)
    return SiteEntry(
        summary, revision, slug, title, is_decoder_trained, f"explore-{slug}.html",
        style_page_file=f"style-{slug}.html" if is_decoder_trained and revision.variant.has_content else None,
        clusters_page_file=f"clusters-{slug}.html" if clusters.is_unsupervised(revision.config) else None,
        map_file=f"looks/{slug}.png", samples_file=f"looks/{slug}-samples.png",
    )  # fmt: skip


def comparison_file(left: SiteEntry, right: SiteEntry) -> str:
    """The file of the page that compares two revisions, with `left` on the left."""
    return f"compare-{left.slug}-{right.slug}.html"
