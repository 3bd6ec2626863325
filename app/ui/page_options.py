"""How a link changes the page itself: hidden controls, no frame, and a size for projection.

`?hide=layers,time` hides the PARTS with these names; `?embed=1` omits navigation, header and margins, for a frame on a course
page; `?size=presenter` enlarges everything, so that it can be read from the last row. All three persist from page to page.
Parts are hidden by style sheets made from the constants in this file, which reach into the components as custom properties
(`var(--show-layers, …)` in their style sheets): text from a link is never written into a page.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.session import address, controls

HIDE, SIZE, EMBED = "hide", "size", "embed"  # names in the link
PRESENTER = "presenter"
FRAMELESS = "presenting.frameless"  # session key: whether the frame is omitted; other pages' URLs lack the parameter
# session key: the invalid `embed` already reported, which cannot be removed from the URL
REPORTED = "presenting.reported"
EMBEDDED = {"1": True, "true": True, "0": False, "false": False}
LONGEST = 1000  # characters of `hide`
KEY = "link-bar"  # of the bar's container

NAVIGATION = ("[data-testid=stHeader] .rc-overflow", "[data-testid^=stTopNav]", "[data-testid=stSidebarNav]")

EXPLORE, STYLE, COMPARE, CLUSTERS, CLASSIFY = "", "style", "compare", "clusters", "classify"  # addresses of pages
GAME, TRAIN = "game", "train"
PLANES = (EXPLORE, STYLE, COMPARE)
REVISION = (EXPLORE, STYLE, CLUSTERS, CLASSIFY)


@dataclass(frozen=True)
class Part:
    """A part of the pages that can be hidden. pages: the addresses of the pages that have it, () for all; at: its CSS selectors
    outside the components, not needed for a part drawn in `widgets.part`."""

    title: str
    pages: tuple[str, ...] = ()
    at: tuple[str, ...] = ()


# By name in the link. In a component's style sheet, a part is the custom property --show-<name>.
PARTS = {
    "navigation": Part("Navigation", (), NAVIGATION),
    "title": Part("Title", (), ("[data-testid=stHeading]:has(h1)",)),
    "copy": Part("Link and view, this menu", (), (f".st-key-{KEY}",)),
    "picker": Part("Revision selector", (*REVISION, COMPARE), (".st-key-revision", ".st-key-left", ".st-key-right")),
    "images": Part("Codes of which images", (EXPLORE,)),
    "view": Part("Projection", (EXPLORE,), (".st-key-view", ".st-key-across", ".st-key-up")),
    "content": Part("Content y", (EXPLORE, COMPARE), (controls.selector("y"), controls.selector("yr"))),
    "layers": Part("Layers", PLANES),
    "zoom": Part("Zoom, lasso, box, keys", PLANES),
    "legend": Part("Legend", PLANES),
    "time": Part("Time axis", (EXPLORE, COMPARE), (".st-key-moments",)),
    "panel": Part("Everything beside the plane", (EXPLORE, COMPARE)),
    "image": Part("Decoded image", (EXPLORE, COMPARE)),
    "values": Part("Values at z", (EXPLORE, COMPARE)),
    "sliders": Part("Sliders", (EXPLORE, COMPARE)),
    "inspect": Part("Selected image", (EXPLORE, COMPARE)),
    "draw": Part("Draw or drop an image", (EXPLORE,)),
    "paths": Part("Paths and arithmetic", (EXPLORE,)),
    "directions": Part("Directions", (EXPLORE,)),
    "travel": Part("Move codes to the other plane", (COMPARE,)),
    "plain": Part("Plain controls", PLANES),
    "sorted": Part("Images in order", (EXPLORE,)),
    "regions": Part("One region of the prior", (EXPLORE,)),
    "manifold": Part("The prior, decoded", (EXPLORE,)),
    "histograms": Part("Every dimension", (EXPLORE,)),
    "take-home": Part("Download as a web page", PLANES),
    "path": Part("From one image to another", (COMPARE,)),
    "differing": Part("Settings that differ", (COMPARE,)),
    "measures": Part("Metrics", (COMPARE,)),
    "frontier": Part("Among other models", (COMPARE,)),
    "curves": Part("Curves", (COMPARE,)),
    "grid": Part("Styles × contents", (STYLE,)),
    "agreement": Part("Do swapped images show the intended class?", (STYLE,)),
    "figures": Part("Do the clusters match the classes?", (CLUSTERS,)),
    "count": Part("How many clusters?", (CLUSTERS,)),
    "own-image": Part("Your drawing or image", (CLASSIFY,)),
    "images-wrong": Part("Individual images", (CLASSIFY,)),
    "command": Part("Classify many images", (CLASSIFY,)),
    "settings": Part("All settings", (TRAIN,)),
    "studio": Part("Paint the prior", (TRAIN,)),
    "own": Part("Data of your own", (TRAIN,)),
    "setup": Part("How the game begins", (GAME,)),
    "play": Part("Play", (GAME,)),
    "steps": Part("Steps of one phase", (GAME,)),
    "round": Part("Step all", (GAME,)),
    "beats": Part("Slow motion", (GAME,)),
    "graph": Part("Graph", (GAME,)),
    "captions": Part("Captions and equation", (GAME,)),
    "trace": Part("Distance to the prior", (GAME,)),
    "rules": Part("Rates, λ, noise", (GAME,)),
    "numbers": Part("Tables of numbers", (GAME,)),
}  # fmt: skip

# What the link of a page does not contain; shown when the link is copied.
LEFT_OUT = {GAME: "The link starts this game from the beginning: it holds the setup and the rules, but not the steps."}

# The bar is in the header, which is not printed; the navigation leaves room for it.
BAR = f"""
html .st-key-{KEY} {{ position: fixed; top: 0; right: 1rem; width: min(32rem, 100vw - 2rem); z-index: 999991;
  pointer-events: none; }}
html [data-testid=stToolbar] {{ padding-right: 11.5rem; }}
@media print {{ html .st-key-{KEY} {{ display: none; }} }}
"""
# Streamlit's own padding leaves room for a header, which is hidden here.
FRAMELESS_STYLE = f"""
[data-testid=stMainBlockContainer] {{ padding: 0.5rem 0.75rem; }}
[data-testid=stHeader], .st-key-{KEY} {{ display: none; }}
"""
# Rows of controls above a plane reduce its height, so that it ends at the bottom of the screen.
ROWS = "".join(f":root:has({controls.selector(name)}) {{ --row-{name}: 4.5rem; }}\n" for name in ("view", "y"))
ROWS += "html .st-key-plane-room { min-height: max(51.7rem, min(100vh + 4.6rem, 70.7rem)); }\n"
ROWS += """@media (max-width: 48rem) {
html .st-key-plane-room { min-height: calc(54.1rem + min(100vw - 2rem, max(20rem, 100vh - 15.25rem))); }
}
"""
ROWS += ":root { --rows: calc(var(--row-view, 0rem) + var(--row-y, 0rem)); }\n"
# A table's toolbar covers what is above the table: always on devices that cannot hover, and in a list with a selected row.
TOOLS = """html .st-key-runs [data-testid=stElementToolbar] { display: none; }
@media (hover: none) { html [data-testid=stElementToolbar] { display: none; } }
"""
# While a run takes long, what is shown is faded, old or not there yet; Streamlit's own sign is in a toolbar that is not shown.
# The delay is longer than most runs; on narrow windows the panel of a lesson is at the foot. host/waits.js tells screen readers.
WAIT = """@keyframes wait { from { visibility: hidden; } }
@media screen {
html [data-test-connection-state=CONNECTED]:is([data-test-script-state=initial], [data-test-script-state=running])::after {
  content: "Preparing what the page shows …"; position: fixed; bottom: 0.75rem; left: 50%;
  transform: translateX(-50%); z-index: 999992; width: max-content; max-width: calc(100vw - 2rem); padding: 0.35rem 0.8rem;
  border-radius: 0.4rem; background: #31333f; color: #fff; font-size: 0.875rem; pointer-events: none;
  animation: wait 1ms 1s both; }
}
@media (max-width: 62rem) { html [data-test-connection-state]::after { inset: 4.25rem auto auto 50% !important; } }
"""
# For every page, placed in the document itself, since Streamlit mounts a style sheet later than the elements; the selector `html`
# gives these rules precedence over Streamlit's own.
LASTING = BAR + ROWS + TOOLS + WAIT
# All sizes of Streamlit and of the components are in rem; drawings on canvases are scaled by --bold.
LETTERS = 1.4  # factor by which the text of charts is enlarged
PRESENTER_STYLE = """
html { font-size: 22px !important; }
:root { --bold: 1.6; }
@media (max-width: 640px) { html { font-size: 20px !important; } :root { --bold: 1.35; } }
[data-testid=stMainBlockContainer] { padding: 4.25rem 1.5rem 2rem; max-width: none; }
[data-testid=stCaptionContainer], [data-testid=stCaptionContainer] *, [data-testid=stMarkdownContainer] small,
[data-testid=stWidgetLabel] * { color: inherit; opacity: 1; }
[data-testid=stCaptionContainer] { font-size: 0.95rem; }
"""


def begin() -> None:
    """Read the link's view settings and apply them to the page; to be called before anything is drawn."""
    hidden = hidden_now()
    address.keep(HIDE, ",".join(hidden) or None)
    address.keep(SIZE, PRESENTER if is_large() else None)
    st.html(f"<style>{style(hidden, is_frameless(), is_large())}</style>")


def hidden_now() -> tuple[str, ...]:
    """The names of the hidden parts, including parts of other pages."""
    return address.recall(HIDE, read_names, ())


def read_names(text: str) -> tuple[str, ...] | None:
    """The names of PARTS in a comma-separated text, in the order of PARTS; None if one is unknown."""
    names = [name.strip() for name in text[: LONGEST + 1].split(",") if name.strip()]
    if len(text) > LONGEST or not set(names) <= PARTS.keys():
        return None
    return tuple(name for name in PARTS if name in names)


def is_large() -> bool:
    return address.recall(SIZE, lambda text: text if text in (PRESENTER, "usual") else None, "usual") == PRESENTER


def is_frameless() -> bool:
    """Whether the frame is omitted. Streamlit removes `embed` from `st.query_params`, so it is read from the original query."""
    context = get_script_run_ctx()
    texts = parse_qs(context.query_string if context else "", keep_blank_values=True).get(EMBED, [])
    if len(texts) == 1 and texts[0].lower() in EMBEDDED:
        st.session_state[FRAMELESS] = EMBEDDED[texts[0].lower()]
    elif texts and st.session_state.get(REPORTED) != texts:
        st.session_state[REPORTED] = texts
        address.ignore(EMBED)
    return st.session_state.get(FRAMELESS, False)


def style(hidden: tuple[str, ...], frameless: bool, large: bool) -> str:
    """The style sheet of a page. hidden: names in PARTS."""
    properties = "".join(f"--show-{name}: none; " for name in hidden)
    places = [place for name in hidden for place in (*PARTS[name].at, f".st-key-part-{name}")]
    rules = []
    if large:
        rules.append(PRESENTER_STYLE)
    if frameless:
        rules.append(FRAMELESS_STYLE)
    if hidden:
        rules.append(f":root {{ {properties}}}\n{', '.join(places)} {{ display: none !important; }}")
    return "\n".join(rules)


def bar(page: str) -> None:
    """Draw “Link and view” at the top right of the page with that address; drawn last, so that nothing waits for it."""
    from app.components.link_bar import link_bar

    hidden = hidden_now()
    own = [name for name, part in PARTS.items() if not part.pages or page in part.pages]
    names = [{"id": name, "title": PARTS[name].title, "on": name in hidden} for name in own]
    with st.container(key=KEY):
        left_out = LEFT_OUT.get(page, "")
        link_bar(names, is_large(), is_frameless(), left_out, lambda kind, value: hear(kind, value, own))


def hear(kind: str, value, own: list[str]) -> None:
    """Apply a message of the bar. own: the names of this page's parts; hidden parts of other pages stay hidden."""
    if kind == SIZE:
        address.keep(SIZE, PRESENTER if value else None)
        return
    wanted = {*value, *(name for name in hidden_now() if name not in own)}
    address.keep(HIDE, ",".join(name for name in PARTS if name in wanted) or None)
