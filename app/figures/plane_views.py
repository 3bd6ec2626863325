"""The plane on which a revision's codes are shown, by its default view or a chosen one; no st.* call."""

from aae_core.store.folder import ProbeCodes
from app.cache import loaded
from app.figures import plane


def usual(revision) -> tuple[str, tuple[int, int]]:
    """The default view of a revision, one of `plane.VIEWS`, and the two dimensions of a "pair"."""
    if loaded.has_circle(revision):
        return "circle", (0, 1)
    d = revision.config.latent_dim
    return ("pca", (0, 1)) if d > 2 else ("pair", (0, d - 1))


def plane_of(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]) -> plane.Plane:
    """Codes of a revision and samples of its prior on the plane of a view."""
    if through == "tsne":
        return plane.neighbours(loaded.layout(revision, codes))
    draws = loaded.prior_draws(revision)
    if through == "pair":
        return plane.pair(codes.z, draws, loaded.prior(revision), *dimensions)
    return plane.projected(codes.z, draws, projection(revision, codes, through, dimensions))


def projection(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]):
    """The `maps.Projection` between codes and the plane, for every view but t-SNE."""
    from aae_core.latent import maps

    if through == "pca":
        return loaded.principal(revision, codes)
    if through == "circle":
        return loaded.circle(revision)
    return maps.pair(revision.config.latent_dim, *dimensions)
