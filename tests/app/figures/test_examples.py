"""The examples: each of the gallery has a title of its own and a line; their order, and the cards that show them."""

from aae_core.store.revisions import Store
from app.figures import cards, examples, revision_list
from app.ui import example_gallery

GALLERY = [row for row in Store("no revisions of one's own").list() if row.gallery]


def test_every_example_is_described_and_nothing_else():
    assert {row.id.rpartition("-")[2] for row in GALLERY} == set(examples.EXAMPLES)


def test_titles_say_what_it_is_and_are_distinct():
    titles = list(map(revision_list.summary_title, GALLERY))
    assert len(set(titles)) == len(titles) and all(title.endswith(" · example") for title in titles)
    assert "Adversarial autoencoder · MNIST digits · example" in titles


def test_a_revision_of_ones_own_is_never_an_example():
    [own_row] = [row for row in GALLERY if row.id.endswith("dca989")]
    own_row = type(own_row)(own_row.id, own_row.path, False, "done")
    assert examples.find_example(own_row) is None and examples.sort_examples([own_row]) == []


def test_the_gallery_begins_with_petals_and_folds_the_frontier():
    html = example_gallery.gallery_html(GALLERY)
    open_part, folded_part = html.split("<details")
    assert open_part.count('class="card"') == 18 and folded_part.count('class="card"') == 10
    assert open_part.index("ten petals") < open_part.index("Swiss roll") < open_part.index("Plain autoencoder")
    assert 'href="?revision=20261126T031537Z-label-informed-mnist-dca989"' in open_part


def test_what_a_card_says_is_escaped():
    card = cards.Card('<b>"A"</b>', '?a="b"', "", choice='"c"')
    html = cards.cards_html([card])
    assert "<b>" not in html and html.count('"') == 2 * html.count('="')
