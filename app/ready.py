"""What the first page needs, loaded while the server starts: it answers once that is there.

A page that is asked for earlier would come hardly sooner: browser and imports would share the processor, and who waits would look
at an empty page for the longer.
"""

import threading
from functools import cache

PATIENCE = 30.0  # seconds after which the server answers all the same


@cache
def begin() -> threading.Thread:
    """The thread that loads, begun once a process; `join` waits for it."""
    loading = threading.Thread(target=load, name="ready", daemon=True)
    loading.start()
    return loading


def load() -> None:
    """Load the modules of the pages, and what the caches of the first page hold of the revision that it shows."""
    from aae_core.errors import AAEError
    from app import opening, state
    from app.components.latent_canvas import contents

    state.warm_up()
    try:
        id_ = opening.played(state.summaries())
        revision = id_ and state.open_revision(id_)
        codes = revision and state.probe(revision)
        if codes:
            contents.about(revision, codes)
            state.prior_draws(revision)
            state.drawing(revision)
    except (AAEError, OSError):  # the page itself will say so, to who looks at it
        return
