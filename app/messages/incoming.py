"""What the page sends to Python: a record for each kind of message.

From these records derive the check of each message (`validation.parse_message`) and its type in
`web/src/messages.ts` (`typescript`). A browser may send anything, so every number is a `float` here, the only
kind that JavaScript has; where it must be whole, or within `Bounds`, a function of `values` or the component that
receives the message checks it and says what was refused.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, NotRequired, TypeAlias, TypedDict, get_args, get_type_hints

MAX_COORDINATE = 1e6  # coordinates of a code must be smaller in size, as in links
MAX_STEP = 10**9 - 1  # step of a training, at most
MAX_MOMENT = 1e15  # largest value on a time axis: bounds steps × images
MAX_ROWS, MAX_COLUMNS = 12, 30  # of a grid of styles × contents, at most


@dataclass(frozen=True)
class Bounds:
    """The value of a number, or the length of a list: from `low` to `high`, or if `is_open` between them."""

    low: float
    high: float
    is_open: bool = False

    def contain(self, number: float) -> bool:
        if self.is_open:
            return self.low < number < self.high
        return self.low <= number <= self.high


@cache
def bounds_of(record: type, field: str) -> Bounds:
    """The bounds with which a field of a record is annotated."""
    [bounds] = _find_bounds(get_type_hints(record, include_extras=True)[field])
    return bounds


def _find_bounds(hint):
    if isinstance(hint, Bounds):
        return [hint]
    return [bounds for part in get_args(hint) for bounds in _find_bounds(part)]


Coordinate: TypeAlias = Annotated[float, Bounds(-MAX_COORDINATE, MAX_COORDINATE, is_open=True)]


class Code(TypedDict):
    """The current code z."""

    z: list[Coordinate]


class Picked(TypedDict):
    """The number of the selected code; −1 clears the selection."""

    index: float


class FrameStep(TypedDict):
    """The step of the frame that is shown; null for the present."""

    step: Annotated[float, Bounds(0, MAX_STEP)] | None


class View(TypedDict):
    """The visible rectangle of the plane; home: the default one."""

    x0: NotRequired[Coordinate]
    x1: NotRequired[Coordinate]
    y0: NotRequired[Coordinate]
    y1: NotRequired[Coordinate]
    home: NotRequired[bool]


class Text(TypedDict):
    """A setting of the plane, or a painting, as text."""

    text: str


class Moment(TypedDict):
    """A place on the time axis, in one of its units; null for the end."""

    axis: str
    value: Annotated[float, Bounds(0, MAX_MOMENT)] | None


class Blend(TypedDict):
    """A content between two: (1 − t) of content a and t of content b."""

    a: float
    b: float
    t: Annotated[float, Bounds(0, 1)]


class Layout(TypedDict):
    """The grid of styles. rows: numbers of the images whose styles the rows take; columns: contents."""

    rows: Annotated[list[float], Bounds(1, MAX_ROWS)]
    columns: Annotated[list[float], Bounds(1, MAX_COLUMNS)]
    blend: Blend


class DrawnImage(TypedDict):
    """The pixels on the drawing pad in base64; null if it is empty. message_number: the message's number, with which
    it is answered."""

    pixels: str | None
    message_number: NotRequired[float]


class HiddenParts(TypedDict):
    """The parts of the page that the link hides."""

    names: list[str]


class TextSize(TypedDict):
    """Whether the page is shown in the size for a projector."""

    presenter: bool


class Reconnection(TypedDict):
    """The page is connected again after it was not; its script runs, for a server that is new to the page."""


class LessonPage(TypedDict):
    """A page of a lesson."""

    lesson: str
    page_number: float


class LessonChoice(TypedDict):
    """A page of a lesson, and the number of the page to go to, or of the choice for an answer."""

    lesson: str
    page_number: float
    number: NotRequired[float]


class CardChoice(TypedDict):
    """The card that was chosen. Of a lesson: the page at which the browser's notes say it was left, and those whose goals were
    reached; null and none if it was not begun or is completed."""

    name: str
    page: float | None
    reached: list[float]


Setup: TypeAlias = dict[str, str | float | None]
Rules: TypeAlias = dict[str, float]


class GameView(TypedDict):
    """What is shown of a game."""

    view: str


class Arrangement(TypedDict):
    """How ellipses are arranged: the fields of `aae_core.latent.encoded_images.Arrangement`."""

    width: float
    spread: float
    images: float


class IncomingMessages(TypedDict):
    """What the page sends to Python, by kind."""

    code: Code
    picked: Picked
    frame: FrameStep
    layers: dict[str, bool]
    view: View
    hidden: Text
    lasso: Text
    open: Text
    feature: Text
    more: Text
    trails: Text
    path: Text
    directions: Text
    moment: Moment
    layout: Layout
    image: DrawnImage
    painting: Text
    colour: Text
    setup: Setup
    rules: Rules
    game_view: GameView
    arrangement: Arrangement
    hide: HiddenParts
    size: TextSize
    reconnected: Reconnection
    go: LessonChoice
    answer: LessonChoice
    reached: LessonPage
    leave: LessonPage
    next: LessonPage
    choose: CardChoice
