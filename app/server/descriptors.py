"""How many file descriptors the system lets the server hold, and how they are divided among its pages and other
connections.

An open page takes four: its connection, and three of the event loop that Streamlit (1.67) makes for its session. A
session whose page has closed keeps those three while Streamlit waits for the browser to come back. Any other connection
takes one.
"""

import sys
from dataclasses import dataclass

try:
    import resource
except ImportError:  # Windows, where sockets do not count towards a limit of the process
    resource = None

PAGE_DESCRIPTORS, SESSION_DESCRIPTORS = 4, 3  # descriptors of an open page, and of a session whose page has closed
# for everything else: the listening socket, the log, the store, files that are read, pipes of workers that start
RESERVED = 64
MIN_DESCRIPTORS = 128  # with fewer descriptors the server does not start
PAGES_SHARE = 0.6  # of the descriptors, where there are not enough for all: a page that loads takes several connections
MAX_CLOSED_SESSIONS = 128  # sessions of closed pages, at most, as many as Streamlit itself keeps
MAX_OTHER_CONNECTIONS = 1000  # connections beside those of pages, at most, if these are fewer than 250
MAX_BACKLOG = 2048  # connections that the system may let wait until they are accepted, uvicorn's default
# limits to try where the hard one is refused, as by macOS, which calls it infinite; the last is its OPEN_MAX
LOWER_LIMITS = 1_048_576, 65_536, 10_240


@dataclass(frozen=True)
class ConnectionShares:
    """How many there may be at once. pages: open pages. sessions: sessions that are kept of closed pages. connections:
    all connections, with those of pages. backlog: connections that are accepted in one go, before any of them can be
    refused."""

    pages: int
    sessions: int
    connections: int
    backlog: int


def raise_descriptor_limit() -> int | None:
    """Raise this process's soft limit on descriptors to its hard limit, as far as the system allows. Returns the limit
    that now holds, None if there is none."""
    if resource is None:
        return None
    soft_limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (hard_limit, *LOWER_LIMITS):
        if not _is_higher(limit, soft_limit) or _is_higher(limit, hard_limit):
            continue
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard_limit))
        except (OSError, ValueError):
            continue
        soft_limit = limit
        break
    return None if soft_limit == resource.RLIM_INFINITY else soft_limit


def _is_higher(limit, reference_limit):
    """Whether a limit is higher than another; resource.RLIM_INFINITY is a negative number on some systems."""
    if reference_limit == resource.RLIM_INFINITY:
        return False
    return limit == resource.RLIM_INFINITY or limit > reference_limit


def divide_descriptors(limit: int | None, pages: int | None) -> ConnectionShares:
    """The shares of a server that may hold `limit` descriptors (None: any number) and wants so many open pages (None:
    any connection may belong to a page)."""
    descriptor_count = max(0, (sys.maxsize if limit is None else limit) - RESERVED)
    requested_pages = MAX_OTHER_CONNECTIONS if pages is None else pages
    open_pages = min(requested_pages, int(PAGES_SHARE * descriptor_count) // PAGE_DESCRIPTORS)
    descriptors_left = descriptor_count - PAGE_DESCRIPTORS * open_pages
    sessions = min(MAX_CLOSED_SESSIONS, descriptors_left // (3 * SESSION_DESCRIPTORS))
    descriptors_left -= SESSION_DESCRIPTORS * sessions
    backlog = min(MAX_BACKLOG, descriptors_left // 4)
    descriptors_left -= backlog
    if pages is None:
        return ConnectionShares(open_pages, sessions, open_pages, backlog)
    other_connections = min(descriptors_left, max(MAX_OTHER_CONNECTIONS, PAGE_DESCRIPTORS * open_pages))
    return ConnectionShares(open_pages, sessions, open_pages + other_connections, backlog)


def prepare_descriptors(pages: int | None) -> ConnectionShares:
    """Raise the limit and divide what the server may hold. Prints one line if that is less than `pages` need;
    SystemExit with one sentence if it is too little for any server."""
    limit = raise_descriptor_limit()
    if limit is not None and limit < MIN_DESCRIPTORS:
        raise SystemExit(
            f"aae: the system lets this server hold only {limit} open files and connections, and it needs at least "
            f"{MIN_DESCRIPTORS}; raise this limit (ulimit -n {MIN_DESCRIPTORS}) and start it again."
        )
    shares = divide_descriptors(limit, pages)
    if pages is not None and shares.pages < pages:
        print(
            f"  Pages: at most {shares.pages} at once instead of {pages}, since the system lets this server hold only {limit:,} "
            f"open files and connections; {min_descriptor_limit(pages):,} would do (ulimit -n).",
            flush=True,
        )
    return shares


def min_descriptor_limit(pages: int) -> int:
    """The least limit under which a server has so many pages."""
    limit = RESERVED + int(PAGE_DESCRIPTORS * pages / PAGES_SHARE)
    while divide_descriptors(limit, pages).pages < pages:
        limit += 1
    return limit
