"""The page Step by step in a browser: a click is one step, graph and plane follow, slow motion by beats, all by keyboard."""

import pytest
from helpers.browser_app import expect

PLANE = "canvas => canvas.toDataURL()"
IDLE = """() => [...document.querySelectorAll('[data-testid^=stBidi]')]
    .map(host => host.shadowRoot?.querySelector('.gb')).find(Boolean)?.getAttribute('aria-busy') === 'false'"""


@pytest.fixture
def game(app, same_tab):
    """The default game at step 0."""
    return Board(same_tab(app, "game", moving=True)).begin()


@pytest.fixture
def reduced_motion_game(app, same_tab):
    """The same with reduced motion."""
    return Board(same_tab(app, "game")).begin()


class Board:
    """The game on a page."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page
        expect(self.page.get_by_role("button", name="Item 6")).to_be_visible()

    def begin(self):
        self.press("Reset")
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_function(IDLE)

    def key(self, key):
        self.page.keyboard.press(key)
        self.page.wait_for_function(IDLE)

    def counts(self):
        """Steps made of R, D and G."""
        return [int(text) for text in self.page.locator(".gb-score tbody td:nth-child(2)").all_inner_texts()]

    def plane(self):
        return self.page.locator(".gb-plane").evaluate(PLANE)

    def moves(self, before):
        """The plane once it is another than before: it is drawn at the next frame."""
        return self.tab.wait_for_change(self.plane, before)

    def moved_parts(self):
        """The parts of the graph that moved."""
        return self.page.locator(".gb-moved .gb-title").all_text_contents()

    def codes(self):
        return self.page.locator(".gb-table tbody tr[data-item] td:nth-child(4)").all_inner_texts()


def test_each_step_moves_its_own_nets_and_the_plane_follows(game):
    assert game.counts() == [0, 0, 0]
    first, codes = game.tab.value_at_rest(game.plane), game.codes()
    calls = []
    game.page.on("request", lambda request: calls.append(request.url))
    game.press("Step D")
    assert game.counts() == [0, 1, 0] and game.moved_parts() == ["D"] and game.codes() == codes
    second = game.moves(first)
    game.press("Ten D steps")
    assert game.counts() == [0, 11, 0] and game.codes() == codes
    game.moves(second)
    expect(game.page.locator(".gb-lanes")).to_contain_text("the encoder and the decoder stood still, bit for bit")
    game.press("Step G")
    assert game.moved_parts() == ["encoder"] and game.codes() != codes
    game.press("Step R")
    assert game.moved_parts() == ["encoder", "decoder"] and game.counts() == [1, 11, 1]
    game.press("Step all")
    assert game.counts() == [2, 12, 2]
    expect(game.page.locator(".gb-lanes")).to_contain_text("mini-batch 2")
    assert not game.tab.axe_violations() and not [url for url in calls if url.startswith("http")], (
        "it is played in the page"
    )
    game.press("Reset")
    expect(game.page.locator(".gb-lanes")).to_contain_text("Nothing has been trained yet")
    assert game.counts() == [0, 0, 0] and game.codes() == codes
    game.tab.assert_no_errors()


def test_the_choices_and_folds_of_the_game_are_sound(game):
    game.page.locator(".gb-more summary").first.press("Enter")
    expect(game.page.get_by_role("slider", name="Learning rate of R")).to_be_visible()
    assert not game.tab.axe_violations()
    game.page.get_by_role("combobox", name="Model").select_option(index=1)
    game.page.wait_for_function(IDLE)
    assert not game.tab.axe_violations()
    game.tab.assert_no_errors()


def test_playing_goes_on_until_it_is_paused_and_survives_another_page(game):
    game.press("Play")
    game.page.wait_for_function("""() => [...document.querySelectorAll('[data-testid^=stBidi]')]
        .some(host => Number(host.shadowRoot?.querySelector('.gb-score tbody td')?.textContent) > 5)""")
    game.press("Pause")
    counts = game.counts()
    game.page.wait_for_timeout(500)
    assert game.counts() == counts and len(set(counts)) == 1
    game.tab.turn_to("Train")
    game.tab.turn_to("Step by step")
    expect(game.page.get_by_role("button", name="Item 6")).to_be_visible()
    assert game.counts() == counts
    game.tab.assert_no_errors()


def test_slow_motion_advances_by_beats_by_keyboard(reduced_motion_game):
    game = reduced_motion_game
    lanes = game.page.locator(".gb-lanes li")
    lit = game.page.locator(".gb-graph .gb-part:not(.gb-dim) .gb-title:visible")
    game.page.get_by_role("button", name="Play").focus()
    game.key("s")
    expect(game.page.get_by_role("button", name="Slow motion")).to_have_attribute("aria-pressed", "true")
    expect(lanes.nth(0)).to_have_class("gb-now")  # it has started, with the first step of a round
    assert game.counts() == [1, 0, 0]
    game.key("d")
    for beat, parts in enumerate([["z", "prior p(z)"], ["z", "prior p(z)", "D", "D(z)"], ["D", "D(z)"]]):
        expect(lanes.nth(beat)).to_have_class("gb-now")
        expect(lit).to_have_text(parts)
        assert not game.tab.axe_violations()
        game.page.wait_for_timeout(400)  # nothing goes on by itself where motion is to be reduced
        expect(lanes.nth(beat)).to_have_class("gb-now")
        game.key("n")
    expect(game.page.locator(".gb-now")).to_have_count(0)
    expect(lit).to_have_count(8)
    assert game.counts() == [1, 1, 0]
    game.key("s")
    game.key("a")
    assert game.counts() == [2, 2, 1]
    game.tab.assert_no_errors()


@pytest.mark.parametrize("variant", ["aae", "semi-supervised"])
def test_slow_motion_starts_in_sight_and_a_reload_keeps_the_game(app, follow, variant):
    tab = follow(app, f"game?game.variant={variant}", viewport={"width": 1280, "height": 720}, moving=True)
    game = Board(tab).begin()
    for key in ("a", "a", "t"):
        game.key(key)
    game.page.get_by_role("button", name="Slow motion").click()
    expect(game.page.locator(".gb-now")).to_be_visible()
    for lane in game.page.locator(".gb-lanes li").all():
        box = lane.bounding_box()
        assert box["y"] + box["height"] <= 720, "its cards are on the first screen"
    game.page.get_by_role("button", name="Pause").click()
    while game.page.locator(".gb-now").count():
        game.key("n")  # to the end of the step, whose beats begin with the state before it
    former_state = game.counts(), game.codes(), game.page.locator(".gb-trace polyline").get_attribute("points")
    game.page.reload()
    game = Board(tab)
    reloaded_state = game.counts(), game.codes(), game.page.locator(".gb-trace polyline").get_attribute("points")
    assert reloaded_state == former_state and max(former_state[0]) > 10
    expect(game.page.get_by_role("button", name="Slow motion")).to_have_attribute("aria-pressed", "true")
    game.tab.assert_no_errors()


def test_settings_change_without_a_reset_and_a_setup_goes_into_the_link(app, follow):
    game = Board(follow(app, "game", moving=True)).begin()
    game.press("Step all")
    game.page.get_by_text("Rates, λ, noise and steps of D").click()
    slider = game.page.get_by_role("slider", name="λ, weight of the adversary")
    slider.focus()
    slider.press("Home")
    codes = game.codes()
    game.press("Step G")
    assert game.counts() == [1, 1, 2] and game.moved_parts() == [] and game.codes() == codes
    game.page.get_by_role("combobox", name="Model").select_option("Autoencoder")
    expect(game.page.get_by_role("button", name="Step D")).to_have_count(0)
    game.page.wait_for_function("() => location.search.includes('game.variant=ae')")
    game.press("Step all")
    assert game.counts() == [1]
    game.page.get_by_role("combobox", name="Model").select_option("Variational autoencoder")
    game.page.wait_for_function("() => location.search.includes('game.variant=vae')")
    game.page.get_by_role("combobox", name="Prior").select_option("Swiss roll")
    expect(game.page.locator(".gb .lp-notes")).to_contain_text("A VAE needs the density")
    assert (
        game.page.get_by_role("combobox", name="Prior").evaluate("select => select.selectedOptions[0].text")
        == "Gaussian"
    )
    game.tab.assert_no_errors()


def test_selecting_an_item_marks_it_everywhere(game):
    before = game.tab.value_at_rest(game.plane)
    game.page.get_by_role("button", name="Item 3").click()
    expect(game.page.locator(".gb-graph .gb-pointed")).to_have_count(3)
    expect(game.page.locator("tr.gb-pointed")).to_have_count(1)
    game.moves(before)


# Counts how often Streamlit's script begins to run, from when the run that Reset began a little later is over: none for 600 ms.
RUNS = """() => new Promise((begun) => {
    window.runs = 0;
    const app = document.querySelector('[data-testid=stApp]');
    let latest = performance.now();
    const running = () => app.dataset.testScriptState !== 'notRunning';
    new MutationObserver(() => { runs += running(); latest = performance.now(); })
        .observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
    const look = setInterval(() => {
        if (running() || performance.now() - latest < 600) return;
        clearInterval(look);
        runs = 0;
        begun();
    }, 50);
})"""


def test_after_a_click_in_the_game_its_keys_do_not_reach_streamlit(game):
    game.page.evaluate(RUNS)
    game.page.locator(".gb-graph").click()
    for key in ("r", "d"):
        game.key(key)
    game.page.wait_for_timeout(500)
    assert game.counts() == [1, 1, 0] and game.page.evaluate("runs") == 0
    game.page.get_by_role("spinbutton", name="Seed").press("d")  # what is typed is no key
    assert game.counts() == [1, 1, 0]
    game.page.evaluate("document.activeElement.blur()")
    game.page.keyboard.press("r")  # elsewhere it is Streamlit's
    game.page.wait_for_function("runs > 0")


def test_the_focus_stays_in_the_game_when_its_element_is_hidden_or_rebuilt(reduced_motion_game):
    game = reduced_motion_game
    game.page.evaluate(RUNS)
    game.press("Slow motion")
    game.press("Step D")
    game.page.get_by_role("button", name="Next beat").focus()
    for _ in range(3):
        game.page.keyboard.press("Enter")
    expect(game.page.get_by_role("button", name="Next beat")).to_be_focused()
    game.key("s")
    expect(game.page.get_by_role("button", name="Next beat")).to_have_count(0)
    expect(game.page.get_by_role("button", name="Slow motion")).to_be_focused()
    game.key("d")
    game.page.locator(".gb-term").nth(2).focus()
    game.key("d")
    expect(game.page.locator(".gb-term").nth(2)).to_be_focused()
    for key in ("g", "r"):  # step G has two terms
        game.key(key)
    game.page.wait_for_timeout(500)
    assert game.counts() == [2, 3, 1] and game.page.evaluate("runs") == 0
    game.tab.assert_no_errors()


def test_the_prior_that_is_played_is_shown_and_in_the_link(app, follow):
    game = Board(follow(app, "game"))
    game.page.get_by_role("combobox", name="Model").select_option("Label-informed adversarial autoencoder")
    game.page.wait_for_function("() => location.search.includes('game.prior=mixture')")
    chosen = game.page.get_by_role("combobox", name="Prior").evaluate("select => select.selectedOptions[0].text")
    assert "ixture" in chosen
    game.press("Step all")
    assert game.counts() == [1, 1, 1]
    game.tab.assert_no_errors()


def test_a_link_to_an_impossible_game_says_why_also_after_play(app, follow):
    tab = follow(app, "game?game.variant=vae&game.prior=swiss-roll")
    notes = tab.page.locator(".gb .lp-notes")
    expect(notes).to_contain_text("A VAE needs the density")
    tab.page.get_by_role("button", name="Play").click()
    tab.page.wait_for_function(IDLE)
    expect(notes).to_contain_text("A VAE needs the density")
    expect(notes).not_to_contain_text("was closed")
    tab.page.get_by_role("combobox", name="Prior").select_option("Gaussian")
    assert Board(tab).counts() == [0]
    tab.assert_no_errors()


def test_invalid_game_settings_are_reported_and_the_default_begins(app, open_tab):
    tab = open_tab(app, "game?game.variant=reduction&game.seed=-1&game.begun=99999&game.data=..%2Fx")
    tab.wait_for_toasts(*(f"“game.{name}”" for name in ("begun", "data", "seed", "variant")))
    assert Board(tab).counts() == [0, 0, 0]
    tab.assert_no_errors()
