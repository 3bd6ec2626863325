"""The widget that `rev.explore()` returns: the pages of a handout in a notebook, whose selection comes back to Python."""

import hashlib
import json
import re
from functools import cache

import anywidget
import numpy as np
import traitlets

from aae_core.store.revisions import Revision
from app.cache import revision_snapshot, text_columns
from app.components import page_scripts
from app.handout import contents, document
from app.translation.languages import current_language
from app.translation.texts import translate

# A cell of a notebook has any height: the plane's does not follow the window's.
CELL_STYLE = ":host { --rows: calc(100vh - 44rem); } .nb { max-width: none; padding: 0.5rem; }"


class WidgetFileSet(contents.FileSet):
    """The files of a widget by name, as they are: they travel as bytes."""

    def add(self, content: bytes, name: str = "") -> str:
        name = name or hashlib.sha256(content).hexdigest()
        self.files[name] = content
        return name


class ExplorerWidget(anywidget.AnyWidget):
    """A revision, to be explored in a notebook.

    revision: its id; description: the pages, as in the data of a handout; files: the bytes that these name; selected: the
    places of the codes that are selected there, among those shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    revision = traitlets.Unicode().tag(sync=True)
    description = traitlets.Dict().tag(sync=True)
    files = traitlets.Dict().tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, revision: Revision):
        """Raises RevisionError if the revision has no codes yet or a page cannot evaluate its decoder."""
        snapshot = revision_snapshot.take_snapshot(revision)
        file_set = WidgetFileSet()
        pages = contents.revision_pages(file_set, snapshot)
        description = {
            "pages": pages,
            "lacks": list(file_set.limitations),
            "holds": translate("What this widget holds"),
        }
        self._ids = np.array(text_columns.ids_of_codes(snapshot) or range(len(snapshot.codes.z)))
        super().__init__(
            _esm=widget_script(current_language()),
            revision=snapshot.id,
            description=json.loads(json.dumps(description)),
            files=file_set.files,
        )

    @property
    def selection(self) -> np.ndarray:
        """The ids of the selected codes, in the order of the codes: texts, or where the data have no ids the places of the
        codes among those shown, from 0."""
        return self._ids[np.array(self.selected, dtype=int)]


@cache
def widget_script(language: str) -> str:
    """The widget's script, after its style sheet and its texts in a language."""
    # within a shadow root its host takes the place of the document, and the widget's own element that of the body
    style = re.sub(r":root|(?<![\w.-])html(?![\w-])", ":host", document.stylesheet())
    style = re.sub(r"(?<![\w.-])body(?![\w-])", ".nb", style) + CELL_STYLE
    return f"const PAGE_STYLE = {json.dumps(style)};\n{page_scripts.script_text(page_scripts.NOTEBOOK, language)}"
