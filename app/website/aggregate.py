"""The page of the aggregated posterior, on which a lesson happens: twenty ellipses, and what their mean KL consists of."""

from app.components import aggregate_board
from app.handout import contents
from app.website.revision_pages import LINK_BAR_PLACE, PLANE_OR_NOTE

FILE = "aggregated-posterior.html"
TITLE = "The aggregated posterior"


def page_html() -> str:
    return f"""<div class="title"><h1>{TITLE}</h1>{LINK_BAR_PLACE}</div>
<p class="introduction">Twenty images as a VAE encodes them. Widen the ellipses, or move them, and see what it pays.</p>
{PLANE_OR_NOTE}"""


def script_data(file_set: contents.FileSet) -> dict:
    """The data for the page's script: the message of the board. file_set: takes the message."""
    header, arrays = aggregate_board.aggregate_board_message()
    return {"kind": "aggregate", "title": TITLE, "message": file_set.add_message(header, arrays)}
