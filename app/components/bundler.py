"""A small bundler: the browser loads all JavaScript modules as one file, under the hash of its content (see
`app.server.assets`).

The modules are plain ES modules in the folder js/, each of which becomes a function that runs when it is first needed. There is
a file for each language, with its texts: the English one is made when the server starts, another when a page in its language is
first asked for. All components of a page share the modules' state: weights, sheets of images, events. With AAE_PLAIN_MODULES=1
in the server's environment the browser gets each module as a file of its own, for its debugger.
"""

import hashlib
import json
import os
import posixpath
import re
from functools import cache
from pathlib import Path

from app.server import assets
from app.translation.row_words import ROW_WORDS
from app.translation.texts import load_catalogue

MODULES = Path(__file__).parent / "js"
SERVERLESS_FOLDERS = ("handout", "site")  # folders of modules for pages without a server
PLAIN_MODULES_VARIABLE = "AAE_PLAIN_MODULES"
CATALOGUE_MODULE = "base/catalogue.js"
# A text that `translate`, `translatePlural` or `mark` of base/translate.js gets: one string in double quotes, or two.
TRANSLATED_TEXT = re.compile(
    r'\b(?:translate|translatePlural|mark)\(\s*"((?:[^"\\\n]|\\.)*)"(?:,\s*"((?:[^"\\\n]|\\.)*)")?'
)
COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.{1,2}/[\w./]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
DEFAULT_EXPORT = re.compile(r"^export default ", re.MULTILINE)
EXPORT_LIST = re.compile(r"\bexport ?\{([^{}]*)\};\s*\Z")  # at the end of a library's own file (js/vendor)
BUNDLE = """const exports = {};
export const need = name => exports[name] ??= modules[name]();
const modules = {
%s};
"""
UNBUNDLED_LOADER = 'export const need = name => import("./" + name);\n'


@cache
def bundle_url(language: str) -> str:
    """The URL of the bundle with the texts of a language: a module whose `need(name)` returns a module's exports, or a promise of
    them if not bundled."""
    paths = sorted(path for path in MODULES.rglob("*.js") if path.parent.name not in SERVERLESS_FOLDERS)
    sources = {path.relative_to(MODULES).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    sources[CATALOGUE_MODULE] = catalogue_module(sources, language)
    content = {"modules.js": bundle_modules(sources)}
    if os.environ.get(PLAIN_MODULES_VARIABLE) == "1":
        content = {**sources, "modules.js": UNBUNDLED_LOADER}
    digest = hashlib.sha256(repr(content).encode()).hexdigest()
    assets_by_name = {
        name: assets.ASSETS.pin(assets.Asset(f"js-{digest}/{name}", text.encode())) for name, text in content.items()
    }
    return assets_by_name["modules.js"].url


def catalogue_module(sources: dict[str, str], language: str) -> str:
    """The source of CATALOGUE_MODULE: the texts of these modules (source by path) in a language, and its words for rows."""
    translations = load_catalogue(language)
    catalogue = {}
    for source in sources.values():
        for singular, plural in module_texts(source):
            translation = (
                translations.gettext(singular) if plural is None else translations.ngettext(singular, plural, 2)
            )
            if translation not in (singular, plural):
                catalogue[singular] = translation
    constants = {"catalogue": catalogue, "rowWords": ROW_WORDS[language]}
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in constants.items()
    )


def module_texts(source: str) -> list[tuple[str, str | None]]:
    """The texts of a module that are translated, each with its plural or None."""
    return [
        (json.loads(f'"{match[1]}"'), None if match[2] is None else json.loads(f'"{match[2]}"'))
        for match in TRANSLATED_TEXT.finditer(source)
    ]


def collect_modules(entry: str, replacements: dict[str, str], language: str) -> dict[str, str]:
    """The sources of a module and of all modules that it imports, by path, with the texts of a language. replacements:
    replacements of modules, by path."""
    sources, queue = {}, [entry]
    while queue:
        name = queue.pop()
        if name not in sources:
            sources[name] = (MODULES / replacements.get(name, name)).read_text(encoding="utf-8")
            queue += [_resolve_module_path(name, match[2]) for match in IMPORT.finditer(sources[name])]
    sources[CATALOGUE_MODULE] = catalogue_module(sources, language)
    return dict(sorted(sources.items()))


def bundle_modules(sources: dict[str, str]) -> str:
    """The bundle of several modules (source by path), whose imports and exports must match IMPORT, EXPORT, DEFAULT_EXPORT and
    EXPORT_LIST."""
    return BUNDLE % "".join(f'"{name}"() {{\n{_module_body(name, text)}}},\n' for name, text in sources.items())


def _module_body(name, text) -> str:
    """The body of the function that a module becomes: it returns what the module exports."""
    text = COMMENT.sub("", text)
    exports = EXPORT.findall(text) + (["default: $default"] if DEFAULT_EXPORT.search(text) else [])
    if export_list := EXPORT_LIST.search(text):
        names = (item.partition(" as ") for item in export_list[1].split(","))
        exports += [f"{exported_name or local_name}: {local_name}".strip() for local_name, _, exported_name in names]
        text = text[: export_list.start()] + "\n"
    text = IMPORT.sub(lambda m: f'const {m[1]} = need("{_resolve_module_path(name, m[2])}");', text)
    text = DEFAULT_EXPORT.sub("const $default = ", EXPORT.sub("", text))
    return f"{text}return {{ {', '.join(exports)} }};\n"


def _resolve_module_path(name, import_path):
    """The path of the module that the module `name` imports as `import_path`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), import_path))
