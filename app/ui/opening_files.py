"""The files that the browser needs to play the opening, which the document names so that they are fetched early."""

from aae_core.errors import AAEError
from app.cache import revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.scenes import plane_message
from app.server import page_tokens, time_machine
from app.ui import first_visit


def opening_file_urls() -> list[str]:
    """The URLs of the files of the revision whose history is played, in the order in which the plane needs them: the
    codes, the frames, the decoder of the first frame, and the networks of the present. [] if there is no such revision
    or it cannot be read, which the page itself will report."""
    try:
        id_ = first_visit.animated_revision_id(revision_data.list_summaries())
        if id_ is None:
            return []
        return revision_file_urls(revision_snapshot.open_snapshot(id_))
    except (AAEError, OSError):
        return []


def revision_file_urls(revision: RevisionView) -> list[str]:
    """The URLs of a revision's files in this order; [] before its first codes."""
    codes = revision.codes
    if codes is None:
        return []
    urls = [plane_message.codes_file_reference(revision, codes)["url"]]
    frames = time_machine.describe_frames(revision, codes)
    if frames is not None:
        urls.append(f"{page_tokens.request_urls(revision, codes)['frames']}?v={frames['sha']}")
        first_decoder = time_machine.frames_file(revision).first_decoder
        urls += [] if first_decoder is None else [first_decoder["url"]]
    networks = plane_message.register_networks(revision)
    return urls + [net.reference["url"] for net in (networks.decoder, networks.discriminator) if net is not None]
