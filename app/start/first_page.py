"""Loading what the first page needs while the server starts; the server answers only after that.

Answering earlier would hardly show a page sooner: browser and imports would compete for the processor, and an empty page would be
visible for longer.
"""

import threading
from functools import cache

from aae_core.errors import AAEError

PATIENCE = 30.0  # seconds after which the server answers in any case


@cache
def begin() -> threading.Thread:
    """The loading thread, started once per process."""
    loading = threading.Thread(target=load, name="ready", daemon=True)
    loading.start()
    return loading


def load() -> None:
    """Import the modules of the pages, remove expired revisions from the trash, and fill the caches for the first page."""
    from aae_core.store.revisions import Store
    from app.cache import loaded
    from app.ui import opening, plane_contents

    loaded.warm_up()
    try:
        Store().trash.expire()
        id_ = opening.played(loaded.summaries())
        if not id_:
            return
        revision = loaded.open_revision(id_)
        codes = loaded.probe(revision)
        if codes is None:
            return
        plane_contents.about(revision, codes)
        loaded.prior_draws(revision)
        if not revision.data.is_table:
            loaded.drawing(revision)
    except (AAEError, OSError):  # the page itself will report it
        return
