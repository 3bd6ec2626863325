"""Texts of documents: every text for readers is changed, and nothing else."""

from app.translation import documents

TABLE = {
    "title": "holes",
    "minutes": 3,
    "page": [
        {
            "do": "press",
            "set": {"title_of": "x"},
            "choices": ["a", "b"],
            "equation": ["z =", {"text": "f", "item": "f"}],
        }
    ],
}


def test_texts_under_the_given_keys_are_changed_alone_and_in_lists():
    changed = documents.map_table_texts(TABLE, {"title", "do", "choices", "equation", "text"}, str.upper)
    assert changed == {
        "title": "HOLES",
        "minutes": 3,
        "page": [
            {
                "do": "PRESS",
                "set": {"title_of": "x"},
                "choices": ["A", "B"],
                "equation": ["Z =", {"text": "F", "item": "f"}],
            }
        ],
    }


def test_values_under_ignored_keys_stay_whole():
    table = {"do": "press", "perform": [{"do": "step"}]}
    assert documents.map_table_texts(table, {"do"}, str.upper, {"perform"}) == {
        "do": "PRESS",
        "perform": [{"do": "step"}],
    }


def test_headings_and_paragraphs_are_texts_of_their_own():
    body = "\n## One, two\n\nA line\nand another.\n\n$$ x = y $$ (ours)\n\n- a\n- b\n### Three\nText.\n"
    parts = []
    assert documents.map_paragraphs(body, lambda text: parts.append(text) or text) == body
    assert parts == ["One, two", "A line\nand another.", "- a\n- b\n### Three\nText."]
    assert documents.map_paragraphs("## a\n\nb b\n", str.upper) == "## A\n\nB B\n"
    assert documents.map_paragraphs("## a\nb b\n", str.upper) == "## A\nB B\n"
