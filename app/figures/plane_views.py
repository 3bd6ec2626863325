"""How the codes of a revision are seen on a plane: by itself, or by the projection that was chosen; no st.* call."""

from aae_core.store.folder import ProbeCodes
from app.cache import loaded
from app.figures import plane


def usual(revision) -> tuple[str, tuple[int, int]]:
    """The projection of a revision where none is chosen, and the two dimensions of a pair."""
    if loaded.has_circle(revision):
        return "circle", (0, 1)
    d = revision.config.latent_dim
    return ("pca", (0, 1)) if d > 2 else ("pair", (0, d - 1))


def plane_of(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]) -> plane.Plane:
    """Codes of a revision and draws of its prior on the plane of a projection."""
    if through == "tsne":
        return plane.neighbours(loaded.layout(revision, codes))
    draws = loaded.prior_draws(revision)
    if through == "pair":
        return plane.pair(codes.z, draws, loaded.prior(revision), *dimensions)
    return plane.projected(codes.z, draws, projection(revision, codes, through, dimensions))


def projection(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]):
    """The `maps.Projection` between the plane and codes, for every projection but t-SNE."""
    from aae_core.latent import maps

    if through == "pca":
        return loaded.principal(revision, codes)
    if through == "circle":
        return loaded.circle(revision)
    return maps.pair(revision.config.latent_dim, *dimensions)
