"""The app as users see it: a server process with its own folders, and tabs of a real Chromium."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from aae_core.store import status as statuses
from aae_core.store.revisions import Store
from helpers.fake_measurement import FakeMeasurement

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Error as BrowserError
    from playwright.sync_api import TimeoutError as BrowserTimeout
    from playwright.sync_api import expect, sync_playwright
except ImportError:  # `missing_browser_reason` says so, and nothing here is called
    Axe = BrowserError = BrowserTimeout = expect = sync_playwright = None

PROJECT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONV_NETWORK = {"network.kind": "conv", "network.channels": (4, 8), "network.discriminator": (16,)}
# more weights than the page downloads
LARGE_NETWORK = {"network.hidden": (2100, 2000), "network.discriminator": (16,), "steps": 5}
PATIENCE = 60_000  # ms that any wait may take: the machine may be busy
# The section of the navigation in which each page is listed.
SECTIONS = {
    **dict.fromkeys(("Explore", "Style and content", "Compare", "Classify", "Clusters"), "Models"),
    **dict.fromkeys(("Lessons", "Course", "Step by step", "Theory"), "Learn"),
    **dict.fromkeys(("Which one?", "Train", "Sweeps", "Revisions", "Results", "Classroom"), "Training"),
}
# Each page's path and heading.
PAGES = {"": "Explore", "train": "Train", "style": "Style and content", "compare": "Compare", "revisions": "Revisions"}
PAGES |= {"game": "Step by step", "results": "Results", "classify": "Classify", "clusters": "Clusters"}
PAGES |= {"lessons": "Lessons", "which_one": "Which one?", "sweeps": "Sweeps", "classroom": "Classroom"}
PAGES |= {"theory": "Theory", "course": "Course"}
ASIDE_PAGE = "classroom"  # an almost empty page
# What stands in the traceback of an error of Streamlit's own (1.67), seen once in ten thousand tests: a run begins while the
# former one, which has another lock for the same state of the session, writes to it.
STREAMLIT_RACE = ("on_script_will_rerun", "dictionary changed size during iteration")
IDLE_PAGE = "[data-testid=stApp][data-test-script-state=notRunning]"
# Collects toasts, because a toast disappears after some seconds, on a busy machine before a test looks.
TOASTS_SCRIPT = """(() => {
    window.toasts = new Set();
    new MutationObserver(() => {
        for (const toast of document.querySelectorAll('[data-testid=stToast]')) toasts.add(toast.innerText);
    }).observe(document, {childList: true, subtree: true, characterData: true});
})()"""
# Resolves after two frames, when earlier changes have been drawn.
TWO_FRAMES_SCRIPT = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Goes to a link within the session, as Back and Forward do.
FOLLOW_SCRIPT = """link => {
    document.activeElement?.blur();
    document.querySelector('[data-testid=stMain]').scrollTo(0, 0);
    window.toasts?.clear();
    history.pushState(null, '', link);
    dispatchEvent(new PopStateEvent('popstate'));
}"""
PIXELS_SCRIPT = """img => {
    if (!img || !img.complete || !img.naturalWidth) return null;
    const canvas = document.createElement('canvas');
    canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
    canvas.getContext('2d').drawImage(img, 0, 0);
    return canvas.toDataURL();
}"""


def page_link(page, title: str):
    """The link to a page of the app in the navigation at the top, whose section is opened for it."""
    page.get_by_test_id("stTopNavSection").filter(has_text=SECTIONS[title]).click()
    return page.get_by_test_id("stTopNavDropdownLink").filter(has_text=title)


def shipped_revision_id(variant: str) -> str:
    """The id of the shipped revision of that variant on MNIST, of several the first that was trained longest."""
    rows = [row for row in Store("no revisions of one's own").list() if (row.variant, row.data) == (variant, "mnist")]
    return max((row for row in rows if row.gallery), key=lambda row: row.epochs).id


def chromium_path() -> str | None:
    """Where Chromium is: $CHROMIUM, Debian's place, or on the path."""
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    return path if os.access(path, os.X_OK) else shutil.which("chromium")


def missing_browser_reason() -> str | None:
    """What browser tests need and this machine lacks, with the command that installs it; None if nothing is missing."""
    if sync_playwright is None:
        return "The browser tests need playwright: pip install -r requirements-dev.txt."
    if chromium_path() is None:
        return "The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to its path."
    return None


def launch_chromium(playwright):
    """A headless Chromium without background network requests."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)


def free_port() -> int:
    """A free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def app_server(folder: Path, *, measures: bool = False):
    """The app over the gallery and a store of its own in that folder; at the end its log may hold no traceback but those of
    STREAMLIT_RACE. measures: whether it measures the time of a step, which takes a process and some seconds for each of the
    settings."""
    server = Server(folder, measures=measures)
    try:
        server.start()
        yield server
    finally:
        server.stop()
    assert not unexpected_tracebacks(server.read_log()), server.read_log()


def unexpected_tracebacks(log: str) -> list[str]:
    """The tracebacks in a log, but those of STREAMLIT_RACE in which no code of the app takes part."""
    tracebacks = log.split("Traceback")[1:]
    return [text for text in tracebacks if "/app/" in text or not all(words in text for words in STREAMLIT_RACE)]


def skip_or_fail(reason: str | None) -> None:
    """Skip with that reason, if there is one; under CI=true fail with it."""
    if reason:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


class Server:
    """`streamlit run` on a free port of this machine; store, data and log lie in `folder`. measures: as in `app_server`; without
    it only in tests, whose processes read tests/workers."""

    def __init__(self, folder: Path, *, measures: bool = True):
        self.folder, self.measures = Path(folder), measures
        self.store = Store(self.folder / "checkpoints")
        self.log = self.folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers; RuntimeError with the log's end if it does not."""
        environment = os.environ | {"AAE_CHECKPOINTS": str(self.store.root), "AAE_DATA": str(self.folder / "data")}
        environment.pop("AAE_SLOTS", None)
        if not self.measures:
            environment["MEASURED"] = json.dumps(FakeMeasurement(None, None).result())
            environment["AAE_WARM_WORKER"] = "0"  # its imports would take processor time from every test
        options = ["--server.port", str(self.port), "--server.headless", "true", "--server.fileWatcherType", "none"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app/streamlit_app.py", *options],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.is_answering():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server does not answer:\n{self.read_log()[-3000:]}")
            time.sleep(0.1)

    def is_answering(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).status == 200
        except OSError:
            return False

    def read_log(self) -> str:
        """The log so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9 of the server alone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the server, and every worker that it started."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        for process_id in self.training_process_ids():
            os.kill(process_id, signal.SIGKILL)

    def training_process_ids(self) -> list[int]:
        """Of the workers that train in this server's own store."""
        statuses_of_rows = [row.status for row in self.store.list_own() if row.status is not None]
        return [s.pid for s in statuses_of_rows if statuses.is_process_alive(s.pid, s.started)]

    def newest_revision(self):
        """The summary of the newest revision in this server's own store; None if there is none."""
        rows = self.store.list_own()
        return rows[0] if rows else None


class Tab:
    """A page of the app in a browser; `complaints` are errors of its console and uncaught exceptions."""

    def __init__(self, page, root: str):
        self.page, self.root = page, root
        self.complaints: list[str] = []
        self.place = None  # identifies the page that consecutive tests share, see `same_tab`
        page.set_default_timeout(PATIENCE)
        # not at each frame, because drawing frames takes processor time
        page.wait_for_function = partial(page.wait_for_function, polling=50)
        page.add_init_script(TOASTS_SCRIPT)
        page.on("console", self._note_complaint)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_complaint(self, message):
        place = message.location.get("url", "")
        expected = "does not seem to exist" in message.text  # for an unknown page's address
        text = f"{message.text} ({place})"
        if message.type == "error" and not expected:
            self.complaints.append(text)

    def open(self, path: str = "") -> "Tab":
        """Go to a path of the app, as from a link, and wait until its script has run."""
        self.page.goto(f"{self.root}/{path}")
        return self.settle()

    def follow(self, link: str) -> "Tab":
        """Go to a path of the app within the session, by way of an almost empty page, so that settings missing from the link
        have their defaults and everything is drawn anew. It takes a fraction of the time of `open`."""
        aside_heading = self.heading(PAGES[ASIDE_PAGE])
        for path in dict.fromkeys((ASIDE_PAGE, link)):
            self.page.wait_for_selector(IDLE_PAGE)
            self.page.evaluate(FOLLOW_SCRIPT, f"/{path}")
            expect(aside_heading).to_have_count(int(path == ASIDE_PAGE))
            if path == ASIDE_PAGE:  # wait for its component before leaving
                expect(self.page.get_by_role("button", name="Copy link")).to_be_visible()
        return self.settle()

    def turn_to(self, title: str) -> "Tab":
        """Go to a page by the navigation at the top, within the session."""
        page_link(self.page, title).click()
        expect(self.heading(title)).to_be_visible()
        return self.settle()

    def resize(self, width: int, height: int) -> "Tab":
        """The same page in a window of another size, once it is drawn."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate(TWO_FRAMES_SCRIPT)
        self.page.wait_for_timeout(300)  # ResizeObservers run after the paint
        return self.settle()

    def heading(self, title: str):
        return self.page.get_by_role("heading", name=title, exact=True, level=1)

    def settle(self) -> "Tab":
        """Wait until the page's script has run and it has its heading; assert that there are no errors."""
        # `first`, because for a moment a page may stand beside the previous one
        self.page.get_by_role("heading", level=1).first.wait_for()
        self.page.wait_for_selector(IDLE_PAGE)
        self.assert_no_errors()
        return self

    def assert_no_errors(self) -> None:
        """Assert that no exception is shown and that there are no complaints."""
        exception_texts = self.page.get_by_test_id("stException").all_inner_texts()
        assert not exception_texts, exception_texts
        assert not self.complaints, self.complaints

    def value_at_rest(self, read_value):
        """The result of `read_value()` once it has stayed the same for a second; each reading follows a drawn frame."""
        last_value, equal_count = None, 0
        for _ in range(PATIENCE // 250):
            self.page.evaluate(TWO_FRAMES_SCRIPT)
            value = read_value()
            equal_count = equal_count + 1 if value == last_value else 0
            if equal_count == 4:
                return value
            last_value = value
            self.page.wait_for_timeout(250)
        raise AssertionError("What is drawn does not come to rest.")

    def wait_until(self, read_value, is_wanted):
        """The first result of `read_value()` for which `is_wanted` is true; each reading follows a drawn frame."""
        for _ in range(PATIENCE // 50):
            self.page.evaluate(TWO_FRAMES_SCRIPT)
            if is_wanted(value := read_value()):
                return value
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Still {str(value)[:200]}")

    def wait_for_change(self, read_value, old_value):
        """The first result of `read_value()` that differs from `old_value`."""
        return self.wait_until(read_value, lambda value: value != old_value)

    def wait_for_toasts(self, *parts: str) -> None:
        """Wait until each of the texts has been part of a toast since the page was opened."""
        self.page.wait_for_function("parts => parts.every(p => [...toasts].some(t => t.includes(p)))", arg=parts)

    def image(self, alt: str):
        return self.page.get_by_alt_text(alt)

    def pixels(self, alt: str) -> str:
        """What the browser painted for the first image with that alternative text, once it has."""
        image = self.image(alt).first
        image.wait_for()
        handle = self.page.wait_for_function(f"image => ({PIXELS_SCRIPT})(image)", arg=image.element_handle())
        return handle.json_value()

    def wait_for_other_pixels(self, alt: str, old_pixels: str) -> str:
        """The pixels of the image with that alternative text, once they differ from `old_pixels`."""
        script = (
            f'([alt, oldPixels]) => {{ const now = ({PIXELS_SCRIPT})(document.querySelector(`img[alt="${{alt}}"]`)); '
        )
        handle = self.page.wait_for_function(
            script + "return now && now !== oldPixels && now; }", arg=[alt, old_pixels]
        )
        return handle.json_value()

    def shown_code_count(self) -> int:
        """How many codes the latent plane shows (both, where there are two), once it shows any: the sum of its legend."""
        self.page.locator(".lp-legend .lp-count").first.wait_for()
        return sum(int(count.replace(",", "")) for count in self.page.locator(".lp-legend .lp-count").all_inner_texts())

    def decoded_image(self) -> str:
        """The image that the latent plane decoded, as the page painted it, once it has."""
        self.page.locator(".lp-panel .lp-way:not(:empty)").wait_for(state="attached")
        return self.page.locator(".lp-panel > .lp-frame > canvas").evaluate("canvas => canvas.toDataURL()")

    def wait_for_other_decoded_image(self, old_image: str) -> str:
        """The image of the latent plane once it differs from `old_image`."""
        return self.wait_for_change(self.decoded_image, old_image)

    def unfold_layers(self) -> None:
        """Show the switches of all layers, on each plane of the page."""
        folders = self.page.get_by_role("button", name="More layers")
        while folders.count():
            folders.first.click()

    def unfold_form(self) -> None:
        """Show the form of Train, which is one line while a training is watched."""
        fold = self.page.locator(".st-key-train-fold details:not([open]) > summary")
        if fold.count():
            fold.click()

    def open_plain_controls(self) -> None:
        """Unfold the sliders and the image that work without the plane."""
        self.page.get_by_text("Plain controls:").click()
        self.page.get_by_test_id("stSlider").first.wait_for()

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a select box; the list may close when a run of the script ends, so this is tried several times."""
        box = self.page.get_by_role("combobox", name=label)
        option_locator = self.page.get_by_role("option", name=option).first
        for patience in (5_000, 10_000, PATIENCE):
            self.page.wait_for_selector(IDLE_PAGE)
            box.click()
            try:
                return option_locator.click(timeout=patience)
            except BrowserTimeout:
                box.press("Escape")
        raise AssertionError(f"The list of {label} does not offer {option}.")

    def enter(self, label: str, value) -> None:
        """Type into a number field or a text field and leave it."""
        field = self.page.get_by_label(label, exact=True)
        field.fill(str(value))
        field.press("Tab")

    def axe_violations(self) -> list[str]:
        """The violations that axe-core rates serious or critical on the page, without Streamlit's own navigation in the sidebar.
        Elements that are being redrawn are faded for a moment, so a violation must be found three times in a row."""
        result = []
        for _ in range(3):
            violations = (
                Axe().run(self.page, context={"exclude": ["[data-testid=stSidebarNavItems]"]}).response["violations"]
            )
            severe_violations = [rule for rule in violations if rule["impact"] in ("serious", "critical")]
            result = [f"{rule['id']}: {node['html'][:300]}" for rule in severe_violations for node in rule["nodes"]]
            if not result:
                break
            self.page.wait_for_timeout(1_000)
            self.page.wait_for_selector(IDLE_PAGE)
        return result

    def settled_query(self) -> dict[str, str]:
        """The settings in the address, once it has stayed the same for a second in which no script ran: a slider is sent to
        the server after a pause, and the server may be busy."""
        link = ""
        while link != self.page.url:
            self.page.wait_for_selector(IDLE_PAGE)
            link = self.page.url
            self.page.wait_for_timeout(1_000)
            self.page.wait_for_selector(IDLE_PAGE)
        return self.query()

    def query(self) -> dict[str, str]:
        """The settings in the address."""
        return dict(parse_qsl(urlsplit(self.page.url).query))


def new_tab(context, server, moving=False, viewport=None, color_scheme=None, kind=Tab) -> Tab:
    """A tab of a visitor without cookies and local storage; the browser keeps only the compiled scripts."""
    page = context.new_page()
    page.set_viewport_size(viewport or {"width": 1280, "height": 900})
    page.emulate_media(color_scheme=color_scheme, reduced_motion="no-preference" if moving else "reduce")
    storage = {"origin": server.url, "storageTypes": "cookies,local_storage"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    return kind(page, server.url)
