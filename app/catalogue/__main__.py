"""Bring the catalogues up to date: `python -m app.catalogue`.

Adds new texts to the file of each language without a translation, drops texts that no longer exist, and compiles the files.
Translate what it lists as missing in app/translation/catalogues/*.po, and run it again.
"""

import io

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.catalogue.collecting import collect_texts
from app.translation.languages import LANGUAGES, SOURCE_LANGUAGE
from app.translation.texts import CATALOGUES

LINE_WIDTH = 120


def read_catalogue(language: str) -> Catalog:
    """The translations into a language; an empty catalogue if there is no file yet."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(translations: Catalog, texts: Catalog) -> Catalog:
    """The translations with exactly the texts of `texts`, in their order; new ones have no translation."""
    updated = Catalog(locale=translations.locale, project=texts.project, charset="utf-8", fuzzy=False)
    updated.creation_date = translations.creation_date
    updated.revision_date = translations.creation_date  # not the present moment, so that equal texts give an equal file
    for message in texts:
        if message.id:
            known_message = translations.get(message.id)
            updated.add(message.id, known_message.string if known_message else None, locations=message.locations)
    return updated


def format_po(catalogue: Catalog) -> bytes:
    """The text of a .po file. Line numbers are left out, so that moving a line of code changes no catalogue."""
    file = io.BytesIO()
    write_po(file, catalogue, width=LINE_WIDTH, include_lineno=False)
    return file.getvalue()


def format_mo(catalogue: Catalog) -> bytes:
    """The compiled catalogue, which gettext reads."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def count_missing(catalogue: Catalog) -> int:
    """How many texts have no translation."""
    return sum(not all(_forms(message.string)) for message in catalogue if message.id)


def _forms(string) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, list | tuple) else (string,)


def main() -> None:
    texts = collect_texts()
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = update_catalogue(read_catalogue(language), texts)
        (CATALOGUES / f"{language}.po").write_bytes(format_po(catalogue))
        (CATALOGUES / f"{language}.mo").write_bytes(format_mo(catalogue))
        print(f"{language}: {len(catalogue)} texts, {count_missing(catalogue)} without a translation.")


if __name__ == "__main__":
    main()
