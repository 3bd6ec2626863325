"""Loading what the first page needs while the server starts; the server answers only after that.

Answering earlier would hardly show a page sooner: browser and imports would compete for the processor, and an empty
page would be visible for longer.
"""

import threading
from functools import cache

from aae_core.errors import AAEError

WARM_UP_TIMEOUT = 30.0  # seconds after which the server answers in any case


@cache
def start_warm_up() -> threading.Thread:
    """The loading thread, started once per process."""
    thread = threading.Thread(target=warm_up_first_page, name="ready", daemon=True)
    thread.start()
    return thread


def warm_up_first_page() -> None:
    """Import the modules of the pages, remove expired revisions from the trash, and fill the caches for the first
    page."""
    from aae_core.store.revisions import Store
    from app.cache import revision_data, revision_snapshot
    from app.scenes import plane_message
    from app.ui import first_visit, opening_files

    revision_data.start_background_imports()
    try:
        Store().trash.remove_expired()
        id_ = first_visit.animated_revision_id(revision_data.list_summaries())
        if not id_:
            return
        revision = revision_snapshot.open_snapshot(id_)
        codes = revision.codes
        if codes is None:
            return
        plane_message.revision_header(revision, codes)
        opening_files.revision_file_urls(revision)
        revision_data.draw_prior_samples(revision)
        if not revision.data.is_table:
            revision_data.input_preprocessing(revision)
    except (AAEError, OSError):  # the page itself will report it
        return
