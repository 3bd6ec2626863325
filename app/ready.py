"""What the first page needs, loaded as soon as the server runs, beside it: who comes then waits the less for it."""

import threading


def begin() -> None:
    """Start to load, in a thread of its own."""
    threading.Thread(target=load, name="ready", daemon=True).start()


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
