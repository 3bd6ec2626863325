"""Attacks that must fail: DNS rebinding, framing and script injection, and markup in names."""

import http.client
import re

import numpy as np
import pytest
from helpers.browser_app import ASIDE_PAGE

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker
from app.server import guard

PATHS = [
    "/",
    "/explore",
    "/_stcore/health",
    "/_stcore/host-config",
    "/live/a/decode",
    "/assets/a.js",
    "/media/a.png",
]
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}  # fmt: skip


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_foreign_host_name_reaches_no_route_and_no_websocket(app, host):
    def status(path, host, **headers):
        link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
        link.request("GET", path, headers={"Host": f"{host}:{app.port}", **headers})
        result = link.getresponse().status
        link.close()
        return result

    assert {path: status(path, host) for path in PATHS} == dict.fromkeys(PATHS, 403)
    upgrade_headers = {**UPGRADE, "Origin": f"http://{host}:{app.port}"}
    assert status("/_stcore/stream", host, **upgrade_headers) == 403
    for local_name in ("127.0.0.1", "localhost"):
        assert status("/", local_name) == status("/_stcore/health", local_name) == 200
        assert (
            status("/_stcore/stream", local_name, **{**upgrade_headers, "Origin": f"http://{local_name}:{app.port}"})
            == 101
        )


def test_every_kind_of_answer_has_the_security_headers(app, open_tab):
    """Streamlit's files and routes, the websocket, redirects and refusals too; of the document, a browser obeys them."""

    def ask(path, method="GET", **headers):
        link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
        link.putrequest(method, path, skip_host=True)
        for name, value in {"Host": f"127.0.0.1:{app.port}", **headers}.items():
            link.putheader(name, value)
        link.endheaders()
        answer = link.getresponse()
        actual = answer.status, dict(answer.getheaders()), b"" if answer.status == 101 else answer.read()
        link.close()
        return actual

    document = ask("/", Accept="text/html")[2].decode()
    script = re.search(r'src="\./(static/js/[^"]+)"', document)[1]
    module = re.search(r'"\.(/assets/[^"]+)"', document)[1]
    upgrade_headers = {**UPGRADE, "Origin": f"http://127.0.0.1:{app.port}"}
    kinds = {
        200: ("/", "/explore", f"/{script}", module, "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics"),
        307: ("/explore/",),
        400: ("//evil.example", "/..%2f..%2fetc/passwd"),
        403: ("/_stcore/agent/openapi.json/../x",),
        404: ("/assets/none.js", "/live/none/decode", "/media/none.png", "/component/none/x.js"),
    }
    answers = [ask(path) for status in kinds for path in kinds[status]]
    answers += [ask("/", Accept="text/html"), ask("/assets/none.js", "POST"), ask("/", Host="evil.example")]
    answers += [ask("/_stcore/stream", **upgrade_headers)]
    assert {200, 307, 400, 403, 404, 405, 101} <= {status for status, *_ in answers}
    for status, headers, _ in answers:
        for name in (*guard.HEADERS, "Content-Security-Policy"):
            assert name.lower() in {key.lower() for key in headers}, (status, name)
    tab = open_tab(app)
    smuggled = """() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';
        document.head.append(s); return window.ran ?? 0; }"""
    assert tab.page.evaluate(smuggled) == 0
    tab.complaints.clear()  # the browser told of it
    tab.page.goto("about:blank")
    tab.page.set_content(f'<iframe src="{app.url}/?embed=1"></iframe>')
    tab.page.wait_for_timeout(500)
    assert [frame.url for frame in tab.page.frames][1:] == ["chrome-error://chromewebdata/"]
    tab.complaints.clear()


NAME = "![x](http://127.0.0.1:9/{}.png)<b> WWW.a.org a@b.org"
NETS = {"network.hidden": (16,), "network.discriminator": (16,), "steps": 20, "threads": 1, "data": "hostile"}
PAGES_AND_VARIANTS = [
    ("", "supervised"), ("style", "supervised"), ("classify", "semi-supervised"),
    ("clusters", "clustering"), ("compare", "supervised"), ("revisions", "aae"), ("train", "aae"),
]  # fmt: skip


def test_markup_in_a_name_is_text_and_contacts_no_other_server(app, open_tab, monkeypatch):
    """An image that Markdown makes of a name is asked for, or kept back by the policy with a complaint; a test tab has none."""
    monkeypatch.setenv("AAE_DATA", str(app.folder / "data"))
    names = np.array([NAME.format("one"), NAME.format("two")])
    images = np.random.default_rng(0).integers(0, 255, (80, 8, 8), np.uint8)
    np.savez(app.folder / "in.npz", images=images, labels=names[np.arange(80) % 2])
    sets.add_data_set(app.folder / "in.npz", "hostile")
    created = {
        kind: worker.train(configure(**NETS, variant=kind, name=NAME.format(kind)), store=app.store).id
        for kind in dict.fromkeys(kind for _, kind in PAGES_AND_VARIANTS)
    }
    calls, tab = [], open_tab(app, ASIDE_PAGE)
    tab.page.on("request", lambda request: calls.append(request.url) if ":9/" in request.url else None)
    for page, kind in PAGES_AND_VARIANTS:
        query = (
            f"a={created[kind]}&b={created['aae']}"
            if page == "compare"
            else f"revision={created[kind]}&data=hostile&point=3"
        )
        tab.follow(f"{page}?{query}")
        tab.page.wait_for_timeout(500)
        tab.assert_no_errors()
        assert not tab.page.locator("img[src*=':9/'], a[href*=':9/'], a[href*='.org']").count(), page
        if page == "revisions":
            tab.page.get_by_role("heading", name=NAME.format(kind), exact=True).click(click_count=3)
            assert tab.page.evaluate("() => getSelection().toString().trim()") == NAME.format(kind), "as it is copied"
    assert not calls
    for id_ in created.values():
        app.store.delete(id_, for_good=True)
