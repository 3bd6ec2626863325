"""The Content-Security-Policy of the pages: what a browser may load and run, whatever markup a text contains."""

import base64
import hashlib
import os
import re
from collections.abc import Iterable

# sites whose pages may embed the explorer, separated by spaces or commas; invalid ones are left out
EMBED_VARIABLE = "AAE_EMBED_IN"
SITE_PATTERN = re.compile(
    r"\*|file:|(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d{1,5}|\*))?|https?://\[[0-9a-f:]+\](:\d{1,5})?", re.I
)
# Whatever markup a text may contain, it makes the browser contact no other server and run no script that is not listed here.
# Streamlit loads the script of a component as a blob and writes styles into the page; the decoder's kernels are WebAssembly.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "worker-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


def content_security_policy(scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a response. scripts: the texts of the document's inline scripts."""
    script_sources = " ".join([POLICY["script-src"], *map(hash_source, scripts)])
    sites = [
        site for site in os.environ.get(EMBED_VARIABLE, "").replace(",", " ").split() if SITE_PATTERN.fullmatch(site)
    ]
    directives = POLICY | {"script-src": script_sources, "frame-ancestors": " ".join(["'self'", *sites])}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def hash_source(text: str) -> str:
    """The hash by which a Content-Security-Policy allows an inline script or style sheet."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
