"""Tables that can be downloaded: their heads are in the language of the page, their columns have the same names in each."""

import json
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.page_parts.revisions import revision_files
from app.translation.languages import use_language
from app.translation.texts import translate

APP = Path(__file__).parents[3] / "app"


def table_columns(app):
    """For each table of the page the names of its columns, in the order in which they are shown, and their heads."""
    tables = []
    for frame in app.dataframe:
        config = json.loads(frame.proto.columns)
        names = list(frame.value)
        tables.append((names, [config[name]["label"] for name in names]))
    return tables


def test_columns_have_english_names_and_heads_in_the_language_of_the_page():
    revision = Store().create(configure(), sets.describe_data_set("digits"))
    english, korean = (
        table_columns(app_pages.run_page("revisions", revision=revision.id, lang=lang)) for lang in ("en", "ko")
    )
    assert [names for names, _ in korean] == [names for names, _ in english]
    assert all(heads == names for names, heads in english)
    assert ["Name", "State", "Variant", "Data", "Created", "Epochs", "Size"] in [names for names, _ in english]
    with use_language("ko"):
        assert all(heads == [translate(name) for name in names] for names, heads in korean)
        assert all(heads != names for names, heads in korean)


def test_files_of_a_revision_have_the_same_names_and_columns_in_every_language(tiny_config):
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    worker.run_training(revision)
    files = {}
    for language in ("en", "ko"):
        with use_language(language):
            downloads = revision_files._download_functions_by_title(fresh_snapshot(revision))
            contents = {name: make() for name, make in downloads.values() if name.endswith((".csv", ".json", ".md"))}
            files[language] = [name for name, _ in downloads.values()], contents
    assert files["ko"] == files["en"] and "-codes.csv" in files["ko"][1]


def test_each_table_is_drawn_by_the_one_function():
    callers = [path.name for path in APP.rglob("*.py") if "st.dataframe(" in path.read_text(encoding="utf-8")]
    assert callers == ["data_tables.py"]
