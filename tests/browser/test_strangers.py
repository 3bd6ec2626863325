"""What a stranger may not do: reach the server by a name of theirs, or put into a name what the browser acts upon."""

import http.client

import pytest

PATHS = [
    "/",
    "/explore",
    "/_stcore/health",
    "/_stcore/host-config",
    "/live/a/decode",
    "/game/a",
    "/assets/a.js",
    "/media/a.png",
]
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}  # fmt: skip


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_rebound_name_reaches_no_route_and_no_websocket(app, host):
    def status(path, host, **more):
        link = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
        link.request("GET", path, headers={"Host": f"{host}:{app.port}", **more})
        found = link.getresponse().status
        link.close()
        return found

    assert {path: status(path, host) for path in PATHS} == dict.fromkeys(PATHS, 403)
    same = {**UPGRADE, "Origin": f"http://{host}:{app.port}"}
    assert status("/_stcore/stream", host, **same) == 403
    for own in ("127.0.0.1", "localhost"):
        assert status("/", own) == status("/_stcore/health", own) == 200
        assert status("/_stcore/stream", own, **{**same, "Origin": f"http://{own}:{app.port}"}) == 101
