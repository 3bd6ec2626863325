"""How quickly the page computes without the server, in a real Chromium: drag to image, manifold, grid, decode, encode.

    python -m benchmarks.browser.in_page [--moves 300] [--releases 40] [--write]

Starts the app over the gallery and a store of its own. Prints a Markdown table; `--write` keeps it in docs/results/in_page.md.
Exit status 1 if a target is missed. Needs playwright and Chromium, which draws by software here, and a machine that is
otherwise at rest; takes about four minutes.
"""

import random
import statistics
import sys

from aae_core.config.configuration import configure
from aae_core.config.presets import starting_settings
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.server import assets
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app, median_and_p95, p95, page_modules
from benchmarks.browser.round_trip import start_training, stop_training

SLOW_GAP, FAST_GAP = (40, 80), (8, 33)  # ms from move to move
REST_MS = 800  # ms after a release until the page has sent everything
# For each move: ms from the time stamp of the pointer event (of the first one, if the browser coalesced several) to the end of
# the frame in which its image was drawn. The pixels are compared after the clock was read.
WATCH_IMAGE = """() => {
    const hosts = [...document.querySelectorAll('[data-testid^=stBidi]')];
    const canvas = hosts.map(host => host.shadowRoot?.querySelector('.lp-panel canvas.lp-image')).find(Boolean);
    const pixels = () => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.join();
    let lastPixels = pixels(), moveTime = null;
    window.painted = [];
    const channel = new MessageChannel();
    const next = () => requestAnimationFrame(() => channel.port2.postMessage(0));
    channel.port1.onmessage = () => {
        const now = performance.now(), newPixels = pixels();
        if (newPixels === lastPixels) return next();
        painted.push(now - moveTime);
        [lastPixels, moveTime] = [newPixels, null];
    };
    addEventListener('pointermove', event => {
        if (moveTime !== null) return;
        moveTime = (event.getCoalescedEvents()[0] ?? event).timeStamp;
        next();
    }, {capture: true});
}"""
# ms from each release of the pointer to the address that Python writes in response
WATCH_ADDRESS = """() => {
    window.answerTimes = [];
    let releaseTime = null;
    addEventListener('pointerup', event => { releaseTime = event.timeStamp; }, {capture: true});
    for (const name of ['pushState', 'replaceState']) {
        const write = history[name];
        history[name] = function (...args) {
            const lastQuery = location.search, result = write.apply(this, args);
            if (releaseTime !== null && location.search !== lastQuery) {
                answerTimes.push(performance.now() - releaseTime);
                releaseTime = null;
            }
            return result;
        };
    }
}"""
# What `MEASURE_COMPUTING` takes of the page's modules.
MEASURED_MODULES = """
export { Net } from "./networks/net.ts";
export { Networks, makeEncoder } from "./networks/networks.ts";
export { toImageData } from "./base/pictures.ts";
export { geodesicLeg, makeBatchDecoder } from "./paths/geodesic.ts";
export { straightLeg, polylineLeg } from "./paths/path_legs.ts";
"""
# Medians in ms, of the page's own modules over the files that the page fetches.
MEASURE_COMPUTING = """async ({plan, content, simd, grids = true, geodesics = 0}) => {
    const {Net, Networks, makeEncoder, toImageData, geodesicLeg, makeBatchDecoder, straightLeg, polylineLeg} = pageModules;
    const net = async ({url, layers}) => new Net(await (await fetch(url)).arrayBuffer(), layers, simd);
    const decoder = await net(plan.decoder), encoder = await net(plan.encoder);
    const networks = new Networks(decoder, null, plan.image, plan.dim), encode = makeEncoder(encoder, plan.dim);
    const [, height, width] = plan.image;
    const code = (...first) => Array.from({length: plan.dim}, (_, j) => first[j] ?? 0);
    const median = (times, run, runs = 1) => {  // the browser's clock is too coarse for one quick run
        const timed = () => {
            const start = performance.now();
            for (let k = 0; k < runs; k++) run(k);
            return (performance.now() - start) / runs;
        };
        return Array.from({length: times}, timed).sort((a, b) => a - b)[times >> 1];
    };
    const sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [15 * width, 15 * height];
    const pen = sheet.getContext('2d', {willReadFrequently: true});
    const grid = side => {
        const axis = k => -2 + 4 * (k + 0.5) / side;
        const cells = Array.from({length: side * side}, (_, k) => [k % side, Math.floor(k / side)]);
        const zs = cells.map(([column, row]) => code(axis(column), axis(row)));
        const ys = content ? Int32Array.from({length: side * side}, (_, k) => k % content) : null;
        return () => {
            const values = networks.decodeMany(zs, ys);
            cells.forEach(([column, row], k) => {
                const image = toImageData(values[k], plan.image);
                pen.putImageData(image, column * width, row * height);
            });
        };
    };
    const z = k => code(Math.sin(k), Math.cos(1.3 * k));
    const x = networks.decode(z(0), content ? 3 : null).slice();
    const [large, small] = [grid(15), grid(10)];
    const leg = k => {  // from two initial paths: the straight line, and a detour such as the codes' graph gives
        const [a, b, round] = [0, 2, 1].map(offset => z(k + offset).map(value => 2 * value));
        geodesicLeg([straightLeg(a, b), polylineLeg([a, round, b])], makeBatchDecoder(networks, null));
    };
    const legs = Array.from({length: geodesics}, (_, k) => {
        const start = performance.now();
        leg(k);
        return performance.now() - start;
    });
    const gridTimes = grids ? {first: median(1, large), large: median(15, large), small: median(25, small)} : {};
    return {
        kind: networks.kind, ...gridTimes, legs,
        decode: median(25, k => networks.decode(z(k), content ? k % content : null), 20),
        encode: median(25, () => encode(x), 20),
    };
}"""
# From the key press for the manifold layer to its last tile; tiles are counted as they are put on their canvas.
WATCH_MANIFOLD = """() => {
    const put = CanvasRenderingContext2D.prototype.putImageData, draw = CanvasRenderingContext2D.prototype.drawImage;
    const tileState = {tiles: 0, drawn: 0, sheet: null, keyTime: null, lastTileTime: null};
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
        if (!this.canvas.isConnected && this.canvas.width > 1000) {
            tileState.sheet = this.canvas;
            tileState.tiles++;
        }
        return put.apply(this, args);
    };
    CanvasRenderingContext2D.prototype.drawImage = function (image, ...args) {
        const result = draw.call(this, image, ...args);
        if (image === tileState.sheet && tileState.drawn !== tileState.tiles) tileState.lastTileTime = performance.now();
        if (image === tileState.sheet) requestAnimationFrame(() => { tileState.drawn = tileState.tiles; });
        return result;
    };
    addEventListener('keydown', event => { tileState.keyTime = event.timeStamp; }, {capture: true, once: true});
    window.manifold = () => ({tiles: tileState.tiles, took: tileState.lastTileTime - tileState.keyTime});
}"""


def measure_computing(page, arguments: dict) -> dict:
    """The figures of MEASURE_COMPUTING on a page, whose own script exports none of what it measures."""
    page.evaluate(page_modules.modules_script(MEASURED_MODULES))
    return page.evaluate(MEASURE_COMPUTING, arguments)


def shipped_revision(variant: str):
    """The shipped revision of MNIST of a variant, with codes in two dimensions; of several the one trained longest."""
    store = Store("no revisions of one's own")
    shipped_revisions = [store.open(row.id) for row in store.list() if row.gallery and row.variant == variant]
    plane_revisions = [item for item in shipped_revisions if (item.config.data, item.config.latent_dim) == ("mnist", 2)]
    return max(plane_revisions, key=lambda item: item.status.epoch)


def describe_networks(revision) -> dict:
    """The networks of a revision as the page gets them, with their sizes in bytes and their layers in words."""
    page_networks = assets.page_networks(revision.model())
    nets = {name: getattr(page_networks, name) for name in ("decoder", "discriminator", "encoder")}
    files = {name: net and {"url": net.file.url, "layers": net.layers} for name, net in nets.items()}
    sizes = {name: net and len(net.file.content) for name, net in nets.items()}
    return {
        **files,
        "sizes": sizes,
        "shapes": {name: net and bench.describe_layers(net) for name, net in nets.items()},
        "image": list(revision.data.shape),
        "dim": revision.config.latent_dim,
    }


def train_default(server):
    """A revision of images of 28 × 28 pixels with the default networks, trained for 400 steps."""
    return worker.train(configure(data="glyphs", steps=400), store=server.store)


def train_convolutions(server):
    """A revision of colour images, 64 × 64, with the networks of the preset "images", trained for 40 steps."""
    settings = {**starting_settings("images"), "data": "colour-glyphs", "steps": 40}
    return worker.train(configure(**settings), store=server.store)


class ExplorePage:
    """The page Explore of a revision, and how many messages and requests it has sent to the server."""

    def __init__(self, browser, server, revision):
        self.message_count = 0
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(browser_app.PATIENCE)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._count_message))
        self.page.on("request", self._count_message)
        self.page.goto(f"{server.url}/?revision={revision.id}")
        self.page.locator(".lp-panel .lp-way:not(:empty)").wait_for(state="attached")
        self.page.wait_for_selector(browser_app.IDLE_PAGE)
        self.page.wait_for_timeout(2 * REST_MS)
        self.surface = self.page.locator(".lp-surface").first
        self.page.evaluate(WATCH_IMAGE)
        self.page.evaluate(WATCH_ADDRESS)

    def _count_message(self, _):
        self.message_count += 1

    def plane_point(self, k) -> tuple[float, float]:
        """The k-th of places spread evenly over the middle of the plane, each far from the one before."""
        box = self.surface.bounding_box()
        return tuple(
            box[corner] + box[length] * (0.2 + 0.6 * (share * k % 1))
            for corner, length, share in (("x", "width", 0.382), ("y", "height", 0.618))
        )

    def measure_drag(self, moves: int, gaps: tuple[float, float]) -> tuple[list[float], int]:
        """ms of each move, and how many messages and requests the page sent meanwhile; gaps: least and most ms between moves."""
        points = [self.plane_point(k) for k in range(1, moves + 2)]  # place 0 may lie under the legend
        rng = random.Random(0)
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        self.page.wait_for_timeout(REST_MS)
        self.page.evaluate("painted.length = 0")
        first_count = self.message_count
        for point in points[1:]:
            self.page.mouse.move(*point)
            self.page.wait_for_timeout(rng.uniform(*gaps))  # not synchronised with the display, like a hand
        times, messages = self.page.evaluate("painted"), self.message_count - first_count
        self.page.mouse.up()
        self.page.wait_for_timeout(REST_MS)
        return times, messages

    def measure_releases(self, count: int) -> list[float]:
        """ms from each release to the address that Python wrote because of it."""
        self.page.evaluate("answerTimes.length = 0")
        for number in range(count):
            self.page.mouse.move(*self.plane_point(number + 1))
            self.page.mouse.down()
            self.page.mouse.move(*self.plane_point(number + 2), steps=4)
            self.page.mouse.up()
            self.page.wait_for_timeout(REST_MS)
        times = self.page.evaluate("answerTimes")
        if len(times) != count:  # an answer that is late would be taken for that to the next release
            sys.exit(
                f"Python answered {len(times)} of {count} releases within {REST_MS} ms, so the times are not valid."
            )
        return times

    def measure_manifold(self) -> dict:
        """ms from the key press for the manifold layer to its last tile, and the number of tiles."""
        self.page.evaluate(WATCH_MANIFOLD)
        self.surface.focus()
        self.page.keyboard.press("m")
        self.page.wait_for_timeout(2 * REST_MS)
        manifold_state = self.page.evaluate("manifold()")
        self.page.keyboard.press("m")
        return manifold_state


def measure(args) -> dict:
    """All figures by name, in ms."""
    plain, style_revision = shipped_revision("aae"), shipped_revision("supervised")
    figures = {
        "sizes": describe_networks(plain)["sizes"],
        "shapes": describe_networks(plain)["shapes"],
        "styled decoder": describe_networks(style_revision)["shapes"]["decoder"],
    }
    with bench.open_browser_and_server() as (browser, server):
        figures["browser"] = browser.version
        server.start()
        bench.say("Grids, decoding and encoding.")
        explore_page = ExplorePage(browser, server, style_revision)
        arguments = {
            "plan": describe_networks(style_revision),
            "content": len(style_revision.data.classes),
            "simd": True,
        }
        figures["styled"] = measure_computing(explore_page.page, arguments) | {
            "net": describe_networks(style_revision)["shapes"]["decoder"]
        }
        explore_page.page.close()
        explore_page = ExplorePage(browser, server, plain)
        for name, simd, geodesics in (("wasm", True, 15), ("plain", False, 3)):
            arguments = {"plan": describe_networks(plain), "content": 0, "simd": simd, "geodesics": geodesics}
            figures[name] = measure_computing(explore_page.page, arguments)
        bench.say("Geodesics of the default networks.")
        default_revision = train_default(server)
        default_page = ExplorePage(browser, server, default_revision)
        arguments = {
            "plan": describe_networks(default_revision),
            "content": 0,
            "simd": True,
            "grids": False,
            "geodesics": 15,
        }
        figures["default"] = measure_computing(default_page.page, arguments) | {
            "net": describe_networks(default_revision)["shapes"]["decoder"]
        }
        default_page.page.close()
        bench.say("Drags.")
        explore_page.measure_drag(30, SLOW_GAP)
        figures["drag"], figures["spoken"] = explore_page.measure_drag(args.moves, SLOW_GAP)
        figures["flow"], _ = explore_page.measure_drag(args.moves, FAST_GAP)
        bench.say("Releases and the manifold.")
        figures["release"] = explore_page.measure_releases(args.releases)
        figures["manifold"] = explore_page.measure_manifold()
        bench.say("Convolutions.")
        convolutional_revision = train_convolutions(server)
        colour_page = ExplorePage(browser, server, convolutional_revision)
        for name, simd in (("convolved", True), ("convolved plain", False)):
            arguments = {"plan": describe_networks(convolutional_revision), "content": 0, "simd": simd, "grids": simd}
            figures[name] = measure_computing(colour_page.page, arguments)
        figures["convolved nets"] = describe_networks(convolutional_revision)["shapes"]
        colour_page.measure_drag(30, SLOW_GAP)
        figures["convolved drag"], figures["convolved spoken"] = colour_page.measure_drag(args.moves, SLOW_GAP)
        colour_page.page.close()
        bench.say("Drags and releases beside a training.")
        revision = start_training(server)
        figures["drag beside"], _ = explore_page.measure_drag(args.moves, SLOW_GAP)
        figures["release beside"] = explore_page.measure_releases(args.releases)
        stop_training(server, revision)
    return figures


def at_most_row(title, value, limit, unit="ms", digits=1) -> bench.Row:
    return title, f"{value:,.{digits}f} {unit}", f"≤ {limit:g} {unit}", value <= limit


def p95_row(title, times, limit) -> bench.Row:
    return title, median_and_p95(times), f"p95 ≤ {limit} ms", p95(times) <= limit


def row_without_target(title, figure_text) -> bench.Row:
    return title, figure_text, "", True


def target_rows(figures) -> list[bench.Row]:
    """What was measured, the figure, its target, and whether it is met."""
    shapes, sizes = figures["shapes"], figures["sizes"]
    weights_title = " / ".join(
        f"{name.capitalize()}'s weights, {shapes[name]}" for name in ("discriminator", "encoder")
    )
    weights_text = f"{sizes['discriminator'] / 1e6:.2f} / {sizes['encoder'] / 1e6:.2f} MB"
    return [
        *pointer_rows(figures),
        *decoding_rows(figures),
        *convolution_rows(figures),
        row_without_target(weights_title, weights_text),
    ]


def pointer_rows(figures) -> list[bench.Row]:
    """The rows of drags and releases over images of digits."""
    drag = figures["drag"]
    is_drag_fast = statistics.median(drag) <= 9 and p95(drag) <= 17
    release_title = "Release → Python has received z and answered{}, median / p95"
    return [
        ("Drag, pointer event → painted image, median / p95", median_and_p95(drag), "≤ 9 / 17 ms", is_drag_fast),
        p95_row("… beside a training", figures["drag beside"], 20),
        row_without_target("… with moves faster than the display", median_and_p95(figures["flow"])),
        (
            "Messages and requests to the server during the drag",
            str(figures["spoken"]),
            "0",
            figures["spoken"] == 0,
        ),
        p95_row(release_title.format(""), figures["release"], 150),
        p95_row(release_title.format(", beside a training"), figures["release beside"], 150),
    ]


def decoding_rows(figures) -> list[bench.Row]:
    """The rows of what fully connected networks compute."""
    wasm, plain, default = figures["wasm"], figures["plain"], figures["default"]
    style_figures, manifold = figures["styled"], figures["manifold"]
    manifold_title = f"Manifold layer, key → the last of {manifold['tiles']} tiles"
    encode_text = f"{wasm['encode']:.2f} / {plain['encode']:.2f} ms"
    weights_title = f"Decoder's weights, {figures['shapes']['decoder']}"
    return [
        at_most_row("15 × 15 manifold decoded and painted, WebAssembly", wasm["large"], 60),
        row_without_target("… for the first time", f"{wasm['first']:.1f} ms"),
        at_most_row("… plain JavaScript", plain["large"], 300),
        at_most_row(
            f"10 × 10 grid of styles and contents decoded ({style_figures['net']}) and painted",
            style_figures["small"],
            60,
        ),
        row_without_target(manifold_title, f"{manifold['took']:.0f} ms"),
        p95_row("Geodesic from one code to another, WebAssembly, median / p95", wasm["legs"], 200),
        p95_row("… plain JavaScript", plain["legs"], 200),
        p95_row(f"… by the default decoder, {default['net']}, WebAssembly", default["legs"], 200),
        at_most_row("One decode, WebAssembly", wasm["decode"], 1, digits=2),
        row_without_target("… plain JavaScript", f"{plain['decode']:.2f} ms"),
        row_without_target("One encode, WebAssembly / plain JavaScript", encode_text),
        at_most_row(weights_title, figures["sizes"]["decoder"] / 1e6, 3.7, "MB", 2),
    ]


def convolution_rows(figures) -> list[bench.Row]:
    """The rows of convolutional networks, over images 64 × 64 in colour."""
    shapes, wasm, plain = figures["convolved nets"], figures["convolved"], figures["convolved plain"]
    message_count = figures["convolved spoken"]
    decode_text = f"{wasm['decode']:.2f} / {plain['decode']:.1f} ms"
    encode_text = f"{wasm['encode']:.2f} / {plain['encode']:.1f} ms"
    return [
        p95_row(f"Drag over 64 × 64 colour, decoder {shapes['decoder']}, median / p95", figures["convolved drag"], 33),
        ("… messages and requests to the server meanwhile", str(message_count), "0", message_count == 0),
        row_without_target("… one decode, WebAssembly / plain JavaScript", decode_text),
        row_without_target("… 15 × 15 manifold decoded and painted, WebAssembly", f"{wasm['large']:.0f} ms"),
        row_without_target(f"… one encode, {shapes['encoder']}, WebAssembly / plain JavaScript", encode_text),
    ]


def report(results, args, conditions) -> tuple[str, bool]:
    paint_text = (
        "**Painted** is the end of the browser's frame in which the image of that move was drawn: script, layout and paint "
        "are done and the frame is handed to the compositor. The delay of the screen after that is the same for every page, "
        "and no page can measure it. The clock starts at the pointer event's own time stamp, before the browser hands the "
        "event to the page, so waiting for the display's next frame counts. Whether the image has changed is read from its "
        f"pixels after the clock has stopped. {args.moves} moves all over the plane ({len(results['drag'])} new images), "
        f"{SLOW_GAP[0]} to {SLOW_GAP[1]} ms apart at "
        f"random, so not synchronised with the display and each in its own frame. Moves {FAST_GAP[0]} to {FAST_GAP[1]} ms apart "
        "have to wait for the display's next frame, up to 17 ms, whatever the page does."
    )
    release_text = (
        "Release: from the pointer's release to the address that Python writes in response, so the way back is included. "
        "Beside it, a worker trains the default networks on digits. Geodesics join codes with values between −2 and 2, each from "
        "two initial paths, the straight line and a detour over a third code; the graph of the codes shown, which finds such "
        "detours and is made once for them, is not in the figure, and a route of several legs takes it once for each leg; the "
        "default decoder has been trained for 400 steps on glyphs. Grids are decoded in batches and painted on one canvas; all "
        "figures are medians, with the decoders of the shipped revisions, unless two are given. The colour images are the set "
        "colour-glyphs with the networks of the preset for images."
    )
    return bench.report_page(
        "How quickly the page computes without the server", conditions, target_rows(results), paint_text, release_text
    )


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "in_page", {"moves": 300, "releases": 40}, measure, report))
