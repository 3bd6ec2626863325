"""A server that a class shares: who visits it, and whether anything in its folders has changed."""

import hashlib
from contextlib import contextmanager

from aae_core.owners import Owner
from aae_core.store.revisions import Store
from app.visitors import classroom, identity

ANN, BOB = "a" * 43, "b" * 43  # the cookies of two visitors


def share_server(monkeypatch, limits="1"):
    """Share the server; the function that is returned says who visits it: visit(cookie, teacher=False)."""
    monkeypatch.setenv("AAE_SHARED", str(limits))
    cookies = {}
    monkeypatch.setattr(identity, "page_cookies", lambda: cookies)
    identity.sign_in_providers.cache_clear()

    def visit(key=None, teacher=False):
        cookies.clear()
        cookies.update({identity.VISITOR_COOKIE: key} if key else {})
        cookies.update({identity.TEACHER_COOKIE: classroom.load_keys(Store().root).teacher} if teacher else {})

    return visit


def owner(key, name=""):
    """Whose it is that the visitor with a cookie begins."""
    return Owner(classroom.hash_identity(Store().root, key), name)


@contextmanager
def assert_folder_unchanged(folder):
    """Nothing below a folder changes in the block, locks and the class's own records aside."""
    first_contents = folder_hashes(folder)
    yield
    assert folder_hashes(folder) == first_contents


def folder_hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock") and classroom.CLASS_FOLDER not in path.parts
    }
