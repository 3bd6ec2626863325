"""The server: `streamlit run app/streamlit_app.py` opens the explorer, whose pages are listed in `router.py`.

It is an ASGI app (`uvicorn streamlit_app:app` in this folder runs it too), because Streamlit's default server lacks the routes by
which a page fetches weights, images and scripts and requests computations. With `-- --shared` after the command, or AAE_SHARED in
the environment, a class can share the server (docs/serving.md).
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:  # `streamlit run` adds only this folder
    sys.path.insert(0, str(HERE.parent))

from aae_core.scheduling import limits  # noqa: E402

if "--shared" in sys.argv[1:]:
    limits.share()

from app.start import first_page  # noqa: E402

first_page.begin()  # loads while the other modules are imported

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from app.server import (  # noqa: E402
    closed_pages,
    connections,
    descriptors,
    guard,
    message_bounds,
    pacing,
    routes,
    sharing,
    sign_in,
    turning,
)
from app.start import browser, garbage, log_pace, preloading  # noqa: E402
from app.visitors import who  # noqa: E402

SHARED = who.is_shared()
if SHARED:
    sharing.begin()
SHARES = descriptors.begin(sharing.wanted_pages() if SHARED else None)
closed_pages.keep_at_most(SHARES.sessions)


@asynccontextmanager
async def lifespan(app):
    """The ASGI lifespan: the server answers once the first page is loaded; then a browser opens."""
    garbage.begin()
    log_pace.begin()
    await asyncio.to_thread(first_page.begin().join, first_page.PATIENCE)
    browser.begin()
    yield {}


middleware = [Middleware(connections.Connections, shares=SHARES), Middleware(guard.Guard)]
if SHARED:
    # Sign-in comes first, so that who has not signed in takes no place, and can sign in while all places are taken.
    middleware += [Middleware(sign_in.SignIn), Middleware(sharing.Sharing, pages=SHARES.pages)]
middleware += [
    Middleware(preloading.Preloading),
    Middleware(message_bounds.MessageBounds),
    Middleware(turning.Turning),
    Middleware(pacing.Pacing),
]

app = st.App(
    HERE / "router.py",
    routes=routes.routes(),
    exception_handlers={Exception: guard.broken},
    middleware=middleware,
    lifespan=lifespan,
)
