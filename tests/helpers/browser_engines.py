"""Firefox and WebKit with real pointer events, each by the protocol that Debian's build speaks, without a driver library.

Firefox speaks WebDriver BiDi over a WebSocket, needs no display, and reports its console. WebKitGTK's driver speaks WebDriver
over HTTP and needs a display; it reports no console, so the page is made to note its own errors as soon as it is there.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from websockets.sync.client import connect

from helpers.browser_app import ASIDE_PAGE, FOLLOW_SCRIPT, IDLE_PAGE, PAGES, PATIENCE, free_port

WIDTH, HEIGHT = 1280, 900
DOWN, UP = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
# `all` also searches the components, each in its own shadow root.
ALL_FUNCTION = """const all = selector => [document, ...[...document.querySelectorAll("[data-testid^=stBidi], [data-part]")]
    .map(host => host.shadowRoot).filter(Boolean)].flatMap(root => [...root.querySelectorAll(selector)]);"""
NOTE_ERRORS_SCRIPT = """if (window.left) return "false";
    window.noted ??= (() => {
        const list = [], printError = console.error;
        console.error = (...words) => { list.push(words.map(String).join(" ")); printError(...words); };
        addEventListener("error", event => list.push(event.message));
        addEventListener("unhandledrejection", event => list.push(String(event.reason)));
        return list;
    })();
    return "true";"""


def pointer_move(x: int, y: int) -> dict:
    """The action that moves the pointer to a place of the window."""
    return {"type": "pointerMove", "x": x, "y": y}


def missing_programs_reason(engine: str) -> str | None:
    """The missing programs of that engine, with the command that installs them; None if all are there."""
    programs, packages = ENGINES[engine].NEEDS
    if missing_programs := [name for name in programs if shutil.which(name) is None]:
        return f"The tests in {engine} need {' and '.join(missing_programs)}: apt-get install {packages}."
    return None


def wait_until(read_value):
    """The first true result of `read_value()`; TimeoutError, with the last exception as its cause, if there is none in time."""
    deadline, cause = time.monotonic() + PATIENCE / 1000, None
    while time.monotonic() < deadline:
        try:
            if result := read_value():
                return result
        except (OSError, ValueError) as error:  # the browser or page is still starting
            cause = error
        time.sleep(0.05)
    raise TimeoutError from cause


class Engine:
    """A browser with one page, 1280 × 900; `page_errors` are those of its console."""

    def open(self, url: str) -> None:
        """Go to an address and wait until the page's script has run; assert that no exception is shown."""
        self.load_page(url)
        self.wait_for(f'all("{IDLE_PAGE}").length && all("h1, [data-testid=stException]").length')
        self.assert_no_errors()

    def follow(self, link: str) -> None:
        """Go to a path of the app within the session, as `browser_app.Tab.follow` does."""
        for path in (ASIDE_PAGE, link):
            self.evaluate(f"({FOLLOW_SCRIPT})({json.dumps('/' + path)})")
            heading_expression = f'all("h1").some(each => each.innerText.includes("{PAGES[ASIDE_PAGE]}"))'
            self.wait_for(
                f'all("{IDLE_PAGE}").length && all("h1").length && {heading_expression} === {json.dumps(path == ASIDE_PAGE)}'
            )
        self.assert_no_errors()

    def assert_no_errors(self) -> None:
        """No exception is shown, and the console has no error."""
        assert not self.evaluate('all("[data-testid=stException]").map(each => each.innerText)')
        # harmless: a ResizeObserver's callback has changed a size, which is reported at the next frame
        errors = [item for item in self.page_errors() or [] if not item.startswith("ResizeObserver loop")]
        assert not errors, errors

    def evaluate(self, expression: str):
        """The value of a JavaScript expression, in which `all(selector)` are the elements that it selects."""
        return self.run_script(f"{ALL_FUNCTION} return JSON.stringify(({expression}) ?? null);")

    def wait_for(self, expression: str):
        """The expression's value once it is true."""
        try:
            return wait_until(lambda: self.evaluate(expression))
        except TimeoutError as error:
            page_text = self.evaluate("document.body.innerText")
            raise AssertionError(f"Never true: {expression}\n{self.page_errors()}\n{page_text}") from error

    def element_middle(self, selector: str) -> tuple[int, int]:
        """The middle of the first such element, scrolled into view."""
        first = f"all({json.dumps(selector)})[0]"
        box = f'({first}.scrollIntoView({{block: "center"}}), {first}.getBoundingClientRect())'
        x, y = self.evaluate(f"[{box}].map(box => [box.x + box.width / 2, box.y + box.height / 2])[0]")
        return round(x), round(y)

    def perform_mouse_actions(self, *actions: dict) -> None:
        """Perform mouse actions (both protocols have the same form)."""
        self.perform_actions(
            [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": list(actions)}]
        )

    def press(self, selector: str) -> None:
        """Click on the first such element."""
        x, y = self.element_middle(selector)
        self.perform_mouse_actions(pointer_move(x, y), DOWN, UP)


class Firefox(Engine):
    """Firefox without a window; its profile lies in `folder`."""

    NEEDS = ("firefox-esr",), "firefox-esr"

    def __init__(self, folder: Path):
        options = ["--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
        with open(folder / "firefox.log", "wb") as log:
            self.process = subprocess.Popen(["firefox-esr", *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.socket, self.number, self.console_errors = None, 0, []
        try:
            place = wait_until(lambda: json.loads((folder / "WebDriverBiDiServer.json").read_text()))
            self.socket = connect(f"ws://{place['ws_host']}:{place['ws_port']}/session", max_size=None, legacy=True)
            self.send_command("session.new", capabilities={})
            self.page = self.send_command("browsingContext.getTree")["contexts"][0]["context"]
            self.send_command("session.subscribe", events=["log.entryAdded"])
            self.send_command(
                "browsingContext.setViewport", context=self.page, viewport={"width": WIDTH, "height": HEIGHT}
            )
        except BaseException:
            self.close()
            raise

    def send_command(self, method: str, **params):
        """The answer to a command; console errors that arrive meanwhile are kept."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE / 1000))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.console_errors.append(message["params"]["text"])
            elif message.get("id") == self.number:
                if message["type"] != "success":
                    raise ValueError(message)
                return message["result"]

    def load_page(self, url):
        self.console_errors = []
        self.send_command("browsingContext.navigate", context=self.page, url=url, wait="interactive")

    def run_script(self, body):
        answer = self.send_command(
            "script.callFunction",
            functionDeclaration=f"() => {{ {body} }}",
            target={"context": self.page},
            awaitPromise=False,
        )
        if answer["type"] != "success":
            raise ValueError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform_actions(self, sources):
        self.send_command("input.performActions", context=self.page, actions=sources)

    def page_errors(self):
        return self.console_errors

    def close(self):
        if self.socket:
            self.socket.close()
        self.process.terminate()
        self.process.wait()


class WebKit(Engine):
    """WebKitGTK's small browser, on a display of its own."""

    NEEDS = ("WebKitWebDriver", "Xvfb"), "webkit2gtk-driver xvfb"

    def __init__(self, folder: Path):
        self.processes, self.session = [], None
        try:
            options = ["-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-displayfd", "1"]
            display = self.run(["Xvfb", *options], stdout=subprocess.PIPE).stdout.readline().decode().strip()
            port = free_port()
            self.url = f"http://127.0.0.1:{port}/session"
            with open(folder / "webkit.log", "wb") as log:
                # without a GPU its compositor takes half of the processor's time
                screen = {"DISPLAY": f":{display}", "GDK_BACKEND": "x11", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
                self.run(["WebKitWebDriver", f"--port={port}"], env=os.environ | screen, stdout=log)
            capabilities = {"capabilities": {"alwaysMatch": {"pageLoadStrategy": "none"}}}
            self.session = wait_until(lambda: self.send_command("", capabilities))["sessionId"]
            self.send_command("window/rect", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
        except BaseException:
            self.close()
            raise

    def run(self, command, **options):
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options))
        return self.processes[-1]

    def send_command(self, command: str, body: dict):
        """The answer to a command."""
        place = f"{self.url}/{self.session}/{command}" if self.session else self.url
        request = urllib.request.Request(place, json.dumps(body).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE / 1000) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()) from error

    def load_page(self, url):
        self.run_script('window.left = true; return "true";')
        self.send_command("url", {"url": url})
        wait_until(lambda: self.run_script(NOTE_ERRORS_SCRIPT))

    def run_script(self, body):
        return json.loads(self.send_command("execute/sync", {"script": body, "args": []}))

    def perform_actions(self, sources):
        self.send_command("actions", {"actions": sources})

    def page_errors(self):
        return self.evaluate("window.noted")

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


ENGINES = {"Firefox": Firefox, "WebKit": WebKit}
