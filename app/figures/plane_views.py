"""The plane on which a revision's codes are shown, by its default view or a chosen one; no st.* call."""

from dataclasses import replace

from aae_core.store.revision_folder import ProbeCodes
from app.cache import code_sets, revision_data
from app.figures import plane


def default_view_and_dimensions(revision) -> tuple[str, tuple[int, int]]:
    """The default view of a revision, one of `plane.VIEWS`, and the two dimensions of a "pair"."""
    if revision_data.has_head_circle(revision):
        return "circle", (0, 1)
    dim = revision.config.latent_dim
    return ("pca", (0, 1)) if dim > 2 else ("pair", (0, dim - 1))


def make_plane(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]) -> plane.Plane:
    """Codes of a revision and samples of its prior on the plane of a view. Codes of the probe set that were drawn
    from q(z|x) have the visible square of its means, so that the plane keeps its scale."""
    if through == "tsne":
        return plane.plane_of_tsne_layout(revision_data.compute_tsne_layout(revision, codes))
    prior_samples = revision_data.draw_prior_samples(revision)
    if through == "pair":
        drawn_plane = plane.coordinate_plane(codes.z, prior_samples, revision.prior, *dimensions)
    else:
        projection = view_projection(revision, codes, through, dimensions)
        drawn_plane = plane.projection_plane(codes.z, prior_samples, projection)
    if revision.code_set_name != "probe" + code_sets.DRAW_SUFFIX:
        return drawn_plane
    of_means = revision.with_code_set("probe")
    square_of_means = make_plane(of_means, of_means.codes, through, dimensions).visible_square
    return replace(drawn_plane, visible_square=replace(square_of_means, axes=drawn_plane.visible_square.axes))


def view_projection(revision, codes: ProbeCodes, through: str, dimensions: tuple[int, int]):
    """The `maps.Projection` between codes and the plane, for every view but t-SNE."""
    from aae_core.latent import maps

    if through == "pca":
        return revision_data.fit_pca(revision, codes)
    if through == "circle":
        return revision_data.head_circle_projection(revision)
    return maps.dimension_plane(revision.config.latent_dim, *dimensions)
