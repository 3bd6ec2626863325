"""Uploads to a shared server whose memory for them is nearly full."""

import numpy as np
import pytest
from helpers import browser_app

FIELD = "stFileUploaderDropzone"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server that holds 3 MB of uploads, at most 2 MB of each file."""
    limits = tmp_path / "class.toml"
    limits.write_text("[each]\nupload = 2\n[all]\nuploads = 3\n")
    monkeypatch.setenv("AAE_SHARED", str(limits))
    with browser_app.app_server(tmp_path) as server:
        yield server


@pytest.mark.thorough
def test_uploads_of_closed_tabs_leave_room_and_those_of_open_ones_do_not(chromium, server, tmp_path):
    file = tmp_path / "noise.npz"  # 1.9 MB, so that there is room for one
    np.savez(file, images=np.random.default_rng(0).integers(0, 256, (30, 250, 250), np.uint8))

    def upload():
        """A new visitor's tab, and the status of her upload there."""
        page = chromium.new_context().new_page()
        page.set_default_timeout(browser_app.PATIENCE)
        page.goto(f"{server.url}/train")
        browser_app.expect(page.get_by_test_id(f"{FIELD}Instructions").first).to_contain_text("2MB per file")
        with page.expect_response(lambda answer: answer.request.method == "PUT") as answer:
            page.get_by_test_id(f"{FIELD}Input").first.set_input_files(file)
        return page, answer.value.status

    for _ in range(2):
        page, status = upload()
        assert status == 204
        page.context.close()
    accepted_page, status = upload()
    assert status == 204
    refused_page, status = upload()
    assert status == 413
    for page in (accepted_page, refused_page):
        page.context.close()
