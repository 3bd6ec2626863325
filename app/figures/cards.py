"""Cards in HTML, each with a title that is a link, a picture and texts: of models and of lessons, in the app and on sites."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Card:
    """title: as text; href: the link of its title. picture, texts, foot: HTML; texts: one for each paragraph. choice: the name
    that the app's page sends when the card is chosen (`web/src/cards`). attributes: further ones, as HTML."""

    title: str
    href: str
    picture: str
    texts: tuple[str, ...] = ()
    foot: str = ""
    choice: str = ""
    attributes: str = ""


def cards_html(cards: list[Card]) -> str:
    """A list of cards."""
    return f'<ul class="cards">{"".join(map(_card_html, cards))}</ul>'


def folded_cards_html(title: str, cards: list[Card]) -> str:
    """A list of cards that is opened by its title; "" without cards."""
    if not cards:
        return ""
    return f'<details class="more"><summary>{escape(title)}</summary>{cards_html(cards)}</details>'


def _card_html(card) -> str:
    choice = f' data-choose="{escape(card.choice)}"' if card.choice else ""
    paragraphs = "".join(f"<p>{text}</p>" for text in card.texts)
    return (
        f'<li class="card"{card.attributes}><h3><a href="{escape(card.href)}"{choice}>{escape(card.title)}</a></h3>'
        f'<div class="looks">{card.picture}</div>{paragraphs}{card.foot}</li>'
    )


def picture_html(url: str, alt_text: str, kind: str) -> str:
    """A picture of a card that is loaded when it is scrolled into view. kind: its class in the style sheet."""
    return f'<img class="{kind}" src="{escape(url)}" alt="{escape(alt_text)}" loading="lazy">'
