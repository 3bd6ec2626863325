"""The uploaded files that Streamlit holds in memory on a shared server: how many bytes, for each visitor and for all
together.

Streamlit keeps the files of a page that has closed until it drops the page's session, minutes later. They count as long
as they are kept, since they take memory; but they are removed, the oldest first, as soon as another upload needs their
place.
"""

from collections import Counter

from streamlit import runtime

FILES_PER_VISITOR = 2  # all files of one visitor's pages in memory may have this many times the limit of one file


class Uploads:
    """Uploads in memory and in progress. per_visitor: bytes of one visitor's files, at most; total: of all files."""

    def __init__(self, per_visitor: float, total: float):
        self.per_visitor, self.total = per_visitor, total
        self.arriving = Counter()  # page's session -> bytes of uploads in progress
        self.owners = {}  # page's session -> cookie of its last uploader, or the session itself without a cookie

    def try_make_room(self, session: str, key: str, size: int) -> bool:
        """Whether an upload of `size` bytes is within the limits. If files of pages that have closed stand in its way,
        they are removed. key: the visitor's cookie; without one ("") she is identified by the session of her page."""
        bytes_in_memory, owner = bytes_by_session(), key or session
        taken_bytes = bytes_in_memory + self.arriving
        self.owners = {id_: uploader for id_, uploader in self.owners.items() if id_ in taken_bytes} | {session: owner}
        own_bytes = sum(count for id_, count in taken_bytes.items() if self.owners.get(id_) == owner)
        own_excess = size + own_bytes - self.per_visitor
        excess = size + taken_bytes.total() - self.total
        removable = []
        for id_ in bytes_in_memory:
            is_own = self.owners.get(id_) == owner
            if runtime.get_instance().is_active_session(id_) or not (excess > 0 or (own_excess > 0 and is_own)):
                continue
            removable.append(id_)
            excess -= bytes_in_memory[id_]
            if is_own:
                own_excess -= bytes_in_memory[id_]
        if excess > 0 or own_excess > 0:
            return False
        for id_ in removable:
            remove_session_files(id_)
        return True

    def begin_upload(self, session: str, size: int) -> None:
        self.arriving[session] += size

    def end_upload(self, session: str, size: int) -> None:
        self.arriving[session] -= size
        if self.arriving[session] == 0:
            del self.arriving[session]


def bytes_by_session() -> Counter:
    """Bytes of the files in memory of each page's session, in the order in which their first files came."""
    if not runtime.exists():
        return Counter()
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    sizes = {id_: sum(len(file.data) for file in list(files.values())) for id_, files in list(storage.items())}
    return Counter({id_: size for id_, size in sizes.items() if size})


def remove_session_files(session: str) -> None:
    """End the session of a page that has closed, and remove its files."""
    server = runtime.get_instance()
    server.close_session(session)
    server.uploaded_file_mgr.remove_session_files(session)  # of a session that Streamlit has dropped already
