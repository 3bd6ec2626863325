"""Assets: what the page fetches says the same as torch, and nothing else can be fetched."""

import gzip
import hashlib
import io
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("streamlit")
from helpers.asgi_client import server_with_routes, visit
from helpers.environment import mark_for_ci

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.models.model import Model
from app.server import assets, routes

TINY = {"network.hidden": (16, 12), "network.discriminator": (9,)}


def make_model(shape=(1, 8, 8), classes=10, **settings):
    model = Model(configure(data="digits", **{**TINY, **settings}), shape, classes).eval()
    model.initialise(3)
    for parameter in model.parameters():
        parameter.data += 0.01 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
    return model


def layers_in(net):
    """(W outputs×inputs, b) of each layer of a net, read by the documented format from the bytes alone."""
    halves, start, layers = np.frombuffer(net.file.content, "<f2").astype(np.float64), 0, []
    for inputs, outputs in net.layers:
        weight = halves[start : start + inputs * outputs].reshape(inputs, outputs).T
        bias = halves[start + inputs * outputs : start + (inputs + 1) * outputs]
        layers.append((weight, bias))
        start += (inputs + 1) * outputs
    assert start == len(halves), "bytes that belong to no layer"
    return layers


def run(layers, x):
    for number, (w, b) in enumerate(layers):
        x = x @ w.T + b
        if number < len(layers) - 1:
            x = np.maximum(x, 0)
    return x


# Weights ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_page_s_weights_decode_and_judge_as_torch_does(variant):
    prior = {"prior.name": "mixture"} if variant == "label-informed" else {}
    model = make_model(variant=variant, latent_dim=4, clusters=5, **prior)
    page_networks = assets.page_networks(model)
    z = torch.randn(20, 4, generator=torch.Generator().manual_seed(0))
    k = {"supervised": 10, "semi-supervised": 10, "clustering": 5}.get(variant)
    y = torch.eye(k).repeat(20 // k, 1) if k else None
    inputs = z if y is None else torch.cat([y, z], dim=1)
    images = 1 / (1 + np.exp(-run(layers_in(page_networks.decoder), inputs.numpy())))
    assert np.abs(images.reshape(20, 1, 8, 8) - model.decode(z, y).detach().numpy()).max() < 2e-3
    # of a reduction, D judges the style and not the code that the page has
    # and one that was always told a label needs the region in which a code lies
    lacks_discriminator = "adversary" not in VARIANTS[variant].prior_losses or variant in (
        "reduction",
        "label-informed",
    )
    assert (page_networks.discriminator is None) == lacks_discriminator and page_networks.decoder_refusal == ""
    if page_networks.discriminator is not None:
        logits = run(layers_in(page_networks.discriminator), z.numpy())[:, 0]
        assert np.abs(logits - model.discriminator_logits(z).detach().numpy()).max() < 5e-3


def test_a_d_with_few_labels_judges_in_the_page_as_if_there_were_none():
    model = make_model(variant="label-informed", labels=50, **{"prior.name": "mixture"})
    z = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    net = assets.page_networks(model).discriminator
    assert net.layers[0] == [2, 9]
    logits = run(layers_in(net), z.numpy())[:, 0]
    logits_without_label, logits_with_label = (
        model.discriminator_logits(z, y).detach().numpy() for y in (torch.zeros(20, 10), torch.eye(10).repeat(2, 1))
    )
    assert np.abs(logits - logits_without_label).max() < 5e-3 < np.abs(logits - logits_with_label).max()


def test_a_d_that_is_told_the_content_judges_no_code_alone():
    model = make_model(variant="supervised", discriminator_told="content")
    result = assets.page_networks(model)
    assert result.discriminator is None and result.decoder is not None and result.decoder_refusal == ""


@pytest.mark.parametrize("posterior", ["deterministic", "gaussian", "universal"])
def test_the_page_s_weights_encode_as_torch_does(posterior):
    model = make_model(shape=(3, 8, 8), posterior=posterior, latent_dim=3)
    encoder = assets.page_networks(model).encoder
    x = torch.rand(20, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    inputs, outputs = encoder.layers[0][0], encoder.layers[-1][1]
    assert (inputs, outputs) == (192 + 10 * (posterior == "universal"), 6 if posterior == "gaussian" else 3)
    padded_inputs = np.concatenate([x.numpy().reshape(20, -1), np.zeros((20, inputs - 192))], axis=1)
    z = model.encode(x).detach().numpy()
    assert np.abs(run(layers_in(encoder), padded_inputs)[:, :3] - z).max() < 2e-3 * np.abs(z).max()


@pytest.mark.parametrize("normalise", ["none", "batch", "level"])
@pytest.mark.parametrize("posterior", ["deterministic", "gaussian", "universal"])
@pytest.mark.parametrize(("variant", "k"), [("semi-supervised", 10), ("clustering", 5)])
def test_the_page_encodes_the_style_of_an_inferred_content(variant, k, posterior, normalise):
    model = make_model(
        variant=variant, posterior=posterior, latent_dim=3, clusters=5, **{"network.normalise": normalise}
    )
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer += torch.rand(buffer.shape, generator=torch.Generator().manual_seed(2))
    encoder = assets.page_networks(model).encoder
    assert encoder.layers[-1][1] == 3 * (2 if posterior == "gaussian" else 1), "without the logits of q(y|x)"
    x = torch.rand(20, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    padded_inputs = np.concatenate([x.numpy().reshape(20, -1), np.zeros((20, encoder.layers[0][0] - 64))], axis=1)
    z = model.encode(x).detach().numpy()
    assert np.abs(run(layers_in(encoder), padded_inputs)[:, :3] - z).max() < 2e-3 * max(1, np.abs(z).max())


def test_of_a_reduction_the_server_encodes():
    outcome = assets.page_networks(make_model(variant="reduction"))
    assert outcome.encoder is None and outcome.decoder is not None and outcome.decoder_refusal == ""


def test_the_name_is_the_hash_of_the_content():
    networks, same_networks, wider_networks = (
        assets.page_networks(make_model(**{"network.hidden": hidden})) for hidden in ((16,), (16,), (17,))
    )
    assert networks == same_networks and networks.decoder.file.name != wider_networks.decoder.file.name
    file = networks.decoder.file
    assert file.sha == hashlib.sha256(file.content).hexdigest()
    assert file.url == f"./assets/{file.sha}.bin"


def test_the_weights_of_the_largest_shipped_decoder_are_small_enough():
    networks = assets.page_networks(make_model(shape=(1, 28, 28), **{"network.hidden": (1000, 1000)}, latent_dim=2))
    assert networks.decoder.layers == [[2, 1000], [1000, 1000], [1000, 784]]
    assert len(networks.decoder.file.content) == 2 * (3 * 1000 + 1001 * 1000 + 1001 * 784) <= 3.7e6


@mark_for_ci
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"network.kind": "conv", "network.channels": (64, 64)}, "takes 180 million multiplications an image"),
        ({"network.hidden": (2100, 2000)}, "larger than 8 MB"),
    ],
)
def test_what_the_page_cannot_run_is_left_to_the_server_with_a_word(settings, reason):
    networks = assets.page_networks(make_model((3, 128, 128), **settings))
    assert reason in networks.decoder_refusal and networks.decoder_refusal.endswith("the server decodes.")
    assert (networks.decoder, networks.discriminator) == (None, None)


@pytest.mark.parametrize("role", ["decoder", "encoder", "discriminator"])
def test_a_network_of_a_plug_in_stays_on_the_server(plug_in, role):
    outputs = {"decoder": "64), nn.Unflatten(1, outputs)", "encoder": "outputs)", "discriminator": "outputs)"}[role]
    plug_in(
        "my_networks",
        "import math\nfrom torch import nn\nimport aae_core as aae\n"
        f"make = lambda shape, outputs, settings: nn.Sequential(nn.Flatten(), nn.Linear(math.prod(shape), {outputs})\n"
        f"aae.register_network('mine', {role}=make)\n",
    )
    networks = assets.page_networks(make_model(**{"network.kind": "mine"}))
    page_roles = {name for name in ("decoder", "encoder", "discriminator") if getattr(networks, name)}
    expected = {
        "decoder": {"encoder"},
        "encoder": {"decoder", "discriminator"},
        "discriminator": {"decoder", "encoder"},
    }
    assert page_roles == expected[role]
    is_refused = networks.decoder_refusal == "The decoder is made by a plug-in, so the server decodes."
    assert is_refused == (role == "decoder")


@pytest.mark.parametrize("role", ["decoder", "encoder", "discriminator"])
def test_a_net_beyond_half_precision_keeps_only_itself_from_the_page(role):
    model = make_model()
    nets = {"decoder": model.decoder.net, "encoder": model.encoder.net, "discriminator": model.discriminator}
    nets[role][0].weight.data[0, 0] = 1e5
    networks = assets.page_networks(model)
    page_roles = {name for name in ("decoder", "encoder", "discriminator") if getattr(networks, name)}
    expected = {
        "decoder": {"encoder"},
        "encoder": {"decoder", "discriminator"},
        "discriminator": {"decoder", "encoder"},
    }
    assert page_roles == expected[role]
    assert ("half precision" in networks.decoder_refusal) == (role == "decoder")


def test_a_net_too_large_keeps_only_itself_from_the_page(monkeypatch):
    model = make_model(variant="supervised", latent_dim=3)  # the decoder is told the class, so it is the larger one
    decoder, encoder = (assets.page_networks(model).decoder, assets.page_networks(model).encoder)
    assert len(decoder.file.content) > len(encoder.file.content)
    monkeypatch.setattr(assets, "MAX_WEIGHT_BYTES", len(encoder.file.content))
    networks = assets.page_networks(model)
    assert networks.decoder is None and networks.encoder == encoder and "larger" in networks.decoder_refusal


# Images -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_a_tile_of_the_sheet_is_its_image(channels):
    images = np.random.default_rng(0).integers(0, 256, (11, 6, 4, channels), dtype=np.uint8)
    sprite_sheet = assets.make_sprite_sheet(images)
    sheet = np.asarray(Image.open(io.BytesIO(sprite_sheet.file.content))).reshape(
        -1, 4 * sprite_sheet.columns, channels
    )
    assert (sprite_sheet.tile_size, sprite_sheet.count) == ((6, 4), 11)
    for n, image in enumerate(images):
        row, column = divmod(n, sprite_sheet.columns)
        assert np.array_equal(sheet[6 * row : 6 * row + 6, 4 * column : 4 * column + 4], image)


def test_no_sheet_of_nothing_and_none_that_is_too_large():
    assert assets.make_sprite_sheet(np.zeros((0, 8, 8, 1), np.uint8)) is None
    assert assets.make_sprite_sheet(np.zeros((70_000, 16, 16, 1), np.uint8)) is None


# The shelf and its route ------------------------------------------------------------------------------------------------


def test_the_shelf_forgets_the_oldest_but_never_what_is_pinned():
    shelf = assets.AssetStore(limit=100)
    pinned_asset = shelf.pin(assets.make_asset(b"p" * 80, "js"))
    a, b, c = (shelf.put(assets.make_asset(letter * 40, "bin")) for letter in (b"a", b"b", b"c"))
    assert shelf.find(a.name) is None and shelf.find(b.name) and shelf.find(c.name)
    shelf.put(b)
    shelf.put(assets.make_asset(b"d" * 40, "bin"))
    assert shelf.find(b.name) and shelf.find(c.name) is None, "what is used stays"
    large_asset = shelf.put(assets.make_asset(b"e" * 500, "bin"))
    assert shelf.find(large_asset.name) and shelf.find(b.name) is None
    assert shelf.find(pinned_asset.name) == b"p" * 80


@pytest.fixture
def get_response(monkeypatch, run_in_thread):
    """get_response(path, method) -> (status, headers, body), of a server with our routes before one that answers everything."""
    monkeypatch.setattr(assets, "ASSETS", assets.AssetStore())

    asgi_app = server_with_routes(routes.make_routes())
    return lambda path, method="GET": run_in_thread(visit(asgi_app, path, method=method))


@pytest.mark.parametrize(
    ("kind", "media", "cache_scope"),
    [
        ("bin", "application/octet-stream", "private"),
        ("png", "image/png", "private"),
        ("js", "text/javascript; charset=utf-8", "public"),
    ],
)
def test_an_asset_is_served_once_and_for_all(get_response, kind, media, cache_scope):
    asset = assets.ASSETS.put(assets.make_asset(b"\x00\x01" * 5000, kind))
    status, headers, body = get_response(asset.url)
    assert (status, body) == (200, asset.content)
    assert headers["content-type"] == media and headers["content-encoding"] == "identity"
    assert headers["cache-control"].startswith(f"{cache_scope}, ") and "immutable" in headers["cache-control"]
    assert headers["content-length"] == "10000"
    status, headers, body = get_response(asset.url, "HEAD")
    assert status == 200 and headers["content-length"] == "10000"


@pytest.mark.parametrize(("kind", "encoding"), [("bin", "gzip"), ("js", "gzip"), ("png", "identity")])
def test_scripts_and_weights_are_compressed_once_for_all_browsers(run_in_thread, monkeypatch, kind, encoding):
    asset = assets.ASSETS.put(assets.make_asset(f"the {kind} ".encode() * 900, kind))
    compress, calls = gzip.compress, []
    monkeypatch.setattr(
        gzip, "compress", lambda *arguments, **options: calls.append(kind) or compress(*arguments, **options)
    )
    for _ in range(2):
        visit_task = visit(server_with_routes(routes.make_routes()), asset.url, headers={"accept-encoding": "gzip, br"})
        status, headers, body = run_in_thread(visit_task)
        assert (status, headers["content-encoding"], headers["vary"]) == (200, encoding, "Accept-Encoding")
        assert (gzip.decompress(body) if encoding == "gzip" else body) == asset.content
    assert len(calls) == (encoding == "gzip")


@pytest.mark.parametrize(
    "name",
    [
        "", "0" * 64 + ".bin", "../app/server/assets.py", "../../etc/passwd", "/etc/passwd", "%2e%2e/x.bin", "..\\..\\x.bin",
        "js-0/main.js", "\x00.bin", "x" * 10_000, "app/server/assets.py", "assets.py",
    ],
)  # fmt: skip
def test_any_other_name_is_not_found_and_nothing_is_read(get_response, monkeypatch, name):
    asset = assets.ASSETS.put(assets.make_asset(b"secret", "bin"))
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    for path in (f"/assets/{name}", f"/assets/{asset.name}/{name}"):
        status, headers, body = get_response(path)
        assert status == 404 and b"secret" not in body and headers["cache-control"] == "no-store"


def test_a_name_that_has_left_the_shelf_is_not_found(get_response):
    assert get_response(assets.make_asset(b"never put there", "bin").url)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_any_other_method_is_refused(get_response, method):
    asset = assets.ASSETS.put(assets.make_asset(b"secret", "bin"))
    status, _, body = get_response(asset.url, method)
    assert status == 405 and b"secret" not in body and assets.ASSETS.find(asset.name) == b"secret"


def test_the_routes_lie_under_the_server_s_base_path(monkeypatch):
    monkeypatch.setattr(routes.st, "get_option", lambda name: "/lab/" if name == "server.baseUrlPath" else None)
    paths = [route.path for route in routes.make_routes()]
    assert paths == ["/lab/assets/{name:path}", "/lab/live/{token}/{kind:path}", "/lab/explore", "/lab/{page}/"]


@pytest.mark.parametrize("page", ["/", "/compare", "/lab/", "/lab/compare", "/user/ann/proxy/8501/", "/a/b/train"])
def test_an_asset_lies_beside_every_page_whatever_the_prefix(page):
    file = assets.make_asset(b"", "bin")
    assert urljoin(f"http://host{page}", file.url) == f"http://host{page.rpartition('/')[0]}/assets/{file.name}"


@pytest.mark.parametrize("query", ["", "?revision=a%20b&z=0.5,1&embed=1"])
def test_the_first_pages_name_leads_to_it_with_the_links_settings(get_response, query):
    status, headers, _ = get_response(f"/explore{query}")
    assert (status, headers["location"]) == (307, f"./{query}")
    status, headers, _ = get_response(f"/compare/{query}")
    assert (status, headers["location"]) == (307, f"../compare{query}"), "Streamlit's would leave a proxy's prefix"


def test_streamlit_run_starts_the_server_with_these_routes():
    from streamlit.web.server.app_discovery import discover_asgi_app

    entry = Path(__file__).parents[3] / "app" / "streamlit_app.py"
    assert discover_asgi_app(entry).import_string == "streamlit_app:app"
