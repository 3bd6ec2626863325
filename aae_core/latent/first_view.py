"""The view by which codes of more than two dimensions are shown first."""

MIN_PCA_SHARE = 0.5  # of the codes' variance, from which the plane of their PCA is shown first
QUICK_TSNE_POINTS = 1000  # t-SNE of as many codes takes a few seconds


def is_tsne_quick(code_count: int) -> bool:
    """Whether t-SNE of as many codes is possible, and takes no longer than a first look may."""
    return 4 <= code_count <= QUICK_TSNE_POINTS


def is_pca_first(variance_share: float, code_count: int) -> bool:
    """Whether codes are first shown on the plane of their PCA, and not by t-SNE: if the plane holds at least half of their
    variance, or if t-SNE is not quick. variance_share: of the plane, 0 to 1."""
    return variance_share >= MIN_PCA_SHARE or not is_tsne_quick(code_count)
