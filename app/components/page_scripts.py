"""The page's scripts, built from web/ into the folder built/ beside this file, with the texts of a language.

The app's script exports what mounts each component (`mounts`); all components of a page share its state: weights, sheets of
images, events. Handouts, sites and the widget of a notebook have scripts of their own.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from app.server import assets
from app.translation.row_words import ROW_WORDS
from app.translation.texts import load_catalogue

BUILT = Path(__file__).parent / "built"
APP, HANDOUT, SITE, NOTEBOOK = "app.js", "handout.js", "site.js", "notebook.js"


@cache
def app_script_url(language: str) -> str:
    """The URL, under the hash of its content, of the app's script with the texts of a language."""
    content = script_text(APP, language).encode()
    digest = hashlib.sha256(content).hexdigest()
    return assets.ASSETS.pin(assets.Asset(f"js-{digest}/{APP}", content)).url


@cache
def script_text(name: str, language: str) -> str:
    """One of the scripts, after the constant from which it takes its texts in a language."""
    texts = {"catalogue": page_catalogue(language), "rowWords": ROW_WORDS[language]}
    return f"const PAGE_TEXTS = {json.dumps(texts, ensure_ascii=False)};\n{(BUILT / name).read_text(encoding='utf-8')}"


def page_catalogue(language: str) -> dict[str, str]:
    """The texts of the scripts in a language, by the English one; a text with a plural has its plural form alone."""
    translations = load_catalogue(language)
    catalogue = {}
    for texts in texts_by_module().values():
        for singular, plural in texts:
            translation = (
                translations.gettext(singular) if plural is None else translations.ngettext(singular, plural, 2)
            )
            if translation not in (singular, plural):
                catalogue[singular] = translation
    return catalogue


def texts_by_module() -> dict[str, list[tuple[str, str | None]]]:
    """The texts that are translated, each with its plural or None, by the path of their module within web/src."""
    return json.loads((BUILT / "texts.json").read_text(encoding="utf-8"))
