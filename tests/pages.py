"""Pages of the app, run without a browser."""

import functools
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

# What a server does once each AppTest would do again: to compile the pages at every run, and to look among all that is
# installed for components. It was a third of the time of these tests.
app_test.ScriptCache = local_script_runner.ScriptCache = functools.cache(ScriptCache)
manifest_scanner.scan_component_manifests = list

ROUTER = str(Path(__file__).resolve().parent.parent / "app" / "router.py")


def run(page=None, boxes=(), /, **query):
    """The app on a page by the name of its file, by default the first one, opened by a link; boxes: those that are open."""
    app = AppTest.from_file(ROUTER, default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    if page:
        app.switch_page(f"views/{page}.py")
    for box in boxes:
        app.session_state[box] = True
    return app.run()


def sound(app):
    """The app itself, on which nothing failed."""
    assert not app.exception, [error.message for error in app.exception]
    return app


class Query(dict):
    """What `st.query_params` is to `app.session.address`."""

    to_dict = dict.copy

    def get_all(self, name):
        return [self[name]] if name in self else []

    def from_dict(self, query):
        self.clear()
        self.update(query)
