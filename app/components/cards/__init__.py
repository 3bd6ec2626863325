"""Cards to choose from, as links in HTML (`app.figures.cards`); a click on one is sent to Python instead of being followed."""

from collections.abc import Callable

from app.components import mounting
from app.messages import wire_format
from app.translation.texts import mark

_component = mounting.make_component("cards", "cards/cards.js", mark("the cards"))


def render_cards(key: str, html: str, on_choice: Callable[[dict], None]) -> None:
    """Draw cards. html: as from `app.figures.cards`. `on_choice(choice)` receives the card that is chosen, an
    `incoming.CardChoice`, before the script runs again (`incoming_messages.message_callbacks`)."""
    data = wire_format.pack_message({"v": 1, "html": html})
    _component(key, data, ("choose",), lambda _kind, choice: on_choice(choice))
