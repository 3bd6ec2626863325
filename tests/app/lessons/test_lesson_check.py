"""`lesson check`: what it says of a file, and claims that are tried without a page, on the game that the page plays."""

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers import game_engine

from aae_core.cli.arguments import main as run_aae
from aae_core.game.headless import HeadlessGame
from aae_core.game.rules import GameRules, GameSetup
from app import __main__ as command
from app.lessons import claims, file_check, game_stage, measures, model_stage, reader, rehearsal
from app.lessons.markup import LessonError

SHIPPED = sorted(reader.LESSONS_FOLDER.glob("*.md"))
GAME_PAGE = """
[[page]]
on = "game"
set = { "game.variant" = "aae" }
equation = [{ text = "q(z)", item = "codes", says = "the codes" }, "="]
reads = "In words."
do = "Do it."
goal = { kind = "step", phase = "discrimination", times = 5 }
"""
MODEL_PAGE = """
[[page]]
on = "explore"
set = { revision = "aae", z = "0,0" }
equation = [{ text = "q(z)", item = "codes", says = "the codes" }, "="]
reads = "In words."
do = "Do it."
goal = { kind = "z", beyond = 3 }
"""
D_TELLS = """
[[page.claim]]
says = "D tells codes from samples"
figure = "d_codes"
below = "d_samples"
"""
MMD_RISES = """
[[page.claim]]
says = "Five steps of G drive the codes past the prior"
figure = "mmd2"
rose = 0.05
after = [{ do = "step", phase = "generation", times = 5 }]
"""
MMD_FALLS = """
[[page.claim]]
says = "MMD² falls while both learn"
figure = "mmd2"
fell = 0.1
after = [{ do = "step", phase = "discrimination", times = 10 }, { do = "step", phase = "generation", times = 1 }]
repeat = 10
"""


@pytest.fixture
def write(tmp_path):
    """write(pages, name) -> the path of a lesson with these pages, each with its claims."""

    def write_(*pages, name="31-mine.md"):
        front_matter = 'title = "A title"\npromise = "A promise."\nminutes = 2\n' + "".join(pages)
        path = tmp_path / name
        path.write_text(f"+++\n{front_matter}+++\n" + "## A heading\n\nWords.\n" * len(pages))
        return path

    return write_


def check(path, *options) -> int:
    return command.run_app_command(["lesson", "check", str(path), *options])


# The game without a page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setup",
    [
        GameSetup("aae", seed=3),
        GameSetup("semi-supervised", seed=2),
        GameSetup("semi-supervised", seed=1, labels=10, told="content"),
        GameSetup("aae", data="glyphs", prior="ring", seed=1),
    ],
    ids=lambda setup: f"{setup.variant}-{setup.data}-{setup.told}",
)
def test_the_game_without_a_page_has_the_figures_of_the_page(tmp_path, setup):
    """Data, nets, mini-batches, samples and noise are the page's own; rounding alone tells the two apart."""
    rules = GameRules(input_noise=0.1, d_steps=2)
    phases = ("reconstruction", "discrimination", "discrimination", "generation", "reconstruction")
    requests = [*({"do": "step", "phase": phase} for phase in phases), {"do": "round"}]
    (answers,) = game_engine.run_engine(tmp_path, games=[game_engine.game_input(tmp_path, setup, rules, requests)])[
        "games"
    ]
    game = HeadlessGame(setup, rules)
    assert game.mmd2() == pytest.approx(answers[0]["header"]["distance"], rel=1e-3)
    for phase, answer in zip(phases, answers[1:], strict=False):
        game.step(phase)
        (record,) = answer["header"]["records"]
        assert game.cost(phase) == pytest.approx(record["loss"][1], rel=1e-3), phase
    game.play_rounds(1)
    last = answers[-1]
    assert game.counts == last["header"]["counts"]
    assert game.mmd2() == pytest.approx(last["header"]["distance"], rel=1e-2)
    np.testing.assert_allclose(game.codes(), last["fields"]["codes"], atol=0.01)
    stage = game_stage.GameStage({}, 0)
    stage.game = game
    means = [stage.measure("d_codes"), stage.measure("d_samples")]
    if last["header"]["variant"]["discriminator_sees_content"]:  # D judges the samples with every y
        assert means == pytest.approx(last["header"]["meanD"], rel=1e-2)


def test_a_game_returns_to_a_state_that_was_saved():
    stage = game_stage.GameStage({"game.variant": "aae"}, 0)
    stage.perform({"do": "step", "phase": "reconstruction", "times": 2})
    state = stage.save()

    def play():
        stage.perform({"do": "step", "phase": "generation", "times": 1})
        stage.perform({"do": "rule", "rule": "d_steps", "value": 3})
        stage.perform({"do": "rounds", "times": 2})
        return [stage.measure(name) for name in ("mmd2", "moved", "cost_g", "steps_d")]

    first_figures = play()
    stage.restore(state)
    assert stage.game.rules == GameRules() and stage.measure("steps_d") == 0
    assert play() == first_figures and first_figures[-1] == 6


def test_every_figure_can_be_computed():
    names = {name for name, row in measures.page_measures("game").items() if row}
    assert names == set(game_stage.MEASURES)
    assert set(measures.MODEL_MEASURES) >= set(model_stage.MEASURES)
    stage = game_stage.GameStage({"game.variant": "semi-supervised", "game.posterior": "gaussian"}, 0)
    assert all(np.isfinite(stage.measure(name)) for name in game_stage.MEASURES)


# Claims -----------------------------------------------------------------------------------------------------------------


def rehearse_file(path, seeds=1):
    return rehearsal.rehearse(file_check.read_lesson_file(path), seeds)


def test_claims_of_a_game_are_tried_each_from_the_start_of_the_page(write):
    results = rehearse_file(write(GAME_PAGE + MMD_RISES + D_TELLS))
    mmd_result, d_result = results
    assert mmd_result.holds and d_result.holds
    (trial,) = mmd_result.trials
    assert trial.values[0] == pytest.approx(0.142, abs=0.002) and trial.values[-1] > 0.4
    (trial,) = d_result.trials
    assert trial.values[-1] < 0.55 < trial.bound, "after five steps of D, and none of G"


def test_another_setting_begins_another_game(write):
    claim = (
        '[[page.claim]]\nsays = "On a ring hardly a code lies at first"\nfigure = "in_prior"\nbelow = 0.5\n'
        'after = [{ do = "setting", setting = "game.prior", is = "ring" }]\n'
    )
    everywhere = '[[page.claim]]\nsays = "N(0, I) has density everywhere"\nfigure = "in_prior"\nabove = 0.99\n'
    assert all(result.holds for result in rehearse_file(write(GAME_PAGE + claim + everywhere)))


def test_d_and_g_in_turn_bring_the_codes_to_the_prior(write):
    (result,) = rehearse_file(write(GAME_PAGE + MMD_FALLS))
    assert result.holds and result.trials[0].values[-1] < 0.03


def test_a_page_continues_the_game_of_the_page_before(write):
    claim = '[[page.claim]]\nsays = "Ten steps of D"\nfigure = "steps_d"\nabove = 9.5\n'
    first_result, second_result = rehearse_file(write(GAME_PAGE + claim.replace("9.5", "4.5"), GAME_PAGE + claim))
    assert first_result.holds and second_result.holds and second_result.trials[0].values == (5, 10)


def test_a_goal_about_a_figure_is_a_claim_itself(write):
    goal = GAME_PAGE.replace(
        '{ kind = "step", phase = "discrimination", times = 5 }', '{ kind = "figure", figure = "d_codes", below = 0.5 }'
    )
    perform = '[[page.perform]]\ndo = "step"\nphase = "discrimination"\ntimes = 1\n'
    (result,) = rehearse_file(write(goal + perform))
    assert result.holds and 1 < len(result.trials[0].values) < 10
    assert check(write(goal), "--seeds", "1") == 1, "nothing says how the goal is reached"


def test_claims_of_a_model_are_tried_on_its_page(write):
    distance_claim = '[[page.claim]]\nsays = "Far out"\nfigure = "z_norm"\nabove = 3\n'
    prior_claim = '[[page.claim]]\nsays = "Close to the prior"\nfigure = "mmd2"\nbelow = 0.01\nafter = []\n'
    digit_claim = (
        '[[page.claim]]\nsays = "A 1 is drawn there"\nfigure = "certainty"\nabove = 0.5\n'
        'after = [{ do = "z", to = [0, 0] }]\n'
    )
    results = rehearse_file(write(MODEL_PAGE + distance_claim + prior_claim + digit_claim), seeds=2)
    assert all(result.holds for result in results) and len(results[0].trials) == 2


def test_both_models_of_a_comparison_have_their_figures(write):
    page = MODEL_PAGE.replace('"explore"', '"compare"').replace('revision = "aae"', 'left = "aae", right = "vae"')
    claim = '[[page.claim]]\nsays = "The AAE is closer"\nfigure = "mmd2_left"\nbelow = "mmd2_right"\n'
    (result,) = rehearse_file(write(page + claim))
    assert result.holds


REFUSED = {  # by what is wrong: the claim, and what the sentence says
    "no words": ('figure = "mmd2"\nabove = 1', "lacks “says” in a claim of page 1"),
    "an unknown figure": ('says = "x"\nfigure = "beauty"\nabove = 1', "the figure “beauty”, which Step by step does not have"),
    "no comparison": ('says = "x"\nfigure = "mmd2"', "needs one of above, below, rose, fell, stays in a claim of page 1"),
    "two comparisons": ('says = "x"\nfigure = "mmd2"\nabove = 1\nbelow = 2', "needs one of"),
    "a rise of nothing": ('says = "x"\nfigure = "mmd2"\nrose = 0', "it must be above 0, or it always holds"),
    "a text": ('says = "x"\nfigure = "mmd2"\nabove = "much"', "it must be a number or another figure of the page"),
    "an unknown action": ('says = "x"\nfigure = "mmd2"\nabove = 1\nafter = [{ do = "win" }]', "the action “win”"),
    "an action that lacks a key": ('says = "x"\nfigure = "mmd2"\nabove = 1\nafter = [{ do = "rounds" }]', "needs times"),
    "a senseless setting": (
        'says = "x"\nfigure = "mmd2"\nabove = 1\nafter = [{ do = "setting", setting = "game.prior", is = "cube" }]',
        "changes in a claim of page 1 “game.prior” to 'cube'"),
    "a rule out of range": (
        'says = "x"\nfigure = "mmd2"\nabove = 1\nafter = [{ do = "rule", rule = "d_steps", value = 1000 }]',
        "cannot be performed on page 1: d_steps",
    ),
    "too often": ('says = "x"\nfigure = "mmd2"\nabove = 1\nafter = []\nrepeat = 1000', "a whole number from 1 to 100"),
    "a phase of another game": (
        'says = "x"\nfigure = "mmd2"\nabove = 1\nafter = [{ do = "step", phase = "classification", times = 1 }]',
        "cannot be performed on page 1: a game of aae has no steps of classification",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_claim_that_cannot_be_tried_is_named(write, case):
    text, expected_text = REFUSED[case]
    with pytest.raises(file_check.LessonCheckError, match="31-mine.md ") as error:
        file_check.read_lesson_file(write(GAME_PAGE + "[[page.claim]]\n" + text + "\n"))
    assert expected_text in str(error.value)


@pytest.mark.parametrize(
    ("comparison", "bound", "true_values", "false_values"),
    [
        ("above", 1, [0, 2], [2, 1]),
        ("below", 1, [2, 0], [0, 1]),
        ("rose", 1, [2, 1, 2], [2, 1, 1.5]),
        ("fell", 1, [0, 2, 1], [2, 3, 2.5]),
        ("stays", 1, [2, 9, 3], [2, 3, 4]),
    ],
)
def test_comparisons(comparison, bound, true_values, false_values):
    claim = claims.Claim("x", "mmd2", comparison, bound)
    assert claim.is_true_of(true_values, bound) and not claim.is_true_of(false_values, bound)


# The command ------------------------------------------------------------------------------------------------------------


def test_every_shipped_lesson_passes(capsys):
    assert SHIPPED and command.run_app_command(["lesson", "check", *map(str, SHIPPED)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SHIPPED) and all(line.endswith("nothing is wrong with it.") for line in lines)


def test_a_table_of_claims_is_printed_and_one_that_fails_is_the_status(write, capsys):
    assert check(write(GAME_PAGE + D_TELLS), "--seeds", "2") == 0
    header, _, line = capsys.readouterr().out.splitlines()
    assert header == "| Lesson | Page | Claim | Figure | Seed 0 | Seed 1 | Holds |"
    assert line.startswith("| 31. A title | 1 | D tells codes from samples | d_codes below d_samples | 0.")
    assert line.endswith(" | 2 of 2 |") and line.count(" against ") == 2
    assert check(write(GAME_PAGE + D_TELLS.replace("below", "above")), "--seeds", "1") == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith(" | 0 of 1 |")


def test_what_is_wrong_is_one_line_and_wrong_usage_is_told(write, capsys, tmp_path):
    broken_path = write(GAME_PAGE.replace('"game"', '"nowhere"'))
    path_without_model = write(
        MODEL_PAGE.replace('"aae"', '"dimensionality"').replace("dimensionality", "aae wine"), name="32-b.md"
    )
    for path, expected_text in (
        (broken_path, "31-mine.md has on page 1 an “on” of 'nowhere'"),
        (path_without_model, "32-b.md cannot be performed on page 1: There is no trained “aae wine” here"),
        (tmp_path / "33-none.md", "33-none.md could not be read"),
        (tmp_path / "lesson.md", "lesson.md is not named like"),
    ):
        assert check(path) == 1
        output = capsys.readouterr()
        assert (
            not output.out
            and output.err.startswith("aae: ")
            and expected_text in output.err
            and output.err.count("\n") == 1
        )
    for arguments in (
        [],
        ["check"],
        ["check", str(broken_path), "--seeds", "many"],
        ["check", str(broken_path), "--seeds", "101"],
    ):
        assert command.run_app_command(["lesson", *arguments]) == 2
        assert capsys.readouterr().err.startswith("aae: ")


STEPS = '[[page.perform]]\ndo = "step"\nphase = "discrimination"\ntimes = {}\n'
CANNOT_BE_TRIED = {  # by what is wrong: the page, and what the sentence says
    "a goal that is not reached": (
        GAME_PAGE.replace('kind = "step", phase = "discrimination"', 'kind = "rounds"') + STEPS.format(1),
        "what it performs does not reach its goal"),
    "a game without an end": (
        GAME_PAGE.replace('kind = "step", phase = "discrimination"', 'kind = "rounds"') + STEPS.format(500),
        "It takes more than 20,000 steps"),
    "a frame that was not kept": (
        MODEL_PAGE.replace('z = "0,0"', 'z = "0,0", frame = "7"')
        + '[[page.claim]]\nsays = "x"\nfigure = "spread"\nabove = 0\n',
        "Its training has no frame of step 7"),
    "a figure of a model that is not there": (
        MODEL_PAGE.replace('"explore"', '"compare"').replace('revision = "aae"', 'left = "aae"')
        + '[[page.claim]]\nsays = "x"\nfigure = "mmd2_right"\nabove = 0\n',
        "Its settings name no model for the figure mmd2_right"),
}  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=pytest.mark.thorough if case == "a game without an end" else ())
        for case in CANNOT_BE_TRIED
    ],
)
def test_a_page_that_cannot_be_performed_is_named(write, capsys, case):
    page, expected_text = CANNOT_BE_TRIED[case]
    assert check(write(page), "--seeds", "1") == 1
    output = capsys.readouterr().err
    assert f"31-mine.md cannot be performed on page 1: {expected_text}" in output and output.count("aae: ") == 1


@pytest.mark.parametrize("moment", ["as it begins", "meanwhile"])
def test_a_game_that_diverges_makes_its_claims_false_on_all_its_pages(write, monkeypatch, moment):
    real_step = HeadlessGame.step

    def diverge(game, phase, times=1):
        if moment == "meanwhile":
            real_step(game, phase, times)
        for weight in game.training.model.encoder.parameters():
            weight.data.fill_(np.nan)

    monkeypatch.setattr(HeadlessGame, "step", diverge)
    page_text = GAME_PAGE.replace('"aae" }', '"aae", "game.begun" = "100" }') if moment == "as it begins" else GAME_PAGE
    results = rehearse_file(write(page_text + D_TELLS, page_text + D_TELLS))
    assert [result.trials[0].values for result in results] == [(), ()]
    assert not any(result.holds for result in results)


def test_what_moved_is_compared_with_the_game_that_a_setting_began(write):
    claim = (
        '[[page.claim]]\nsays = "Nothing has moved yet"\nfigure = "moved"\nbelow = 0.001\n'
        'after = [{ do = "setting", setting = "game.data", is = "wine" }]\n'
    )
    assert all(result.holds for result in rehearse_file(write(GAME_PAGE + claim)))


def test_a_caption_that_always_holds_is_refused(write):
    caption = '[[page.caption]]\ntext = "Words."\nfigure = "mmd2"\nrose = -1\n'
    with pytest.raises(LessonError, match="it must be above 0, or it always holds"):
        reader.read_lesson(write(GAME_PAGE + caption), {})


def test_a_file_in_the_working_directory_is_not_run(write, tmp_path, monkeypatch, capfd):
    (tmp_path / "app.py").write_text('print("run")')
    path = write(GAME_PAGE)
    monkeypatch.chdir(tmp_path)
    assert run_aae(["lesson", "check", str(path)]) == 0
    assert "nothing is wrong" in capfd.readouterr().out


def test_a_lesson_with_the_name_of_another_is_refused(write):
    with pytest.raises(file_check.LessonCheckError, match="has the same name as another lesson, holes"):
        file_check.read_lesson_file(write(GAME_PAGE, name="31-holes.md"))


def test_an_own_glossary_explains_terms(write, tmp_path):
    path = write(GAME_PAGE)
    path.write_text(path.read_text().replace("Words.", "Words on [[flux]]."))
    assert check(path) == 1
    (tmp_path / "glossary.toml").write_text('[terms]\n"flux" = "What flows."\n')
    assert check(path) == 0


def test_the_reader_refuses_a_claim_as_it_refuses_all_else(write):
    with pytest.raises(LessonError, match="a claim of page 1"):
        reader.read_lesson(write(GAME_PAGE + "[[page.claim]]\nbeauty = 1\n"), {})
