"""The server: `streamlit run app/streamlit_app.py` opens the explorer, whose pages `router.py` leads to.

An ASGI app of its own (`uvicorn streamlit_app:app` in this folder runs it too), because the page fetches weights, images and
scripts, and asks for what it cannot do itself, by routes that Streamlit's default server has no place for.
"""

import sys
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:  # `streamlit run` puts only this folder on the path
    sys.path.insert(0, str(HERE.parent))

from app import asked, assets, browser, playing, preloading, ready  # noqa: E402


@asynccontextmanager
async def lifespan(app):
    """The ASGI lifespan: beside it the first page is made ready, and a browser opened."""
    ready.begin()
    async with browser.lifespan(app) as state:
        yield state


app = st.App(
    HERE / "router.py",
    routes=[*assets.routes(), *asked.routes(), *playing.routes()],
    middleware=[Middleware(preloading.Preloading)],
    lifespan=lifespan,
)
