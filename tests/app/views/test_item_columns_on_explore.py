"""Explore with a table of one's own: a column that was kept colours the codes, and an id is found."""

import numpy as np
import pandas
import pytest

pytest.importorskip("streamlit")
from helpers.app_pages import open_page
from helpers.plane_scenes import unpack_message
from helpers.table_models import TINY

import aae_core as aae
from aae_core.data import item_files, own_sets, sets
from aae_core.jobs import worker
from aae_core.places import data_root
from aae_core.store.revisions import Store

pytestmark = pytest.mark.usefixtures("no_gallery")
N = 60
RNG = np.random.default_rng(2)
FRAME = pandas.DataFrame(
    {
        "sample": [f"N{i:02}" for i in RNG.permutation(N)],
        "species": RNG.choice(["Adelie", "Gentoo"], N),
        "bill": RNG.normal(40, 5, N),
        "depth": RNG.normal(17, 2, N),
        "sex": RNG.choice(["male", "female", None], N),
        "note": [f"note {i}" for i in range(N)],
    }
)


@pytest.fixture
def penguins(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    FRAME.to_csv(tmp_path / "p.csv", index=False)
    sets.add(tmp_path / "p.csv", "penguins", label="species", leave_out=["sample", "sex", "note"])
    return worker.train(aae.configure(**{**TINY, "variant": "aae", "data": "penguins"}), store=Store())


def plane_header(app):
    (part,) = [part for part in app.get("bidi_component") if part.proto.component_name.endswith("latent_canvas")]
    return unpack_message(part.proto.bytes)[0]


def test_a_kept_column_colours_the_codes_and_texts_do_not(penguins):
    app = open_page(None, revision=penguins.id, colour="sex")
    assert not app.error and not app.exception
    header = plane_header(app)
    assert header["classes"] == ["female", "male"] and header["missing"] == "missing"
    select = next(box for box in app.selectbox if box.label == "Colour of the codes")
    assert select.options == ["Coloured by class", "Coloured by sex"]  # "note" and "sample" are texts
    select.select("").run()
    assert plane_header(app)["classes"] == ["Adelie", "Gentoo"] and plane_header(app)["missing"] is None


def test_an_id_or_a_part_of_it_selects_its_code(penguins):
    items = aae.load_item_table("penguins").iloc[penguins.probe().index].reset_index(drop=True)
    wanted = items["id"][7]
    for text, number in ((f" {wanted.lower()} ", 7), ("nobody", None)):
        app = open_page(None, revision=penguins.id)
        (field,) = [box for box in app.text_input if box.label == "Find an id"]
        field.set_value(text).run()
        assert plane_header(app)["picked"] == number and not app.error
        said = "No id contains this." in [caption.value for caption in app.caption]
        assert said == (number is None)


def test_a_damaged_file_is_named_and_the_plane_stays(penguins):
    path = data_root() / own_sets.OWN_SETS_FOLDER / "penguins" / item_files.ITEMS_FILE
    path.write_bytes(path.read_bytes()[:-1])
    app = open_page(None, revision=penguins.id, colour="sex")
    assert "was changed or is damaged" in app.error[0].value and not app.exception
    assert plane_header(app)["classes"] == ["Adelie", "Gentoo"] and plane_header(app)["items"] is None
    assert len(app.error) == 1 and any("Plain controls" in expander.label for expander in app.expander)
