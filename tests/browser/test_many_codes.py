"""Many codes: both renderers paint the same picture, and the plane draws without WebGL2 too."""

import json

import numpy as np
import pytest
from helpers.browser_app import ASIDE_PAGE
from helpers.page_modules import modules_script

from aae_core.store.revision_folder import ProbeCodes

CODES = 12_000  # enough for the WebGL renderer to be tried
RENDERERS = """
export { StampRenderer, StampCache } from "./codes/stamp_renderer.ts";
export { GpuRenderer } from "./codes/gpu_renderer.ts";
export { Viewport } from "./view/viewport.ts";
"""
# Both renderers' pictures of the same codes over white, and whether the loss of the GPU was noticed.
COMPARED = """async ([ratio, zoom, hidden, some]) => {
    const {StampRenderer, StampCache, GpuRenderer, Viewport} = pageModules;
    const view = new Viewport();
    view.resize(300, 260); view.setHome(3, [0.2, 0]); view.zoomAt(zoom, 100, 150);
    let seed = 7;
    const next = () => (seed = seed * 48271 % 2147483647) / 2147483647;
    const n = 3000, xy = Float32Array.from({length: 2 * n}, () => (next() + next() + next() - 1.5) * 3);
    xy[10] = NaN;
    const codes = {xy, labels: Int16Array.from({length: n}, (_, k) => k % 5 - 1),
        colours: ['#1d8ffd', '#febb00', '#f51002', '#aebc6e'], shapes: ['circle', 'square', 'star', 'cross']};
    const stamps = new StampCache(), plain = new StampRenderer(stamps);
    let lost = 0;
    const gpu = GpuRenderer.create(stamps, () => lost++);
    if (!gpu) return null;
    const chosen = some ? Uint8Array.from({length: n}, (_, k) => k % 3 ? 0 : 1) : null;
    const pixels = renderer => {
        renderer.draw(codes, view, ratio, new Set(hidden), '#ffffff', chosen);
        const copy = document.createElement('canvas');
        copy.width = renderer.canvas.width; copy.height = renderer.canvas.height;
        const pen = copy.getContext('2d');
        pen.fillStyle = '#fff'; pen.fillRect(0, 0, copy.width, copy.height); pen.drawImage(renderer.canvas, 0, 0);
        return pen.getImageData(0, 0, copy.width, copy.height).data;
    };
    const [one, two] = [pixels(plain), pixels(gpu)];
    let differ = 0, ink = 0;
    for (let k = 0; k < one.length; k += 4) {
        const far = Math.max(...[0, 1, 2].map(c => Math.abs(one[k + c] - two[k + c])));
        if (far > 12) differ++;
        if (Math.min(one[k], one[k + 1], one[k + 2]) < 240) ink++;
    }
    gpu.gl.getExtension('WEBGL_lose_context').loseContext();
    await new Promise(resolve => setTimeout(resolve, 300));
    return {same: one.length === two.length, differ, ink, lost};
}"""
NO_WEBGL = """(() => {
    const get = HTMLCanvasElement.prototype.getContext;
    window.contextKinds = [];
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        window.contextKinds.push(kind);
        return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest);
    };
})()"""
INK = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let colouredPixels = 0;
    for (let k = 0; k < data.length; k += 4) {
        const parts = data.slice(k, k + 3);
        colouredPixels += data[k + 3] > 112 && Math.max(...parts) - Math.min(...parts) > 50;  // the prior is fainter
    }
    return colouredPixels;
}"""


@pytest.mark.parametrize(
    ("ratio", "zoom", "hidden", "some"), [(1, 1, [], False), (2, 1, [2, -1], False), (1, 6, [], True)]
)
def test_both_renderers_paint_the_same_picture(app, same_tab, ratio, zoom, hidden, some):
    tab = same_tab(app, ASIDE_PAGE)
    tab.page.evaluate(modules_script(RENDERERS))
    result = tab.page.evaluate(COMPARED, [ratio, zoom, hidden, some])
    if result is None:
        pytest.skip("this browser has no WebGL2")
    assert result["same"] and result["ink"] > 3000, json.dumps(result)
    assert result["differ"] <= 0.002 * result["ink"], json.dumps(result)  # codes whose place is rounded the other way
    assert result["lost"] == 1


def test_without_webgl2_the_plane_draws_its_codes(app, open_tab):
    revision = app.train(steps=5)  # used by no other test, because its codes are replaced
    rng = np.random.default_rng(0)
    z = rng.normal(size=(CODES, 2)).astype(np.float32)
    labels = rng.integers(0, 10, CODES)
    revision.write_probe(ProbeCodes(z, labels, rng.integers(0, 300, CODES), labels, "test"))
    tab = open_tab(app, None)
    tab.page.add_init_script(NO_WEBGL)
    tab.open(f"?revision={revision.id}")
    assert tab.shown_code_count() == CODES
    tab.page.wait_for_function("() => window.contextKinds.includes('webgl2')")  # it was looked for, once there was time
    canvas = tab.page.locator("canvas.lp-canvas").first
    assert canvas.evaluate(INK) > 20_000
    tab.page.get_by_role("button", name="Zoom in").click()
    tab.page.wait_for_timeout(500)
    assert canvas.evaluate(INK) > 10_000
    tab.assert_no_errors()
