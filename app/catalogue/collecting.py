"""All texts of the app that are translated, from its modules, its documents and the tables of `aae_core`."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from app.catalogue import core_texts
from app.components.bundler import MODULES
from app.course import contents
from app.lessons import reader
from app.theory import article
from app.translation import documents

APP = Path(__file__).parents[1]
PYTHON_FUNCTIONS = {"translate": None, "translate_plural": (1, 2), "mark": None}
JAVASCRIPT_FUNCTIONS = {"translate": None, "translatePlural": (1, 2), "mark": None}


def collect_texts() -> Catalog:
    """A catalogue of all texts without translations. Each has the files in which it stands."""
    catalogue = Catalog(project="Latent-space explorer", charset="utf-8", fuzzy=False)
    for place, text in _collect_places():
        catalogue.add(text, locations=[(place, None)])
    return catalogue


def _collect_places() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Pairs of a file or table and a text, or a text's two forms by number."""
    for path in sorted(APP.rglob("*.py")):
        yield from _source_texts("python", path, PYTHON_FUNCTIONS)
    for path in sorted(MODULES.rglob("*.js")):
        yield from _source_texts("javascript", path, JAVASCRIPT_FUNCTIONS)
    for text in core_texts.core_texts():
        yield "aae_core", text
    for path in document_paths():
        for text in document_texts(path):
            yield _place(path), text


def _source_texts(method: str, path: Path, functions: dict) -> Iterator[tuple[str, str | tuple[str, str]]]:
    options = {"parse_template_string": True} if method == "javascript" else {}
    for _, texts, _, _ in extract_from_file(method, path, keywords=functions, options=options):
        if texts:
            yield _place(path), texts


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
