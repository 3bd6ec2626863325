"""Escaping for Markdown: `browser/test_strangers` has what a page makes of it."""

import pytest

pytest.importorskip("streamlit")
from app.components import markdown


def test_signs_are_escaped_and_addresses_are_split():
    assert markdown.escape("*a* & {b}: `c`") == r"\*a\* \& \{b\}\: \`c\`"
    assert (
        markdown.escape("https://a.org Www.a.org b@a.org")
        == r":color[h]ttps\://a.org :color[W]ww.a.org b:color[@]a.org"
    )
    assert markdown.escape("the width, www and http 2") == "the width, www and http 2"
