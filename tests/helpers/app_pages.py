"""Pages of the app, run without a browser."""

import functools
import json
import struct
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

# What a server does once each AppTest would do again: to compile the pages at every run, and to look among all that is
# installed for components. It was a third of the time of these tests.
app_test.ScriptCache = local_script_runner.ScriptCache = functools.cache(ScriptCache)
manifest_scanner.scan_component_manifests = list

ROUTER = str(Path(__file__).resolve().parents[2] / "app" / "router.py")


def run_page(page=None, boxes=(), tab=None, /, **query):
    """The app on a page by the name of its file, by default the first one, opened by a link; boxes: those that are open;
    tab: the title of the open tab of Compare."""
    app = AppTest.from_file(ROUTER, default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    if page:
        app.switch_page(f"views/{page}.py")
    for box in boxes:
        app.session_state[box] = True
    if tab:
        app.session_state["compare.tab"] = tab
    return app.run()


def assert_no_exception(app):
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


def open_page(page=None, **query):
    return assert_no_exception(run_page(page, ["plain"], **query))


def query_settings(app):
    return {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}


def page_texts(app):
    kinds = ("markdown", "caption", "info", "error", "header", "title", "toast")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def page_components(app):
    """The components of the page in their order, without the choice of what colours the codes."""
    return [part for part in app.get("bidi_component") if not is_colour_select(part)]


def is_colour_select(part):
    return part.proto.component_name.startswith("colour_select")  # with the language after it


def colour_select(app):
    """The choice of what colours the codes: its options {key: title}, the chosen one, and the default."""
    (part,) = [part for part in app.get("bidi_component") if is_colour_select(part)]
    message = part.proto.bytes
    header = json.loads(message[8 : 8 + struct.unpack_from("<I", message)[0]])
    titles = {option["value"]: option["title"] for option in header["options"]}
    return titles, header["chosen"], header["default"]


def choose_colour(app, key):
    """Choose what colours the codes, as the browser says it."""
    states = app._tree.get_widget_states()
    (part,) = [part for part in app.get("bidi_component") if is_colour_select(part)]
    choose_colour.message_number += 1
    message = {"colour": {"text": key, "message_number": choose_colour.message_number}}
    states.widgets.add(id=part.proto.id, json_value=json.dumps(message))
    return assert_no_exception(app._run(states))


choose_colour.message_number = 0


def send_message(app, number=0, **messages):
    """What the page's plane (or its component of another number) says to Python, as the browser sends it."""
    states = app._tree.get_widget_states()
    part = page_components(app)[number]
    states.widgets.add(id=part.proto.id, json_value=json.dumps(messages))
    return assert_no_exception(app._run(states))


def sent_header(app, number=1):
    """The header of what a component of the page was sent; on Style and content the second is the grid."""
    message = page_components(app)[number].proto.bytes
    return json.loads(message[8 : 8 + struct.unpack_from("<I", message)[0]])


def image_protos(app):
    return [str(e.proto) for e in app.get("image")]


def plane_headers(app):
    """The headers of both planes."""
    return [sent_header(app, side) for side in (0, 1)]
