import pytest
import streamlit as st

from aae_core.config import painting
from aae_core.config.configuration import Config, configure, setting_keys
from aae_core.config.presets import PRESETS
from aae_core.errors import ConfigError
from app.session import address
from app.ui import config_form, form_settings


def test_every_setting_has_one_place_and_a_title():
    grouped_keys = [key for group in form_settings.GROUPS.values() for key in group]
    assert sorted([*form_settings.FIRST_TITLES, *grouped_keys]) == sorted(setting_keys())
    assert set(form_settings.TITLES) == set(setting_keys())


def test_every_choice_has_a_title():
    for key in setting_keys():
        choices = form_settings.setting_field(key).metadata["choices"]
        assert set(form_settings.choice_titles(key)) == set(choices or ())


@pytest.mark.parametrize("preset", PRESETS)
def test_an_untouched_preset_builds_what_configure_builds(preset):
    assert form_settings.build_config(form_settings.widget_values(configure(preset))) == configure(preset)


def test_lists_and_pairs_survive_the_form():
    values = form_settings.widget_values(Config()) | {
        "network.hidden": "30, 20",
        "optimiser.schedule": "5:0.1, 8.33333333:0.01",
    }
    config = form_settings.build_config(values)
    assert config.network.hidden == (30, 20)
    assert config.optimiser.schedule == ((5, 0.1), (8.33333333, 0.01))
    assert form_settings.widget_values(config)["network.hidden"] == "30, 20"
    assert form_settings.build_config(form_settings.widget_values(config)) == config


def test_what_has_no_meaning_takes_its_default():
    values = form_settings.widget_values(Config()) | {"beta": 4.0, "labels": 100}
    assert form_settings.build_config(values).beta == 1.0 and form_settings.build_config(values).labels is None
    supervised_config = form_settings.build_config(values | {"variant": "supervised"})
    assert supervised_config.labels == 100
    vae_config = form_settings.build_config(values | {"variant": "vae"})
    assert vae_config.beta == 4.0 and vae_config.posterior == "gaussian"


@pytest.mark.parametrize(
    ("settings", "expected_keys"),
    [
        ({"variant": "aae"}, set()),
        ({"variant": "label-informed"}, {"labels"}),
        ({"variant": "supervised"}, {"labels"}),
        ({"variant": "semi-supervised"}, {"labels", "optimiser.classification_rate"}),
        ({"variant": "clustering"}, {"clusters"}),
        ({"variant": "reduction"}, {"labels", "optimiser.classification_rate", "heads", "separation"}),
        ({"variant": "reduction", "labels": 0}, {"labels", "clusters", "heads", "separation"}),
        ({"variant": "reduction", "heads": "fixed"}, {"labels", "optimiser.classification_rate", "heads"}),
        ({"variant": "vae"}, set()),
    ],
)
def test_settings_of_labels_clusters_and_heads_are_shown_with_them(settings, expected_keys):
    effective_values = form_settings.effective_values(form_settings.widget_values(Config()) | settings)
    conditional_keys = {"labels", "clusters", "heads", "separation", "optimiser.classification_rate"}
    assert conditional_keys & set(effective_values) == expected_keys
    assert {"input_dropout", "network.normalise"} <= set(effective_values), "these have a meaning everywhere"


@pytest.mark.parametrize(
    ("settings", "expected_keys"),
    [
        ({"variant": "supervised"}, set()),
        ({"variant": "clustering"}, {"content_decoded"}),
        ({"variant": "clustering", "content_decoded": "each"}, {"content_decoded", "content_smoothing"}),
        ({"variant": "aae", "content_decoded": "each", "content_smoothing": 0.2}, set()),
    ],
)
def test_how_contents_are_decoded_is_asked_where_they_are_inferred(settings, expected_keys):
    values = form_settings.widget_values(Config()) | settings
    assert {"content_decoded", "content_smoothing"} & set(form_settings.effective_values(values)) == expected_keys
    assert form_settings.build_config(values).variant == settings["variant"]


@pytest.mark.parametrize(
    ("settings", "expected_keys"),
    [
        ({"variant": "aae"}, set()),
        ({"variant": "ae", "prior.name": "mixture"}, set()),
        ({"variant": "clustering"}, {"views"}),
        ({"variant": "aae", "prior.name": "mixture"}, {"views"}),
        ({"variant": "aae", "prior.name": "mixture", "views": 2}, {"views", "second_view", "view_agreement"}),
        ({"variant": "info-vae", "prior.name": "mixture", "views": 2}, {"views", "view_agreement"}),
    ],
)
def test_two_views_are_asked_for_where_they_have_something_to_agree_on(settings, expected_keys):
    values = form_settings.widget_values(Config()) | settings
    assert {"views", "second_view", "view_agreement"} & set(form_settings.effective_values(values)) == expected_keys


def test_a_link_with_a_former_setting_is_reported_where_it_matters():
    query = {"compile": "off", "content_noise": "0.3", "epochs": "7"}
    assert form_settings.invalid_query_names(query) == ["content_noise"]
    assert form_settings.parse_query(query)[1] == form_settings.widget_values(configure(epochs=7))


def test_a_senseless_combination_is_refused_with_its_reason():
    values = form_settings.widget_values(Config()) | {"variant": "vae", "prior.name": "swiss-roll"}
    with pytest.raises(ConfigError, match="density"):
        form_settings.build_config(values)
    with pytest.raises(ConfigError, match="whole number"):
        form_settings.build_config(form_settings.widget_values(Config()) | {"network.hidden": "10, x"})


def test_the_url_holds_what_differs_and_reads_back():
    values = form_settings.initial_values("default", "vae") | {"epochs": 7, "network.hidden": "30, 20", "minutes": 2.5}
    query = form_settings.make_query(values, "default")
    assert query == {"variant": "vae", "epochs": "7", "network.hidden": "30, 20", "minutes": "2.5"}
    preset, read = form_settings.parse_query(query)
    assert preset == "default" and read == values


def test_a_link_to_another_variant_brings_its_recipe():
    recipe = form_settings.widget_values(configure(variant="vae"))
    assert form_settings.parse_query({"variant": "vae"})[1] == recipe and form_settings.make_query(
        recipe, "default"
    ) == {"variant": "vae"}
    assert form_settings.make_query(recipe, "vae") == {"preset": "vae"}
    changed = recipe | {"optimiser.kind": "sgd", "optimiser.clip": 5.0}
    query = {"variant": "vae", "optimiser.kind": "sgd", "optimiser.clip": "5.0"}
    assert form_settings.make_query(changed, "default") == query and form_settings.parse_query(query)[1] == changed


def test_what_the_url_names_wrongly_is_left_out():
    _, values = form_settings.parse_query(
        {"variant": "nonsense", "epochs": "many", "latent_dim": "-3", "preset": "no", "x": "1"}
    )
    assert values == form_settings.widget_values(Config())


def test_a_painting_is_in_the_link_unless_too_long_or_damaged():
    long_painting = painting.format_painting(bytes(k % 3 for k in range(painting.CELLS)))
    values = form_settings.widget_values(Config()) | {"prior.name": "painted"}
    query = form_settings.make_query(values | {"prior.painting": long_painting}, "default")
    assert len(long_painting) > form_settings.MAX_LINKED_PAINTING and query == {"prior.name": "painted"}
    short_painting = painting.format_painting(bytes(15 * (row == 7) for row in range(64) for _ in range(64)))
    values["prior.painting"] = short_painting
    assert form_settings.make_query(values, "default") == {"prior.name": "painted", "prior.painting": short_painting}
    assert form_settings.parse_query(form_settings.make_query(values, "default"))[1] == values
    assert (
        form_settings.parse_query({"prior.name": "painted", "prior.painting": short_painting[:-9]})[1]["prior.painting"]
        == "ring"
    )
    assert form_settings.build_config(values).prior.painting == short_painting
    assert form_settings.build_config(values | {"prior.name": "gaussian"}) == Config(), (
        "a painting belongs to the painted prior alone"
    )


def test_help_names_the_range():
    assert form_settings.help_text("latent_dim").endswith("From 1 to 512.")


def test_the_value_of_a_target_has_a_meaning_beside_a_target_alone():
    values = form_settings.widget_values(Config()) | {"target.value": 0.5}
    assert form_settings.build_config(
        values
    ).target.value is None and "target.value" not in form_settings.effective_values(values)
    target_values = values | {"target.measure": "mmd2"}
    assert form_settings.build_config(target_values).target.value == 0.5
    assert form_settings.make_query(target_values, "default") == {"target.measure": "mmd2", "target.value": "0.5"}
    assert form_settings.parse_query(form_settings.make_query(target_values, "default"))[1] == target_values
    with pytest.raises(ConfigError, match="no value at which"):
        form_settings.build_config(target_values | {"target.value": None})


def test_a_link_fills_the_form_even_if_a_click_ends_the_run(query):
    def begin_run():
        address.begin_run("train")
        config_form.fill_from_link()

    def end_run():
        config_form.write_settings_to_url()
        address.write_query()

    begin_run()
    end_run()
    query["network.hidden"] = "60, 40"
    begin_run()
    st.session_state["train.network.hidden"] = "1000, 1000"  # the click brings what the browser shows
    begin_run()
    assert st.session_state["train.network.hidden"] == "60, 40"
    end_run()
    st.session_state["train.network.hidden"] = "50"  # typed, now that it is drawn
    begin_run()
    assert st.session_state["train.network.hidden"] == "50"


def test_a_painting_takes_the_settings_made_for_it_and_another_prior_gives_them_back(monkeypatch):
    monkeypatch.setattr(config_form.st, "session_state", {})
    config_form.fill_widgets(form_settings.initial_values("default") | {"batch_size": 64, "data": "digits"}, "default")

    def choose_prior(name):
        st.session_state[config_form.KEY_PREFIX + "prior.name"] = name
        config_form.apply_prior()
        return config_form.current_form_values(), st.session_state[config_form.PRESET_KEY]

    values, preset = choose_prior("painted")
    assert preset == "painted" and values["batch_size"] == 64, "what was changed stays"
    assert values == form_settings.initial_values("painted") | {"batch_size": 64, "epochs": values["epochs"]}
    values, preset = choose_prior("gaussian")
    assert preset == "default" and values["optimiser.kind"] == "sgd" and values["batch_size"] == 64
    st.session_state[config_form.KEY_PREFIX + "optimiser.kind"] = "adam"
    assert choose_prior("mixture")[0]["optimiser.kind"] == "adam", "no painting, no change"


def test_under_another_preset_a_painting_changes_only_what_the_preset_left(monkeypatch):
    monkeypatch.setattr(config_form.st, "session_state", {})
    config_form.fill_widgets(form_settings.initial_values("label-informed") | {"epochs": 7}, "label-informed")
    st.session_state[config_form.KEY_PREFIX + "prior.name"] = "painted"
    config_form.apply_prior()
    values = config_form.current_form_values()
    assert st.session_state[config_form.PRESET_KEY] == "label-informed" and values["epochs"] == 7
    assert values["variant"] == "label-informed" and values["network.hidden"] == "400, 400"
