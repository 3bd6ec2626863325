"""The plane on which a revision's codes are shown, by its default view or a chosen one; no st.* call."""

from dataclasses import replace

import numpy as np

from aae_core.latent.first_view import is_pca_first
from aae_core.store.revision_folder import ProbeCodes
from app.cache import code_sets, item_columns, revision_data
from app.cache.revision_view import RevisionView
from app.figures import plane


def default_view_and_dimensions(revision: RevisionView) -> tuple[str, tuple[int, int]]:
    """The view of a revision on which z can be moved, one of `plane.VIEWS`, and the two dimensions of a "pair"."""
    if revision_data.has_head_circle(revision):
        return "circle", (0, 1)
    dim = revision.config.latent_dim
    return ("pca", (0, 1)) if dim > 2 else ("pair", (0, dim - 1))


def first_view(revision: RevisionView) -> str:
    """The view that the page Explore shows first, one of `plane.VIEWS`: of more than two dimensions PCA or t-SNE, by the rule
    of `is_pca_first` for the probe set, but PCA while its codes change; a reduction's heads are on a circle."""
    view, _ = default_view_and_dimensions(revision)
    if view != "pca" or revision.is_busy:
        return view
    probe_set = revision.with_code_set("probe")
    if probe_set.codes is None or is_pca_first(pca_variance_share(probe_set), len(probe_set.codes.z)):
        return "pca"
    return "tsne"


def pca_variance_share(revision: RevisionView) -> float:
    """The share of the variance of the codes shown that the plane of their PCA holds, 0 to 1."""
    return sum(revision_data.fit_pca(revision, revision.codes).share)


def make_plane(revision: RevisionView, codes: ProbeCodes, view: str, dimensions: tuple[int, int]) -> plane.Plane:
    """Codes of a revision and samples of its prior on the plane of a view. Codes of the probe set that were drawn
    from q(z|x) have the visible square of its means, so that the plane keeps its scale."""
    if view == "tsne":
        return plane.plane_of_tsne_layout(revision_data.compute_tsne_layout(revision, codes))
    if view == "columns":
        columns = [item_columns.numeric_columns(revision)[k] for k in dimensions]
        values = [item_columns.values_of_column(revision, column).to_numpy(np.float64) for column in columns]
        return plane.plane_of_columns(np.stack(values, axis=1), tuple(column.title for column in columns))
    prior_samples = revision_data.draw_prior_samples(revision)
    if view == "pair":
        drawn_plane = plane.coordinate_plane(codes.z, prior_samples, revision.prior, *dimensions)
    else:
        projection = view_projection(revision, codes, view, dimensions)
        drawn_plane = plane.projection_plane(codes.z, prior_samples, projection)
    if revision.code_set_name != "probe" + code_sets.DRAW_SUFFIX:
        return drawn_plane
    of_means = revision.with_code_set("probe")
    square_of_means = make_plane(of_means, of_means.codes, view, dimensions).visible_square
    return replace(drawn_plane, visible_square=replace(square_of_means, axes=drawn_plane.visible_square.axes))


def count_without_place(revision: RevisionView, columns: tuple[int, int]) -> int:
    """How many of the codes shown have no place on the plane of two columns, by their numbers, since a value is missing."""
    points = make_plane(revision, revision.codes, "columns", columns).points
    return int((~np.isfinite(points).all(axis=1)).sum())


def view_projection(revision: RevisionView, codes: ProbeCodes, view: str, dimensions: tuple[int, int]):
    """The `maps.Projection` between codes and the plane, for every view but those of `plane.VIEWS_WITHOUT_CODES`."""
    from aae_core.latent import maps

    if view == "pca":
        return revision_data.fit_pca(revision, codes)
    if view == "circle":
        return revision_data.head_circle_projection(revision)
    return maps.dimension_plane(revision.config.latent_dim, *dimensions)
