"""The route of the assets: each is served under its name, and no path of a request reaches the disk."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response

from app.cache.lru import LRUCache
from app.server import assets, guard
from app.translation.texts import translate

MEDIA_TYPES = {"bin": "application/octet-stream", "png": "image/png", "js": "text/javascript; charset=utf-8"}
IMMUTABLE = "max-age=31536000, immutable"
REMAKING_POOL = ThreadPoolExecutor(1, thread_name_prefix="remake")  # one at a time, however many ask
HEADERS = {"Content-Encoding": "identity"}  # without it, Streamlit's server would compress at every request
COMPRESSED_FILES = LRUCache(32 * 2**20, len)  # by name, of the kinds below
COMPRESSIBLE_KINDS = "js", "bin"  # PNG files are compressed already


async def respond_with_asset(request: Request) -> Response:
    """The response with the asset of the name in the path; 404 for an unknown name."""
    name = request.path_params["name"]
    content = assets.ASSETS.find(name)
    if content is None and assets.ASSETS.can_remake(name):
        content = await asyncio.get_running_loop().run_in_executor(REMAKING_POOL, assets.ASSETS.remake, name)
    if content is None:
        return guard.refusal_response(404, translate("There is no such asset."))
    kind = name.rpartition(".")[2]
    scope = "public" if kind == "js" else "private"  # proxies may cache scripts, but neither weights nor images
    headers = {**HEADERS, "Cache-Control": f"{scope}, {IMMUTABLE}", "Vary": "Accept-Encoding"}
    if kind in COMPRESSIBLE_KINDS and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = await asyncio.to_thread(compress_asset, name, content), "gzip"
    return Response(content, headers=headers, media_type=MEDIA_TYPES[kind])


def compress_asset(name: str, content: bytes) -> bytes:
    """An asset compressed by gzip, once for all browsers."""
    return COMPRESSED_FILES.get_or_compute(name, lambda: gzip.compress(content, mtime=0))
