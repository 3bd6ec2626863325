"""How a link changes the page itself: hidden controls, no frame, and a size for projection.

`?hide=layers,time` hides the PARTS of that name; `?embed=1` leaves the navigation, the header and the margins out, for a frame
on a course page; `?size=presenter` enlarges everything so that it can be read from the last row. All three persist from page to
page. Controls are hidden by style sheets made of the constants here, which reach into the components as custom properties
(`var(--show-layers, …)` in their style sheets): no text of a link is ever written into a page.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.session import address, controls

HIDE, SIZE, EMBED = "hide", "size", "embed"  # names in the link
PRESENTER = "presenter"
FRAMELESS = "presenting.frameless"  # session key: whether the frame is left out; other pages' URLs do not have it
TOLD = "presenting.told"  # session key: the invalid `embed` already reported; Streamlit does not let it be removed from the URL
EMBEDDED = {"1": True, "true": True, "0": False, "false": False}
LONGEST = 1000  # letters of `hide`
KEY = "link-bar"  # of the container of the bar

NAVIGATION = ("[data-testid=stHeader] .rc-overflow", "[data-testid^=stTopNav]", "[data-testid=stSidebarNav]")

EXPLORE, STYLE, COMPARE, CLUSTERS, CLASSIFY = "", "style", "compare", "clusters", "classify"  # addresses of pages
GAME, TRAIN = "game", "train"
PLANES = (EXPLORE, STYLE, COMPARE)
REVISION = (EXPLORE, STYLE, CLUSTERS, CLASSIFY)


@dataclass(frozen=True)
class Part:
    """A part of pages that can be hidden. pages: those that have it, or () for all; at: its selectors outside the components,
    not needed for a part drawn in `widgets.part`."""

    title: str
    pages: tuple[str, ...] = ()
    at: tuple[str, ...] = ()


# By their names in a link. Within components a name is the custom property --show-<name>.
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

# What a page's link cannot store, shown when it is copied.
LEFT_OUT = {GAME: "The link starts this game from the beginning: it holds the setup and the rules, but not the steps."}

# In the header, beside the navigation, which leaves room for it.
BAR = f"""
html .st-key-{KEY} {{ position: fixed; top: 0; right: 1rem; width: min(32rem, 100vw - 2rem); z-index: 999991;
  pointer-events: none; }}
html [data-testid=stToolbar] {{ padding-right: 11.5rem; }}
"""
# Streamlit leaves room for its header.
FRAMELESS_STYLE = f"""
[data-testid=stMainBlockContainer] {{ padding: 0.5rem 0.75rem; }}
[data-testid=stHeader], .st-key-{KEY} {{ display: none; }}
"""
# Rows above a plane reduce its height, so that the plane ends at the bottom of the screen.
ROWS = "".join(f":root:has({controls.selector(name)}) {{ --row-{name}: 4.5rem; }}\n" for name in ("view", "y"))
ROWS += "html .st-key-plane-room { min-height: max(51.7rem, min(100vh + 4.6rem, 70.7rem)); }\n"
ROWS += """@media (max-width: 48rem) {
html .st-key-plane-room { min-height: calc(54.1rem + min(100vw - 2rem, max(20rem, 100vh - 15.25rem))); }
}
"""
ROWS += ":root { --rows: calc(var(--row-view, 0rem) + var(--row-y, 0rem)); }\n"
# A table's own tools lie over what stands above it: all the time where nothing hovers, and in a list with a row selected.
TOOLS = """html .st-key-runs [data-testid=stElementToolbar] { display: none; }
@media (hover: none) { html [data-testid=stElementToolbar] { display: none; } }
"""
# For every page, in the document itself, since Streamlit mounts a style sheet after the elements; `html` gives these rules
# precedence over Streamlit's own.
LASTING = BAR + ROWS + TOOLS
# All sizes of Streamlit and of the components are in rem; what is painted on canvases follows --bold.
LETTERS = 1.4  # times as large as usual, those of the charts
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
    """Read the link's view settings and apply them to the page; call it before anything is drawn."""
    hidden = hidden_now()
    address.keep(HIDE, ",".join(hidden) or None)
    address.keep(SIZE, PRESENTER if is_large() else None)
    st.html(f"<style>{style(hidden, is_frameless(), is_large())}</style>")


def hidden_now() -> tuple[str, ...]:
    """The names of the hidden parts, of this page and of others."""
    return address.recall(HIDE, read_names, ())


def read_names(text: str) -> tuple[str, ...] | None:
    """Names of PARTS with commas between them, in the order of the table; None where one is unknown."""
    names = [name.strip() for name in text[: LONGEST + 1].split(",") if name.strip()]
    if len(text) > LONGEST or not set(names) <= PARTS.keys():
        return None
    return tuple(name for name in PARTS if name in names)


def is_large() -> bool:
    return address.recall(SIZE, lambda text: text if text in (PRESENTER, "usual") else None, "usual") == PRESENTER


def is_frameless() -> bool:
    """Whether the frame is left out. Streamlit does not pass `embed` on, so it is read from the original query."""
    context = get_script_run_ctx()
    texts = parse_qs(context.query_string if context else "", keep_blank_values=True).get(EMBED, [])
    if len(texts) == 1 and texts[0].lower() in EMBEDDED:
        st.session_state[FRAMELESS] = EMBEDDED[texts[0].lower()]
    elif texts and st.session_state.get(TOLD) != texts:
        st.session_state[TOLD] = texts
        address.ignore(EMBED)
    return st.session_state.get(FRAMELESS, False)


def style(hidden: tuple[str, ...], frameless: bool, large: bool) -> str:
    """The style sheet of a page; made of constants and of names that are in PARTS."""
    properties = "".join(f"--show-{name}: none; " for name in hidden)
    places = [place for name in hidden for place in (*PARTS[name].at, f".st-key-part-{name}")]
    rules = [PRESENTER_STYLE * large, FRAMELESS_STYLE * frameless]
    if hidden:
        rules.append(f":root {{ {properties}}}\n{', '.join(places)} {{ display: none !important; }}")
    return "\n".join(rules)


def bar(page: str) -> None:
    """Link and view, at the top right of the page with that address; drawn last, so that nothing waits for it."""
    from app.components.link_bar import link_bar

    hidden, own = hidden_now(), [name for name, part in PARTS.items() if not part.pages or page in part.pages]
    names = [{"id": name, "title": PARTS[name].title, "on": name in hidden} for name in own]
    with st.container(key=KEY):
        left_out = LEFT_OUT.get(page, "")
        link_bar(names, is_large(), is_frameless(), left_out, lambda kind, value: hear(kind, value, own))


def hear(kind: str, value, own: list[str]) -> None:
    """Apply a setting of the bar; hidden parts of other pages stay hidden."""
    if kind == SIZE:
        address.keep(SIZE, PRESENTER if value else None)
        return
    wanted = {*value, *(name for name in hidden_now() if name not in own)}
    address.keep(HIDE, ",".join(name for name in PARTS if name in wanted) or None)
