"""A part of the theory page as HTML of ours; the choice of a lesson's link is sent to Python instead of being followed."""

from collections.abc import Callable

from app.components import mounting
from app.translation.texts import mark

_component = mounting.make_component("article", mark("the text"))


def render_article_part(key: str, html: str, on_choice: Callable[[dict], None]) -> None:
    """Draw a part of the article. html: as from `app.theory.article_html`. `on_choice(choice)` receives the lesson whose link is
    chosen, an `incoming.CardChoice`, before the script runs again."""
    mounting.mount_html(_component, key, html, on_choice)
