"""Equations in TeX as MathML."""

from xml.etree import ElementTree

import pytest

pytest.importorskip("streamlit")
from app.theory import article, mathml
from app.theory.mathml import EquationError

TEXTS = [equation.tex for section in article.read_article().sections for equation in section.equations]


def shape(tex):
    """The elements of an equation as nested text: the tag, and in brackets what is in it."""

    def describe(element):
        inner = "".join(map(describe, element)) or (element.text or "")
        return f"{element.tag}({inner})"

    return "".join(map(describe, ElementTree.fromstring(mathml.to_mathml(tex))))


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x_i^2", "msubsup(mi(x)mi(i)mn(2))"),
        (r"\frac{a}{b}", "mfrac(mrow(mi(a))mrow(mi(b)))"),
        ("a - b", "mi(a)mo(−)mi(b)"),
        ("h'(d)", "mrow(mi(h)mo(′))mo(()mi(d)mo())"),
        (r"\min_q", "munder(mi(min)mi(q))"),
        (r"\hat{x}", "mover(mrow(mi(x))mo(^))"),
        (r"\mathbb{E}_{q}", "msub(mi(𝔼)mrow(mi(q)))"),
        (r"\text{labelled } y < 1", "mtext(labelled )mi(y)mo(<)mn(1)"),
        (r"p \| q", "mi(p)mo(‖)mi(q)"),
    ],
)
def test_an_equation_becomes_elements(tex, expected):
    assert shape(tex) == expected


def test_a_sign_is_not_a_difference():
    assert '<mo form="prefix">−</mo>' in mathml.to_mathml("x = -y")
    assert "prefix" not in mathml.to_mathml("x - y")


@pytest.mark.parametrize("tex", TEXTS)
def test_every_equation_of_the_article_is_well_formed(tex):
    row = ElementTree.fromstring(mathml.to_mathml(tex, is_display=True))
    assert row.get("display") == "block"
    counts = {"msub": 2, "msup": 2, "munder": 2, "mover": 2, "mfrac": 2, "msubsup": 3, "munderover": 3}
    for element in row.iter():
        assert len(element) == counts.get(element.tag, len(element)), tex


@pytest.mark.parametrize("tex", [r"\unknown", "{x", "x}", "^2", r"\frac{a}", r"\mathbb{R}", "x & y"])
def test_what_is_not_set_is_refused(tex):
    with pytest.raises(EquationError):
        mathml.to_mathml(tex)
