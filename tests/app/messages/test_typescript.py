"""The page's TypeScript declarations are those that the records of messages generate."""

import pytest

from app.messages import typescript


def test_the_declarations_are_up_to_date():
    """If not: python -m app.messages."""
    assert typescript.DECLARATIONS.read_text(encoding="utf-8") == typescript.format_declarations()


@pytest.mark.parametrize(
    ("hint", "declared"),
    [
        (list[int | None], "(number | null)[]"),
        (tuple[str, list[bool]], "[string, boolean[]]"),
        (dict[str, float | None], "{ [name: string]: number | null }"),
        (typescript.outgoing.RequestName, "RequestName"),
        (dict[str, float], "{ [name: string]: number }"),
        (typescript.incoming.Rules, "Rules"),
        (typescript.outgoing.Float32, "Field<Float32Array>"),
    ],
)
def test_a_type_is_written_as_typescript_has_it(hint, declared):
    assert typescript._format_type(hint) == declared


def test_a_type_without_a_form_in_typescript_is_refused():
    with pytest.raises(TypeError, match="set"):
        typescript._format_type(set[str])
