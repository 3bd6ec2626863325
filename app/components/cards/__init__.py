"""Cards to choose from, as links in HTML (`app.figures.cards`); a click on one is sent to Python instead of being followed."""

from collections.abc import Callable

from app.components import mounting
from app.translation.texts import mark

_component = mounting.make_component("cards", mark("the cards"))


def render_cards(key: str, html: str, on_choice: Callable[[dict], None]) -> None:
    """Draw cards. html: as from `app.figures.cards`. `on_choice(choice)` receives the card that is chosen, an
    `incoming.CardChoice`, before the script runs again (`incoming_messages.message_callbacks`)."""
    mounting.mount_html(_component, key, html, on_choice)
