"""How a site names revisions and the files that are about them."""

from dataclasses import dataclass

from app.cache import loaded
from app.figures import clusters
from app.ui import widgets


@dataclass(frozen=True, eq=False)
class Shown:
    """A revision of the site: its summary, itself, and its name in files."""

    summary: object
    revision: object
    slug: str

    @property
    def title(self) -> str:
        return widgets.name_of(self.revision)

    @property
    def draws(self) -> bool:
        """Whether its decoder was trained."""
        return widgets.draws(self.revision)

    @property
    def explore(self) -> str:
        return f"explore-{self.slug}.html"

    @property
    def map(self) -> str:
        return f"looks/{self.slug}.png"

    @property
    def samples(self) -> str:
        return f"looks/{self.slug}-samples.png"

    @property
    def style(self) -> str | None:
        """The file of its page Style and content, of a decoder that is given the content; otherwise None."""
        return f"style-{self.slug}.html" if self.draws and self.revision.variant.has_content else None

    @property
    def clusters(self) -> str | None:
        """The file of its page Clusters, if it finds clusters; otherwise None."""
        return f"clusters-{self.slug}.html" if clusters.finds(self.revision.config) else None


def shown(summaries: list) -> list[Shown]:
    """The revisions of summaries, in that order, each with a name of its own: its id without the time where that is one."""
    short = [each.id.partition("-")[2] or each.id for each in summaries]
    slugs = [name if short.count(name) == 1 else each.id for name, each in zip(short, summaries, strict=True)]
    return [Shown(each, loaded.open_revision(each.id), slug) for each, slug in zip(summaries, slugs, strict=True)]


def comparison(one: Shown, other: Shown) -> str:
    """The file of the comparison of two revisions, `one` on the left."""
    return f"compare-{one.slug}-{other.slug}.html"
