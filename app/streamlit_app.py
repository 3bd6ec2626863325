"""The server: `streamlit run app/streamlit_app.py` opens the explorer, whose pages are listed in `router.py`.

It is an ASGI app (`uvicorn streamlit_app:app` in this folder runs it too), because Streamlit's default server lacks the routes by
which a page fetches weights, images and scripts and requests computations. With `-- --shared` after the command, or AAE_SHARED in
the environment, a class can share the server (docs/use/serving.md).
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:  # `streamlit run` adds only this folder
    sys.path.insert(0, str(HERE.parent))

from aae_core.runs import limits, warm_worker  # noqa: E402

if "--shared" in sys.argv[1:]:
    limits.enable_sharing()

from app.start import warm_up  # noqa: E402

warm_up.start_warm_up()  # loads while the other modules are imported

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from app.server import guard, message_bounds, routes, sharing, sign_in  # noqa: E402
from app.start import browser, garbage_collection, log_rate_limit, module_preloading  # noqa: E402
from app.streamlit_quirks import left_pages, static_compression  # noqa: E402
from app.visitors import identity  # noqa: E402

SHARED = identity.is_shared()
if SHARED:
    sharing.print_teacher_link()


@asynccontextmanager
async def lifespan(app):
    """The ASGI lifespan: the server answers once the first page is loaded; then a browser opens. A process waits for the first
    training until the server ends."""
    garbage_collection.start_gc_thread()
    log_rate_limit.install_rate_limit()
    await asyncio.to_thread(warm_up.start_warm_up().join, warm_up.WARM_UP_TIMEOUT)
    browser.open_browser_in_thread()
    worker = warm_worker.keep_warm_worker()
    yield {}
    if worker is not None:
        worker.end()


middleware = [Middleware(guard.RequestGuard)]
if SHARED:
    # Sign-in comes first, so that who has not signed in takes no place, and can sign in while all places are taken.
    middleware += [Middleware(sign_in.SignInGate), Middleware(sharing.SharedServer)]
middleware += [
    Middleware(static_compression.StaticCompression),
    Middleware(module_preloading.ModulePreloading),
    Middleware(message_bounds.MessageBounds, limits_rate=SHARED),
    Middleware(left_pages.LeftPages),
]

app = st.App(
    HERE / "router.py",
    routes=routes.make_routes(),
    exception_handlers={Exception: guard.error_response},
    middleware=middleware,
    lifespan=lifespan,
)
