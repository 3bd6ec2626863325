"""How a link changes the page itself: hidden controls, no frame, and a size for projection.

`?hide=layers,time` hides the PARTS with these names; `?embed=1` omits navigation, header and margins, for a frame on a course
page; `?size=presenter` enlarges everything, so that it can be read from the last row. All three persist from page to page.
Parts are hidden by style sheets made from the constants in this file, which reach into the components as custom properties
(`var(--show-layers, …)` in their style sheets): text from a link is never written into a page.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.session import address, controls, language
from app.translation import languages
from app.translation.texts import mark, translate

HIDE, SIZE, EMBED = "hide", "size", "embed"  # names in the link
PRESENTER = "presenter"
APPEARANCE_SETTINGS = frozenset(
    {SIZE, languages.LANGUAGE_SETTING}
)  # settings that change how a page looks, and nothing of what it shows
# session key: whether the frame is omitted; other pages' URLs lack the parameter
FRAMELESS_KEY = "presenting.frameless"
# session key: the invalid `embed` already reported, which cannot be removed from the URL
REPORTED_EMBED_KEY = "presenting.reported"
EMBED_VALUES = {"1": True, "true": True, "0": False, "false": False}
MAX_HIDE_LENGTH = 1000  # characters of `hide`
BAR_KEY = "link-bar"  # of the bar's container

LOGO_SELECTOR = "[data-testid=stHeader] :has(> [data-testid=stHeaderLogo])"
NAVIGATION_SELECTORS = (
    "[data-testid=stHeader] .rc-overflow",
    LOGO_SELECTOR,
    "[data-testid^=stTopNav]",
    "[data-testid=stSidebarNav]",
)

EXPLORE, STYLE, COMPARE, CLUSTERS, CLASSIFY = "", "style", "compare", "clusters", "classify"  # addresses of pages
GAME, TRAIN = "game", "train"
PLANE_PAGES = (EXPLORE, STYLE, COMPARE)
VIEW_AXIS_SELECTORS = (".st-key-across", ".st-key-up", ".st-key-x_column", ".st-key-y_column")
REVISION_PAGES = (EXPLORE, STYLE, CLUSTERS, CLASSIFY)


@dataclass(frozen=True)
class PagePart:
    """A part of the pages that can be hidden. pages: the addresses of the pages that have it, () for all; selectors:
    its CSS selectors outside the components, not needed for a part drawn in `widgets.part_container`."""

    title: str
    pages: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()


# By name in the link. In a component's style sheet, a part is the custom property --show-<name>.
PARTS = {
    "navigation": PagePart(mark("Navigation"), (), NAVIGATION_SELECTORS),
    "title": PagePart(mark("Title"), (), ("[data-testid=stHeading]:has(h1)",)),
    "copy": PagePart(mark("Link and view, this menu"), (), (f".st-key-{BAR_KEY}",)),
    "picker": PagePart(
        mark("Revision selector"), (*REVISION_PAGES, COMPARE), (".st-key-revision", ".st-key-left", ".st-key-right")
    ),
    "images": PagePart(mark("Codes of which images"), (EXPLORE,)),
    "view": PagePart(mark("Projection"), (EXPLORE,), (controls.css_selector("view"), *VIEW_AXIS_SELECTORS)),
    "content": PagePart(mark("Content y"), (EXPLORE, COMPARE), (controls.css_selector("y"), controls.css_selector("yr"))),
    "layers": PagePart(mark("Layers"), PLANE_PAGES),
    "zoom": PagePart(mark("Zoom, lasso, box, keys"), PLANE_PAGES),
    "legend": PagePart(mark("Legend"), PLANE_PAGES),
    "time": PagePart(mark("Time axis"), (EXPLORE, COMPARE), (".st-key-moments",)),
    "panel": PagePart(mark("Everything beside the plane"), (EXPLORE, COMPARE)),
    "image": PagePart(mark("Decoded image"), (EXPLORE, COMPARE)),
    "values": PagePart(mark("Values at z"), (EXPLORE, COMPARE)),
    "sliders": PagePart(mark("Sliders"), (EXPLORE, COMPARE)),
    "inspect": PagePart(mark("Selected image"), (EXPLORE, COMPARE)),
    "draw": PagePart(mark("Draw or drop an image"), (EXPLORE,)),
    "paths": PagePart(mark("Paths and arithmetic"), (EXPLORE,)),
    "directions": PagePart(mark("Directions"), (EXPLORE,)),
    "travel": PagePart(mark("Move codes to the other plane"), (COMPARE,)),
    "plain": PagePart(mark("Plain controls"), PLANE_PAGES),
    "sorted": PagePart(mark("Images in order"), (EXPLORE,)),
    "regions": PagePart(mark("One region of the prior"), (EXPLORE,)),
    "manifold": PagePart(mark("The prior, decoded"), (EXPLORE,)),
    "histograms": PagePart(mark("Every dimension"), (EXPLORE,)),
    "take-home": PagePart(mark("Download as a web page"), PLANE_PAGES),
    "path": PagePart(mark("From one image to another"), (COMPARE,)),
    "differing": PagePart(mark("Settings that differ"), (COMPARE,)),
    "measures": PagePart(mark("Metrics"), (COMPARE,)),
    "frontier": PagePart(mark("Among other models"), (COMPARE,)),
    "curves": PagePart(mark("Curves"), (COMPARE,)),
    "grid": PagePart(mark("Styles × contents"), (STYLE,)),
    "agreement": PagePart(mark("Do swapped images show the intended class?"), (STYLE,)),
    "figures": PagePart(mark("Do the clusters match the classes?"), (CLUSTERS,)),
    "count": PagePart(mark("How many clusters?"), (CLUSTERS,)),
    "own-image": PagePart(mark("Your drawing or image"), (CLASSIFY,)),
    "images-wrong": PagePart(mark("Individual images"), (CLASSIFY,)),
    "command": PagePart(mark("Classify many images"), (CLASSIFY,)),
    "settings": PagePart(mark("All settings"), (TRAIN,)),
    "studio": PagePart(mark("Paint the prior"), (TRAIN,)),
    "own": PagePart(mark("Data of your own"), (TRAIN,)),
    "setup": PagePart(mark("How the game begins"), (GAME,)),
    "play": PagePart(mark("Play"), (GAME,)),
    "steps": PagePart(mark("Steps of one phase"), (GAME,)),
    "round": PagePart(mark("Step all"), (GAME,)),
    "beats": PagePart(mark("Slow motion"), (GAME,)),
    "graph": PagePart(mark("Graph"), (GAME,)),
    "captions": PagePart(mark("Captions and equation"), (GAME,)),
    "trace": PagePart(mark("Distance to the prior"), (GAME,)),
    "rules": PagePart(mark("Rates, λ, noise"), (GAME,)),
    "numbers": PagePart(mark("Tables of numbers"), (GAME,)),
}  # fmt: skip

# What the link of a page does not contain; shown when the link is copied.
LINK_OMISSIONS = {
    GAME: mark("The link starts this game from the beginning: it holds the setup and the rules, but not the steps.")
}

# The bar is in the header, which is not printed; the navigation leaves room for it.
BAR_STYLE = f"""
html .st-key-{BAR_KEY} {{ position: fixed; top: 0; right: 1rem; width: min(32rem, 100vw - 2rem); z-index: 999991;
  pointer-events: none; }}
html [data-testid=stToolbar] {{ padding-right: 11.5rem; }}
@media print {{ html .st-key-{BAR_KEY} {{ display: none; }} }}
"""
# On a narrow screen Streamlit's navigation waits beside the window, where the Tab key would still stop at its links.
CLOSED_SIDEBAR_STYLE = "html [data-testid=stSidebar][data-collapsed=true] { visibility: hidden; }\n"
# Streamlit's own padding leaves room for a header, which is hidden here.
FRAMELESS_STYLE = f"""
:root {{ --page-left: 0.75rem; --page-right: 0.75rem; }}
[data-testid=stMainBlockContainer] {{ padding: 0.5rem 0.75rem; }}
[data-testid=stHeader], .st-key-{BAR_KEY} {{ display: none; }}
"""
# Rows of controls above a plane reduce its height, so that it ends at the bottom of the screen.
CONTROL_ROWS_STYLE = "".join(
    f":root:has({controls.css_selector(name)}) {{ --row-{name}: 4.5rem; }}\n" for name in ("view", "y")
)
CONTROL_ROWS_STYLE += "html .st-key-plane-room { min-height: max(51.7rem, min(100vh + 4.6rem, 70.7rem)); }\n"
CONTROL_ROWS_STYLE += """@media (max-width: 48rem) {
html .st-key-plane-room { min-height: calc(56.6rem + min(100vw - 2rem, max(20rem, 100vh - 15.25rem))); }
}
"""
# The form leaves less room; a training that has ended gets a time axis, for which there is room from the start.
CONTROL_ROWS_STYLE += ".st-key-train-plane { --beside: 17rem; --axis-room: 4.25rem; }\n"
# Codes that are drawn anew, or are of other images, have no time axis; its room stays, so that the plane keeps its scale.
CONTROL_ROWS_STYLE += ".st-key-plane-room { --axis-room: 4.25rem; }\n"
CONTROL_ROWS_STYLE += ":root:has(.st-key-introduction-row) { --row-introduction: 5.3rem; }\n"
CONTROL_ROWS_STYLE += ":root:has(.st-key-plane-columns) { --row-columns: 3.5rem; }\n"
# The names of columns are longer at presenter size; the choices grow with it where the row has room.
CONTROL_ROWS_STYLE += "".join(
    f".st-key-plane-columns > {selector} {{ flex: 1 1 {width}px; max-width: max({width}px, {width / 16:g}rem); }}\n"
    for selector, width in ((":has(> .st-key-colour)", 280), (controls.css_selector("filter"), 240))
)
CONTROL_ROWS_STYLE += ":root:has(.st-key-part-grid) { --row-grid: 4.5rem; }\n"  # a heading and the line below the title
CONTROL_ROWS_STYLE += """:root { --rows: calc(var(--row-view, 0rem) + var(--row-y, 0rem) + var(--row-introduction, 0rem)
  + var(--row-columns, 0rem) + var(--row-grid, 0rem)); }
"""
# On a first visit the ways on stand above the diagram, which is as wide as what is beside the plane, but for its margin. On a
# phone the plane follows the introduction at once: the ways on keep to the foot of the window, and the selectors come later.
FIRST_VISIT_STYLE = """
@media (min-width: 40.0625rem) {
html .st-key-introduction-row [data-testid=stHorizontalBlock]:has(> [data-testid=stColumn]) { gap: var(--space-5); }
html .st-key-introduction-ways { flex-wrap: nowrap; }
html .st-key-introduction-row p { text-wrap: pretty; }
html .st-key-introduction-row [data-testid=stColumn]:first-child { flex: 1 1 0; min-width: 0; }
html .st-key-introduction-row [data-testid=stColumn]:last-child { flex: 0 0 calc(var(--beside) - 8px); min-width: 0; }
html .st-key-introduction-row p { max-width: none; }
}
@media (max-width: 40rem) {
html:has(.st-key-introduction-row) h1 { font-size: 1.5rem; }
html:has(.st-key-introduction-row) [data-testid=stMainBlockContainer] > [data-testid=stVerticalBlock] > :is(
  :has(h1), :has(.st-key-introduction-row)), html:has(.st-key-introduction-row) .st-key-page-head,
  html .st-key-introduction-row, html .st-key-introduction-row > *,
  html .st-key-introduction-row [data-testid=stHorizontalBlock]:has(> [data-testid=stColumn]) { display: contents; }
html:has(.st-key-introduction-row) .st-key-page-head > :not(:has(h1)) { order: 2; }
html .st-key-introduction-row [data-testid=stColumn]:last-child { order: 2; position: sticky; bottom: 0; z-index: 10;
  padding: 0.5rem 0; background: var(--colour-page); }
html [data-testid=stVerticalBlock] > :has(.st-key-plane-room) ~ * { order: 3; }
html .st-key-introduction-ways { flex-wrap: nowrap; gap: 0.3rem; }
html .st-key-introduction-ways button { padding-inline: 0.5rem; white-space: nowrap; }
}
"""
# Streamlit's theme writes the numbers and titles of charts in a grey that is too pale to be read from afar.
CHART_STYLE = """html [data-testid=stPlotlyChart] :is(.xtick, .ytick, .xtitle, .ytitle, .legendtext),
html [data-testid=stPlotlyChart] :is(.xtick, .ytick, .annotation) text { fill: var(--colour-text) !important; }
"""
# The app's name beside its logo, which Streamlit draws as a picture alone.
NAME_STYLE = f"""html {LOGO_SELECTOR} {{ display: flex; align-items: center; gap: 0.5rem; color: var(--colour-text); }}
html {LOGO_SELECTOR}::after {{ content: var(--name-text, "Latent-space explorer");
  font: 600 1rem var(--st-font, system-ui, sans-serif);
  white-space: nowrap; }}
@media (max-width: 60rem) {{ html {LOGO_SELECTOR}::after {{ content: none; }} }}
"""
# On a narrow screen a picker has a row of its own, since titles of revisions are long.
PAGE_HEAD_STYLE = """@media (max-width: 40rem) {
html .st-key-page-head > :is(.st-key-revision, .st-key-left, .st-key-right) { flex: 1 0 100%; }
}
"""
# The line below the title belongs to it, so that it takes little of the room of a plane.
PAGE_HEAD_STYLE += """@media (min-width: 48rem) {
html .st-key-purpose { margin: -0.75rem 0; }
html [data-testid=stLayoutWrapper]:has(> .st-key-purpose) { margin-bottom: -0.45rem; }
}
html .st-key-purpose p { font-size: var(--type-body); line-height: 1.3; max-width: none; }
"""
# A fold has a line above and no box, as those of the components.
FOLD_STYLE = """html [data-testid=stExpander] details { border-width: 1px 0 0; border-radius: 0; }
html [data-testid=stExpander] summary { padding-left: 0; padding-right: 0; }
html [data-testid=stExpanderDetails] { padding-left: 0; padding-right: 0; }
"""
# A table's toolbar covers what is above the table: always on devices that cannot hover, and in a list with a selected row. Such
# devices have no keyboard, either, whose use the list explains.
TABLE_TOOLBAR_STYLE = """html .st-key-runs [data-testid=stElementToolbar] { display: none; }
@media (hover: none) { html :is([data-testid=stElementToolbar], .st-key-keyboard-hint) { display: none; } }
"""
# While a run takes long, what is shown is faded, old or not there yet; Streamlit's own sign is in a toolbar that is not shown.
# The delay is longer than most runs; on narrow windows the panel of a lesson is at the foot. `announceWaits` tells screen
# readers (web/src/host).
WAITING_STYLE = """@keyframes wait { from { visibility: hidden; } }
@media screen {
html [data-test-connection-state=CONNECTED]:is([data-test-script-state=initial], [data-test-script-state=running])::after {
  content: var(--wait-text, "Preparing what the page shows …"); position: fixed; bottom: 0.75rem; left: 50%;
  transform: translateX(-50%); z-index: 999992; width: max-content; max-width: calc(100vw - 2rem); padding: 0.35rem 0.8rem;
  border-radius: 0.4rem; background: #31333f; color: #fff; font-size: 0.875rem; pointer-events: none;
  animation: wait 1ms 1s both; }
}
@media (max-width: 62rem) { html [data-test-connection-state]::after { inset: 4.25rem auto auto 50% !important; } }
"""
# For every page, placed in the document itself, since Streamlit mounts a style sheet later than the elements; the selector `html`
# gives these rules precedence over Streamlit's own.
# A page uses the width of the window; what is beside a plane is --beside wide; lines of prose are no longer than can be read.
PAGE_STYLE = """:root { --beside: clamp(17rem, 0.33 * (100vw - var(--page-left, 1.5rem) - var(--page-right, 1.5rem)), 30rem); }
@media (min-width: 48rem) { html [data-testid=stMainBlockContainer] { padding-left: var(--page-left, 1.5rem);
  padding-right: var(--page-right, 1.5rem); } }
html [data-testid=stMainBlockContainer] :is([data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]) p {
  max-width: 56rem; }
"""
# Streamlit breaks the lines of its own texts within words; a language's own rule is among the tokens.
LINE_BREAK_STYLE = """html:lang(ko) :is([data-testid=stMarkdownContainer], [data-testid=stHeadingWithActionElements],
  [data-testid=stCaptionContainer]) * { word-break: inherit; }
"""
TOKENS = (Path(__file__).parents[1] / "components" / "tokens.css").read_text(encoding="utf-8")
COMMON_STYLE = (
    TOKENS + LINE_BREAK_STYLE + PAGE_STYLE + BAR_STYLE + NAME_STYLE + PAGE_HEAD_STYLE + FOLD_STYLE + CONTROL_ROWS_STYLE
)
COMMON_STYLE += CLOSED_SIDEBAR_STYLE + FIRST_VISIT_STYLE + CHART_STYLE + TABLE_TOOLBAR_STYLE + WAITING_STYLE
# All sizes of Streamlit and of the components are in rem; drawings on canvases are scaled by --bold.
CHART_TEXT_SCALE = 1.4  # factor by which the text of charts is enlarged
PRESENTER_STYLE = """
html { font-size: 22px !important; }
:root { --bold: 1.6; }
@media (max-width: 640px) { html { font-size: 20px !important; } :root { --bold: 1.35; } }
[data-testid=stMainBlockContainer] { padding: 4.25rem 1.5rem 2rem; max-width: none; }
[data-testid=stCaptionContainer], [data-testid=stCaptionContainer] *, [data-testid=stMarkdownContainer] small,
[data-testid=stWidgetLabel] * { color: inherit; opacity: 1; }
[data-testid=stCaptionContainer] { font-size: 0.95rem; }
"""


def apply_options() -> None:
    """Read the link's view settings and apply them to the page; to be called before anything is drawn."""
    language.apply_language()
    hidden_names = hidden_part_names()
    address.store_setting(HIDE, ",".join(hidden_names) or None)
    address.store_setting(SIZE, PRESENTER if is_presenter_size() else None)
    read_frameless_option()
    style_sheet = make_style_sheet(hidden_names, is_frameless(), is_presenter_size())
    st.html(f"<style>{text_properties()}{style_sheet}</style>")


def text_properties() -> str:
    """The texts of COMMON_STYLE in the current language, as custom properties."""
    texts = {
        "--name-text": translate("Latent-space explorer"),
        "--wait-text": translate("Preparing what the page shows …"),
    }
    properties = "".join(f"{name}: {json.dumps(text, ensure_ascii=False)}; " for name, text in texts.items())
    return f":root {{ {properties}}}\n"


def hidden_part_names() -> tuple[str, ...]:
    """The names of the hidden parts, including parts of other pages."""
    return address.recall_setting(HIDE, parse_part_names, ())


def parse_part_names(text: str) -> tuple[str, ...] | None:
    """The names of PARTS in a comma-separated text, in the order of PARTS; None if one is unknown."""
    names = [name.strip() for name in text[: MAX_HIDE_LENGTH + 1].split(",") if name.strip()]
    if len(text) > MAX_HIDE_LENGTH or not set(names) <= PARTS.keys():
        return None
    return tuple(name for name in PARTS if name in names)


def is_plain_query(names) -> bool:
    """Whether a query with settings of these names says nothing about what a page shows."""
    return APPEARANCE_SETTINGS.issuperset(names)


def is_presenter_size() -> bool:
    return (
        address.recall_setting(SIZE, lambda text: text if text in (PRESENTER, "usual") else None, "usual") == PRESENTER
    )


def read_frameless_option() -> None:
    """Store in the session whether the link omits the frame, or note once that its value is invalid. Streamlit removes `embed`
    from `st.query_params`, so it is read from the original query."""
    context = get_script_run_ctx()
    texts = parse_qs(context.query_string if context else "", keep_blank_values=True).get(EMBED, [])
    if len(texts) == 1 and texts[0].lower() in EMBED_VALUES:
        st.session_state[FRAMELESS_KEY] = EMBED_VALUES[texts[0].lower()]
    elif texts and st.session_state.get(REPORTED_EMBED_KEY) != texts:
        st.session_state[REPORTED_EMBED_KEY] = texts
        address.ignore_link_text(EMBED)


def is_frameless() -> bool:
    """Whether the frame is omitted, by this page's link or that of an earlier page, after `read_frameless_option`."""
    return st.session_state.get(FRAMELESS_KEY, False)


def make_style_sheet(hidden_names: tuple[str, ...], is_frameless_page: bool, is_presenter_page: bool) -> str:
    """The style sheet of a page. hidden_names: names in PARTS."""
    properties = "".join(f"--show-{name}: none; " for name in hidden_names)
    selectors = [selector for name in hidden_names for selector in (*PARTS[name].selectors, f".st-key-part-{name}")]
    rules = []
    if is_presenter_page:
        rules.append(PRESENTER_STYLE)
    if is_frameless_page:
        rules.append(FRAMELESS_STYLE)
    if hidden_names:
        rules.append(f":root {{ {properties}}}\n{', '.join(selectors)} {{ display: none !important; }}")
    return "\n".join(rules)


def render_link_bar(page: str) -> None:
    """Draw “Link and view” at the top right of the page with that address; drawn last, so that nothing waits for it."""
    from app.components.link_bar import mount_link_bar

    hidden_names = hidden_part_names()
    own_names = [name for name, part in PARTS.items() if not part.pages or page in part.pages]
    part_options = [
        {"id": name, "title": translate(PARTS[name].title), "on": name in hidden_names} for name in own_names
    ]
    with st.container(key=BAR_KEY):
        omission_note = translate(LINK_OMISSIONS.get(page, ""))
        mount_link_bar(
            part_options,
            is_presenter_size(),
            is_frameless(),
            omission_note,
            lambda kind, value: handle_link_bar_message(kind, value, own_names),
        )


def handle_link_bar_message(kind: str, value, own_names: list[str]) -> None:
    """Apply a message of the bar. own_names: those of this page's parts; hidden parts of other pages stay hidden."""
    if kind == "reconnected":
        return
    if kind == SIZE:
        address.store_setting(SIZE, PRESENTER if value else None)
        return
    hidden_names = {*value, *(name for name in hidden_part_names() if name not in own_names)}
    address.store_setting(HIDE, ",".join(name for name in PARTS if name in hidden_names) or None)
