"""By which view Explore shows codes first, which links keep, and the plane of two columns of the data."""

import numpy as np
import pandas
import pytest

pytest.importorskip("streamlit")
from functools import partial

from helpers.app_pages import assert_no_exception, open_page, page_texts, query_settings
from helpers.plane_scenes import unpack_message
from helpers.table_models import TINY
from sklearn import manifold

import aae_core as aae
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import lru
from app.server import assets

pytestmark = pytest.mark.usefixtures("no_gallery")
N = 80
RNG = np.random.default_rng(5)
FRAME = pandas.DataFrame(
    {
        "sample": [f"N{i:02}" for i in RNG.permutation(N)],
        **{f"f{k}": RNG.normal(size=N) for k in range(12)},
        "umap_x": RNG.normal(3, 2, N),
        "mass": RNG.normal(4000, 500, N),
        "umap_y": RNG.normal(-1, 2, N),
        "sex": RNG.choice(["male", "female"], N),
    }
)
FRAME.loc[FRAME.index % 7 == 0, "umap_y"] = np.nan


@pytest.fixture(scope="module")
def revisions(tmp_path_factory):
    """A folder, and {name: id of a revision of the frame}, whose last columns are kept and not trained on."""
    folder = tmp_path_factory.mktemp("projections")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_DATA", str(folder / "data"))
        patch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
        FRAME.to_csv(folder / "p.csv", index=False)
        left_out = ["sample", "umap_x", "umap_y", "mass", "sex"]
        sets.add_data_set(folder / "p.csv", "birds", leave_out=left_out)
        FRAME.drop(columns=["umap_x", "umap_y"]).to_csv(folder / "q.csv", index=False)
        sets.add_data_set(folder / "q.csv", "bare", leave_out=["sample", "mass", "sex"])
        ids = {}
        for name, dim, data in (("wide", 10, "birds"), ("flat", 2, "birds"), ("line", 1, "birds"), ("three", 3, "birds"),
                                ("bare", 2, "bare")):  # fmt: skip
            config = aae.configure(
                **{
                    **TINY,
                    "variant": "aae",
                    "network.hidden": (256,),
                    "steps": 100,
                    "data": data,
                    "latent_dim": dim,
                    "name": name,
                }
            )
            ids[name] = worker.train(config, store=Store()).id
        yield folder, ids


@pytest.fixture(autouse=True)
def revision_ids(revisions, monkeypatch):
    folder, ids = revisions
    monkeypatch.setenv("AAE_DATA", str(folder / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
    monkeypatch.setattr(manifold, "TSNE", partial(manifold.TSNE, max_iter=250))  # a quarter of its rounds
    lru.clear_all()
    return ids


def plane(app):
    """(header, positions of the codes N×2 or None) of the plane."""
    (part,) = [part for part in app.get("bidi_component") if part.proto.component_name.endswith("latent_canvas")]
    header = unpack_message(part.proto.bytes)[0]
    codes = unpack_message(assets.ASSETS.find(header["codes"]["url"].rpartition("/")[2]))[1]
    return header, codes.get("xy")


def chosen_view(app):
    (control,) = [control for control in app.segmented_control if control.label == "Projection"]
    return control.value


def test_ten_dimensions_are_first_shown_by_t_sne_and_the_page_says_why(revision_ids):
    app = open_page(revision=revision_ids["wide"])
    header, positions = plane(app)
    assert chosen_view(app) == query_settings(app)["view"] == "tsne"
    z = Store().open(revision_ids["wide"]).probe().z
    assert header["axes"] is None and header["pca"] is None and positions.shape == (len(z), 2)
    assert "Compute t-SNE" not in [button.label for button in app.button]
    variances = np.sort(np.linalg.eigvalsh(np.cov(z.T)))[::-1]
    share = variances[:2].sum() / variances.sum()
    assert share < 0.5, "or this test shows nothing"
    assert (
        f"It comes first since PCA’s plane holds only {100 * share:.0f}\N{NO-BREAK SPACE}% of the variance"
        in page_texts(app)
    )


def test_three_dimensions_are_first_shown_by_pca(revision_ids):
    app = open_page(revision=revision_ids["three"])
    assert chosen_view(app) == "pca" and plane(app)[0]["pca"]["name"] == "pca"
    assert "It comes first" not in page_texts(app)


def test_a_link_keeps_the_view_that_it_names_and_dimensions_need_none(revision_ids):
    assert plane(open_page(revision=revision_ids["wide"], view="pair"))[0]["axes"] == [0, 1]
    app = open_page(revision=revision_ids["wide"], across="3", up="5")
    assert plane(app)[0]["axes"] == [2, 4] and query_settings(app)["view"] == "pair"
    assert plane(assert_no_exception(app.run()))[0]["axes"] == [2, 4], "and so it stays"


def test_the_next_revision_has_its_own_first_view_unless_one_was_chosen(revision_ids):
    app = open_page(revision=revision_ids["wide"])
    assert chosen_view(app) == "tsne"
    app.query_params["revision"] = revision_ids["three"]
    del app.query_params["view"]
    assert chosen_view(assert_no_exception(app.run())) == "pca"
    (control,) = [control for control in app.segmented_control if control.label == "Projection"]
    control.set_value("pair").run()
    app.query_params["revision"] = revision_ids["wide"]
    assert chosen_view(assert_no_exception(app.run())) == "pair"


def test_two_kept_columns_are_a_plane_on_which_nothing_is_decoded(revision_ids):
    app = open_page(revision=revision_ids["flat"], view="columns")
    header, positions = plane(app)
    probe = Store().open(revision_ids["flat"]).probe()
    items = aae.load_item_table("birds").iloc[probe.index]
    np.testing.assert_allclose(positions, items[["umap_x", "umap_y"]], rtol=1e-6)
    assert header["axis_names"] == ["umap_x", "umap_y"] and header["axes"] is None and header["pca"] is None
    assert not {"prior", "samples", "judge", "push", "manifold", "regions"} & header["layers"].keys()
    missing_count = int(items["umap_y"].isna().sum())
    assert missing_count > 0 and f"Without a place, since a value is missing: {missing_count}." in page_texts(app)
    select = next(box for box in app.selectbox if box.label == "Vertical")
    assert select.options == ["mass", "umap_y"]
    select.select("mass").run()
    header, positions = plane(app)
    mass = items["mass"]
    assert header["axis_names"][1] == f"mass, from {mass.min():.4g} to {mass.max():.4g}"
    np.testing.assert_allclose(positions[:, 1], (mass - mass.min()) / (mass.max() - mass.min()), rtol=1e-5)
    assert query_settings(app)["y_column"] == "mass"


def test_columns_of_a_link_come_back_and_those_that_are_not_there_are_told(revision_ids):
    app = open_page(revision=revision_ids["line"], view="columns", x_column="mass", y_column="umap_x")
    assert [name.partition(",")[0] for name in plane(app)[0]["axis_names"]] == ["mass", "umap_x"]
    (control,) = [control for control in app.segmented_control if control.label == "Projection"]
    assert control.options == ["One dimension", "Two columns"]
    app = open_page(revision=revision_ids["line"], view="columns", x_column="no such column", y_column="mass")
    assert plane(app)[0]["axis_names"][0].startswith("umap_x") and "x\\_column" in page_texts(app)


def test_without_two_columns_of_numbers_there_is_no_such_view(revision_ids):
    app = open_page(revision=revision_ids["bare"], view="columns")
    assert not [control for control in app.segmented_control if control.label == "Projection"]
    assert plane(app)[0]["axes"] == [0, 1] and not app.error
