"""Images as pages draw them: with sharp pixels, in HTML, in a row."""

import base64
import html

import numpy as np
import streamlit as st

from app.components import markdown


def render_image(image: np.ndarray, alt: str, width: int = 224, caption: str | None = None) -> None:
    """Draw one image uint8 H×W×C with sharp pixels. width: in pixels; caption: plain text."""
    # embedded, since a file behind a URL needs another round trip, and is gone if the next image comes before it is fetched
    url = png_data_url(image, max(1, min(64, width // image.shape[1])))
    st.image(url, width=width, caption=caption and markdown.escape(caption), alt=alt)


def png_data_url(image: np.ndarray, scale: int = 1) -> str:
    """A data URL with the PNG of an image uint8 H×W×C, enlarged by the whole number `scale`."""
    from aae_core.latent import exploration

    return data_url_of_png(exploration.to_png(image, scale))


def data_url_of_png(content: bytes) -> str:
    """A data URL with the content of a PNG file."""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def image_tag_html(image: np.ndarray, alt: str, width: int) -> str:
    """HTML of one image uint8 H×W×C. width: in pixels at the usual text size; it grows with the text."""
    scaling = "pixelated" if width >= 2 * image.shape[1] else "auto"  # pixels of an enlarged image are drawn as squares
    return (
        f'<img src="{png_data_url(image)}" alt="{html.escape(alt)}" '
        f'style="width:{width / 16:g}rem;max-width:none;image-rendering:{scaling};border-radius:3px;display:block">'
    )


def render_image_strip(images, captions, alts, width: int = 64) -> None:
    """Draw images in a row that wraps, each above its caption."""
    cells = "".join(
        f'<figure style="margin:0;text-align:center">{image_tag_html(image, alt, width)}'
        f'<figcaption style="font-size:0.78rem;opacity:0.75;padding-top:2px">{html.escape(caption)}</figcaption></figure>'
        for image, caption, alt in zip(images, captions, alts, strict=True)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px">{cells}</div>')
