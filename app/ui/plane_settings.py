"""The view settings and the layers of a plane, as stored in link and session."""

from app.cache.revision_view import RevisionView
from app.scenes import plane_message, view_settings
from app.session import address, settings


def current_setting_texts(scene) -> dict[str, str]:
    """The stored texts of a plane's settings, by setting."""
    texts = {}
    for kind in view_settings.setting_kinds(scene):
        parse = view_settings.setting_parser(kind, scene)
        text_if_valid = lambda text, parse=parse: None if parse(text) is None else text  # noqa: E731
        texts[kind] = address.recall_setting(
            view_settings.url_name(kind, scene), text_if_valid, None, view_settings.setting_scope_key(kind, scene)
        )
    return {kind: text for kind, text in texts.items() if text is not None}


def store_text(scene, kind: str, text: str | None) -> None:
    address.store_setting(view_settings.url_name(kind, scene), text, view_settings.setting_scope_key(kind, scene))


def current_layers(revision: RevisionView, view: str) -> list[str]:
    """The layers that are on, from the link, the session or else the plane's defaults; may include layers that only other
    revisions have."""
    return address.recall_setting("layers", settings.parse_layers, plane_message.default_layers(revision, view))


def store_layers(layers: list[str], *default_layers_of_planes: list[str]) -> None:
    """Store the chosen layers in the link, unless they are the defaults of all planes."""
    is_default = all(layers == default_names for default_names in default_layers_of_planes)
    address.store_setting("layers", None if is_default else ",".join(layers))
