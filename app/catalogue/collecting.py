"""All texts of the app that are translated, from its modules, its documents and the tables of `aae_core`."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog

from app.catalogue import core_texts
from app.components import page_scripts
from app.course import contents
from app.lessons import reader
from app.theory import article
from app.translation import documents

APP = Path(__file__).parents[1]
CORE = APP.parent / "aae_core"
TEXT_FUNCTIONS = ("translate", "translate_plural", "mark")


def collect_texts() -> Catalog:
    """A catalogue of all texts without translations. Each has the files in which it stands."""
    catalogue = Catalog(project="Latent-space explorer", charset="utf-8", fuzzy=False)
    for place, text in _collect_places():
        catalogue.add(text, locations=[(place, None)])
    return catalogue


def _collect_places() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Pairs of a file or table and a text, or a text's two forms by number."""
    for path in sorted((*APP.rglob("*.py"), *CORE.rglob("*.py"))):
        for text in python_texts(path.read_text(encoding="utf-8"), str(path)):
            yield _place(path), text
    for module, texts in page_scripts.texts_by_module().items():
        for singular, plural in texts:
            yield f"web/src/{module}", singular if plural is None else (singular, plural)
    for text in core_texts.core_texts():
        yield "aae_core", text
    for path in document_paths():
        for text in document_texts(path):
            yield _place(path), text


def python_texts(source: str, path: str) -> list[str | tuple[str, str]]:
    """The literal texts that the functions of `app.translation.texts` get in a Python file, wherever the call stands. Raises
    ValueError for an f-string: its values must stand in braces of the text."""
    texts = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in TEXT_FUNCTIONS:
            continue
        arguments = node.args[:2] if node.func.id == "translate_plural" else node.args[:1]
        if any(isinstance(argument, ast.JoinedStr) for argument in arguments):
            raise ValueError(f"{path}:{node.lineno}: an f-string cannot be translated.")
        literals = tuple(argument.value for argument in arguments if isinstance(argument, ast.Constant))
        if len(literals) == len(arguments):
            texts.append(literals if len(literals) == 2 else literals[0])
    return texts


def document_paths() -> list[Path]:
    """The files whose texts are translated as they are read."""
    lessons = sorted(reader.LESSONS_FOLDER.glob("*.md"))
    glossary = reader.LESSONS_FOLDER / reader.GLOSSARY_NAME
    theory = [article.FOLDER / "article.md", article.FOLDER / "equations.toml"]
    return [*lessons, glossary, *theory, contents.COURSE_FILE]


def document_texts(path: Path) -> list[str]:
    """The texts of a document, in order."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    source = path.read_text(encoding="utf-8")
    if path.name == reader.GLOSSARY_NAME:
        for term, meaning in tomllib.loads(source)["terms"].items():
            texts += [term, meaning]
    elif path.parent == reader.LESSONS_FOLDER:
        reader.map_lesson_texts(*source.split("+++\n", 2)[1:], collect)
    elif path.name == "article.md":
        article.map_article_texts(*source.split("+++\n", 2)[1:], collect)
    else:
        keys = contents.TEXT_KEYS if path == contents.COURSE_FILE else article.SOURCE_KEYS
        documents.map_table_texts(tomllib.loads(source), keys, collect)
    return texts


def _place(path: Path) -> str:
    return path.relative_to(APP.parent).as_posix()
