"""The page of the aggregated posterior, on which a lesson happens: twenty ellipses, and what their mean KL consists of."""

from html import escape

from app.components import aggregate_board
from app.handout import contents
from app.translation.texts import mark, translate
from app.website.revision_pages import LINK_BAR_PLACE, plane_or_note_html

FILE = "aggregated-posterior.html"
TITLE = mark("The aggregated posterior")
INTRODUCTION = mark("Twenty images as a VAE encodes them. Widen the ellipses, or move them, and see what it pays.")


def page_html() -> str:
    return f"""<div class="title"><h1>{escape(translate(TITLE))}</h1>{LINK_BAR_PLACE}</div>
<p class="introduction">{escape(translate(INTRODUCTION))}</p>
{plane_or_note_html()}"""


def script_data(file_set: contents.FileSet) -> dict:
    """The data for the page's script: the message of the board. file_set: takes the message."""
    header, arrays = aggregate_board.aggregate_board_message()
    return {"kind": "aggregate", "title": translate(TITLE), "message": file_set.add_message(header, arrays)}
