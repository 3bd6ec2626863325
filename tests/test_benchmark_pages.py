"""benchmarks/document.py, and how benchmarks run trainings as processes of their own."""

import pytest

from aae_core.training import machine
from benchmarks import document, processes
from benchmarks.quality import prior_fit
from benchmarks.speed import from_disk, large_images


def test_a_page_whose_hand_written_end_is_not_found_stays_as_it_is(tmp_path):
    page = tmp_path / "a.md"
    document.rewrite(page, "# New\n")
    assert page.read_text() == f"# New\n\n{document.READING_HEADING}\n"
    page.write_text("# Old\n\n## Reading\n\nkept\n")
    with pytest.raises(SystemExit, match="not changed: it lacks the heading"):
        document.rewrite(page, "# New\n")
    assert page.read_text() == "# Old\n\n## Reading\n\nkept\n"


def test_a_training_that_fails_is_named(tmp_path):
    with pytest.raises(SystemExit, match="^AAE, seed 3: aae: .*nonsense"):
        prior_fit.run_training("AAE, seed 3", tmp_path / "a.json", 1, 3, 8, {}, "--variant", "nonsense")
    assert not list(tmp_path.iterdir())


def test_variables_of_the_user_take_precedence(tmp_path, monkeypatch):
    environments = []
    for module in (processes, large_images):
        monkeypatch.setattr(module, "drop_from_page_cache", lambda file: None)
        monkeypatch.setattr(module, "run_and_parse", lambda *options, **variables: environments.append(variables))
    for name in machine.ENVIRONMENT:
        monkeypatch.setenv(name, "mine")
    from_disk.measure(tmp_path, 1, 1)
    large_images.measure_in_process(tmp_path, "blocks", "many", 1)
    user_variables = dict.fromkeys(machine.ENVIRONMENT, "mine") | {"AAE_DATA": str(tmp_path)}
    assert len(environments) == 3 and all(user_variables.items() <= variables.items() for variables in environments)
