"""What Python sends to the page: the header and the arrays of each message, from which its TypeScript type derives.

`wire_format` packs them. What Python sends is not checked while the server runs; a test compares real messages with
these types.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, NotRequired, TypeAlias, TypedDict

import numpy as np

from app.messages.incoming import Arrangement, Layout, Rules, Setup

# Arrays -----------------------------------------------------------------------------------------------------------------

Float32: TypeAlias = Annotated[np.ndarray, "f4"]
Int16: TypeAlias = Annotated[np.ndarray, "i2"]
Int32: TypeAlias = Annotated[np.ndarray, "i4"]
Uint8: TypeAlias = Annotated[np.ndarray, "u1"]
Uint16: TypeAlias = Annotated[np.ndarray, "u2"]


class CodeFields(TypedDict):
    """The N codes shown. z: N×d; labels: the class of each, N, −1 where it is unknown; index: the number of each code's image
    in `About.split`, N, absent where code k belongs to image k; content: of each, N, absent where it is the label; xy: the
    positions on the plane, N×2, where they do not follow from z."""

    z: Float32
    labels: Int16
    index: NotRequired[Int32]
    content: NotRequired[Int16]
    xy: NotRequired[Float32]


class GroupingFields(TypedDict):
    """groups: of the codes by the column that colours them, in place of their labels, N; matches: 1 for each code that the
    filter lets through, 0 for the others, N."""

    groups: NotRequired[Int16]
    matches: NotRequired[Uint8]


class ItemFields(TypedDict):
    """texts: the different texts of each column, in the order in which they occur, as a list of lists of texts in JSON;
    places: of the texts of the columns with repeated texts, one after the other, among the different ones; N for each."""

    texts: Uint8
    places: NotRequired[Int32]


class PriorFields(TypedDict):
    """quantiles: of each distinct marginal at `Prior.levels`, a row each. The other four describe a user-defined prior:
    samples n×d, and log p(z) in nats at the knots x and, in two dimensions, y: nx, or ny×nx."""

    quantiles: NotRequired[Float32]
    prior_samples: NotRequired[Float32]
    prior_log: NotRequired[Float32]
    prior_x: NotRequired[Float32]
    prior_y: NotRequired[Float32]


class PlaneFields(TypedDict):
    """image: what the decoder gives for the code, H×W×C, until the page decodes itself; prior_xy: samples of the prior, n×2;
    untrained: the codes of the earliest frame, N×d, with which the opening begins. Grids, a row for each y: prior_mass, the
    share of the prior's mass with a higher density; density_grid, the density of the codes per unit of area; judge_grid,
    D(z) in 0 to 1."""

    image: Uint8
    prior_xy: NotRequired[Float32]
    untrained: NotRequired[Float32]
    prior_mass: NotRequired[Float32]
    density_grid: Float32
    judge_grid: NotRequired[Float32]


class FrameFields(TypedDict):
    """All F frames of a training run, numbers of 16 bits as the bits of fp16. z: F×n×d; rows: the places of these codes in the
    probe set, n; judged: D's surface, F×S×S, over `History.box`."""

    z: Uint16
    rows: Int32
    judged: NotRequired[Uint16]


class DecodedFields(TypedDict):
    """images: of n codes, n×H×W×C; of a table, the levels of its features n×1×F×1. d_of_z: D(z) of each, n, where D can judge a
    code alone."""

    images: Uint8
    d_of_z: NotRequired[Float32]


class ImagesFields(TypedDict):
    """images: pictures of n codes, the originals or else the reconstructions, n×H×W×C; rows: of a table whose data are on this
    machine, n×F in the features' own units."""

    images: Uint8
    rows: NotRequired[Float32]


class EncodedFields(TypedDict):
    """z: the representative code of the image, d."""

    z: Float32


class DirectionFields(TypedDict):
    """centres: where the coordinate of each of the n directions of `Directions` is 0, n×d; steps: one unit along each,
    n×d."""

    centres: Float32
    steps: Float32


class GameDataFields(TypedDict):
    """x: N×P, images as bytes or rows of a table in standard units; labels: classes, N; plotted: indices of those on the
    plane."""

    x: Uint8 | Float32
    labels: Int16
    plotted: Int32


class EncodedImagesFields(TypedDict):
    """Images n×H×W with ink 255, their classes n, and the means and widths n×2 of their Gaussian posteriors, set by set."""

    images: Uint8
    labels: Int16
    means: Float32
    widths: Float32


# Revisions --------------------------------------------------------------------------------------------------------------


class File(TypedDict):
    """A file that the page fetches; sha: the hash of its content."""

    url: str
    sha: str


class Convolution(TypedDict):
    """The fields of `aae_core.models.layers.Convolution`. relu: whether a ReLU follows."""

    before: list[int]
    after: list[int]
    enlarged: list[int]
    kernel: list[int]
    stride: int
    padding: int
    transposed: bool
    adds: bool
    relu: bool


Layer: TypeAlias = list[int] | Convolution


class Net(File):
    """A network. Each layer is [inputs, outputs] of a dense layer, or a convolution. activation: the name of the function
    that follows each layer but the last; relu tells for a convolution whether it is a ReLU."""

    layers: list[Layer]
    activation: str


class OutputScaling(TypedDict):
    """How a decoder's outputs become levels of a row: groups of columns with their link function, then a factor and a
    summand for each column."""

    groups: list[tuple[str, list[int]]]
    times: list[float]
    plus: list[float]


class Features(TypedDict):
    """The features of a table, in their own units: median, half-width of the scale around it, 1st and 99th
    percentile."""

    names: list[str]
    middles: list[float]
    reaches: list[float]
    lows: list[float]
    highs: list[float]


class Decoding(TypedDict):
    """The networks of a model whose decoder the page evaluates. image: C, H, W; dim: d."""

    decoder: Net
    discriminator: Net | None
    encoder: Net | None
    image: list[int]
    dim: int
    means: OutputScaling | None


class DecodedByServer(TypedDict):
    """The networks of a model whose decoder the page does not evaluate. image: C, H, W; dim: d."""

    decoder: None
    discriminator: None
    encoder: Net | None
    image: list[int]
    dim: int
    means: OutputScaling | None


Weights: TypeAlias = Decoding | DecodedByServer


class Sprites(File):
    """A sheet of images. tile: height and width of one image on it; is_full_size: whether that is the image's full size."""

    tile: list[int]
    is_full_size: bool
    columns: int
    count: int
    kind: Literal["originals", "reconstructions"]


RequestName: TypeAlias = Literal[
    "decode", "encode", "usual", "directions", "differences", "image", "images", "frames", "now", "colouring"
]


class PriorSettings(TypedDict):
    """The settings of a prior."""

    name: str
    scale: float
    components: int
    shape: float


class Prior(PriorSettings):
    """heads: the cluster head of each class, for the variant of dimensionality reduction; levels: of the quantiles."""

    painting: str | None
    heads: list[list[float]] | None
    levels: list[float]


class TypicalDensity(TypedDict):
    """The densest 99 % of a prior by log p(z)."""

    kind: Literal["density"]
    log: float


class TypicalDistance(TypedDict):
    """The densest 99 % of a prior by the distance from a curve."""

    kind: Literal["arc"]
    distance: float


Typical: TypeAlias = TypicalDensity | TypicalDistance


class About(TypedDict):
    """What every component receives about a revision and the codes shown. split: the images to which these codes
    belong, where "all" means the training images followed by the test images. class_names: of the labels, also where a column
    colours the codes and `classes` are its groups. contents: their names in the language of the page; contents_in_files: the
    same in English, for files. decoder_refusal: why the page does not evaluate the decoder, if it does not."""

    v: Literal[1]
    revision: str
    version: str
    dim: int
    class_names: list[str]
    classes: list[str]
    contents: list[str]
    contents_in_files: list[str]
    colours: list[str]
    shapes: list[str]
    prior: Prior | None
    typical: Typical | None
    ranges: list[list[float]] | None
    weights: Weights | None
    decoder_refusal: NotRequired[str]
    sprites: Sprites | None
    server: dict[RequestName, str | None]
    codes: File | None
    split: Literal["train", "test", "all"]
    features: Features | None


# A plane ----------------------------------------------------------------------------------------------------------------


class Projection(TypedDict):
    """The plane through the codes: principal components, or the plane of the circle."""

    name: Literal["pca", "circle"]
    mean: list[float]
    basis: list[list[float]]


class Link(TypedDict):
    """The link of a plane to another one on the same page, as `plane_message.PlaneLink`."""

    group: str
    side: int
    title: str
    shares: list[str]


class Frames(TypedDict):
    """What is known about the frames of a training run before they are fetched. batch: images per mini-batch."""

    sha: str
    steps: list[int]
    now: int
    epoch: float
    live: bool
    batch: int


class Opening(TypedDict):
    """play: whether there is a history to play; image: the words for one image."""

    play: bool
    image: str


class Window(TypedDict):
    """The visible rectangle of a plane."""

    x0: float
    x1: float
    y0: float
    y1: float


class Region(TypedDict):
    """A named region of the prior: its centre, and its colour if it is a class."""

    name: str
    z: list[float]
    colour: str | None


class Sampled(TypedDict):
    """How many of how many codes are shown."""

    shown: int
    total: int


class Tones(TypedDict):
    """How values of an image file become those of the data set: the shares of the scale that become black and white,
    and the colour behind transparent pixels."""

    low: float
    high: float
    backdrop: Literal["white", "black"]


class InputPreprocessing(TypedDict):
    """How a drawn or uploaded image is preprocessed (`aae_core.data.preprocessing`). image: C, H, W; invitation: what
    an empty pad says, from older handouts nothing."""

    fill: float | None
    centre: Literal["mass", "box"]
    ground: Literal["dark", "light"] | None
    stroke: float
    image: list[int]
    invitation: NotRequired[str]
    margins: NotRequired[bool]
    tones: NotRequired[Tones]


class ReadyShape(TypedDict):
    """A painting to begin with."""

    title: str
    text: str


class Brush(TypedDict):
    """What there is to paint a prior with, and the painting. half: half-width of the square that is painted on; session: the
    visitor's session, which is another one after the server was started again."""

    session: str
    painting: str
    half: float
    shapes: list[ReadyShape]
    classes: list[str]
    colours: list[str]


class Plane(TypedDict):
    """Built by `app.scenes.plane_message`, or by `painting_plane` without a revision, which is then called "". live: whether
    the codes follow the training while it goes on. has_controls_beside: whether another component of the page shows the image.
    names: the parameter names in the link, by kind; setting_texts: the values from the link or the session, by kind. items:
    the file with what was kept of the items; missing: the name of codes without a group, None where these are the classes;
    ranges_of: the column of whose values the groups are ranges; groups, filter: the files with the codes' groups, and with
    those that a filter lets through, if there are any; colour: the key of the column that colours the codes, "" for the
    classes."""

    extent: float
    centre: list[float]
    axis_names: list[str]
    axes: tuple[int, int] | None
    pca: Projection | None
    code: list[float]
    y: int | None
    picked: int | None
    has_controls_beside: bool
    link: Link | None
    layers: dict[str, bool]
    tools: list[str]
    report: list[str]
    names: dict[str, str]
    setting_texts: dict[str, str]
    frame: int | None
    live: bool
    history: Frames | None
    opening: Opening | None
    view: Window | None
    regions: list[Region]
    sweeps: list[list[list[float]]]
    sampled: Sampled | None
    preprocessing: InputPreprocessing | None
    brush: Brush | None
    items: File | None
    missing: str | None
    ranges_of: str | None
    groups: File | None
    filter: File | None
    colour: str


class RateChange(TypedDict):
    """A change of the learning rates by the schedule."""

    step: int
    factor: float


class History(TypedDict):
    """All frames of a training run, as `app.server.time_machine` packs them."""

    v: Literal[1]
    steps: list[int]
    epochs: list[float]
    losses: list[dict[str, float]]
    distances: list[float | None]
    measure: str
    phases: dict[str, str]
    keys: dict[str, Net]
    image: list[int]
    resumed: list[int]
    troubles: list[str]
    changed: list[RateChange]
    adversary: bool
    box: NotRequired[list[float]]


class LiveCodes(TypedDict):
    """pause: milliseconds until the page may ask again. decoder: the step of the decoder of this moment; null if there is
    none."""

    pause: int
    decoder: int | None


class DecodedImages(TypedDict):
    """step: that of the decoder of this moment, if that drew the images; null if the last checkpoint's did."""

    step: int | None


class LayoutLimits(TypedDict):
    """The largest numbers of rows and columns of the grid of styles."""

    rows: int
    columns: int


class StyleGrid(TypedDict):
    """code: the live row's; limits: of the rows and columns; default_row_count: how many rows there are by default;
    content_numbers: those of the contents that get a column if all do; items: the file with what was kept of the items."""

    code: list[float]
    layout: Layout
    limits: LayoutLimits
    default_row_count: int
    content_numbers: list[int]
    items: File | None


TimeUnit: TypeAlias = Literal["images", "steps", "epochs", "share"]


class TimeAxis(TypedDict):
    """value: the moment on the axis, None for its end; silent: the titles of planes that do not follow it, and why."""

    v: Literal[1]
    group: str
    axis: TimeUnit
    value: float | None
    silent: list[tuple[str, str]]
    remarks: list[str]


class DrawingPad(TypedDict):
    """caption: the text below the pad; message_number: that of the message whose image it describes."""

    v: Literal[1]
    revision: str
    preprocessing: InputPreprocessing
    caption: str
    message_number: int


class FolderDrop(TypedDict):
    """uploader_class: CSS class of the upload to which the files go; max_bytes: of an upload; extensions: of the files that
    it takes."""

    v: Literal[1]
    uploader_class: str
    max_bytes: int
    extensions: list[str]


class Cards(TypedDict):
    """html: a list of cards, from `app.figures.cards`."""

    v: Literal[1]
    html: str


class ArticlePart(TypedDict):
    """html: a part of the theory page, from `app.theory.article_html`."""

    v: Literal[1]
    html: str


class HideablePart(TypedDict):
    """A part of the page that the link can hide; on: whether it does."""

    id: str
    title: str
    on: bool


class LanguageChoice(TypedDict):
    """A language by its code, and its name in the language itself."""

    code: str
    name: str


class LinkBar(TypedDict):
    """left_out: a sentence on what the page's link does not contain; language: the code of the one that is shown."""

    v: Literal[1]
    names: list[HideablePart]
    presenter: bool
    embedded: bool
    left_out: str
    languages: list[LanguageChoice]
    language: str


# Answers to requests ----------------------------------------------------------------------------------------------------


class TextColumn(TypedDict):
    """A column of texts, of which `ItemFields.texts` has the different ones. repeats: whether a text occurs more than once, so
    that `ItemFields.places` has the place of each item's text among them; searched: whether it is searched."""

    name: str
    repeats: bool
    searched: bool


class ItemTexts(TypedDict):
    """What was kept of the items of the codes shown; "id" has the ids. left_out: the names of the columns that are too large for
    a page."""

    v: Literal[1]
    columns: list[TextColumn]
    left_out: list[str]


class Difference(TypedDict):
    """How selected items differ from all others in a column, as of `selection_differences.ColumnDifference`. ends: the texts of
    the ends of a histogram; means: the texts of the means of the selected items and of the others."""

    name: str
    source: Literal["class", "model", "metadata", "feature"]
    kind: Literal["number", "category"]
    difference: float
    low: float
    high: float
    value: str
    values: list[str]
    ends: list[str]
    means: list[str]
    selected: list[int]
    all: list[int]
    selected_count: int
    all_count: int


class Differences(TypedDict):
    """rows: the largest effect first; pending: the names of columns that were not computed yet."""

    v: Literal[1]
    rows: list[Difference]
    pending: list[str]


class Versioned(TypedDict):
    """A header that holds nothing beside the version of the format."""

    v: Literal[1]


class Direction(TypedDict):
    """A direction in the latent space; change, share, fit: as of `aae_core.latent.directions.Direction`."""

    name: str
    change: float
    share: float | None
    fit: float | None


class Colouring(TypedDict):
    """What colours the codes of a plane, as in its header."""

    classes: list[str]
    colours: list[str]
    shapes: list[str]
    missing: str | None
    ranges_of: str | None
    groups: File | None
    colour: str


class ColouringAnswer(TypedDict):
    """colouring: None where the groups take a computation of seconds."""

    v: Literal[1]
    colouring: Colouring | None


class Directions(TypedDict):
    """directions: in the order in which the page lists them; their places are in `DirectionFields`."""

    v: Literal[1]
    directions: list[Direction]


class TypicalError(TypedDict):
    """Reconstruction errors: the typical one, and the one above which an image is unlike the data."""

    typical: float
    limit: float


class TypicalErrorAnswer(TypedDict):
    """error: None where the images of the codes are not on this machine."""

    v: Literal[1]
    error: TypicalError | None


# Lessons ----------------------------------------------------------------------------------------------------------------

# `as` and `is` are no names of attributes in Python
Part = TypedDict(
    "Part", {"text": str, "as": str, "term": NotRequired[str], "figure": NotRequired[str], "of": NotRequired[str]}
)
Part.__doc__ = (
    "A piece of text, and how it is set; or a figure: its name, and whether it is of now, of the start or the change."
)


class Block(TypedDict):
    """items: lines or, of a table, cells row by row; columns: of a table."""

    kind: Literal["p", "ul", "table"]
    items: list[list[Part]]
    columns: NotRequired[int]


class Term(TypedDict):
    """A part of the lesson's equation."""

    text: str
    says: NotRequired[str]
    item: NotRequired[str]
    lights: NotRequired[str]
    css: NotRequired[str]
    drawn: NotRequired[str]


class Prediction(TypedDict):
    """right: the number of the correct choice; measured, because: the verdict, shown when the goal is reached."""

    ask: str
    choices: list[str]
    right: int
    because: list[Block]
    measured: list[Block]


class Condition(TypedDict):
    """comparison: one of `vocabulary.COMPARISONS`."""

    figure: str
    comparison: str
    value: float


class Caption(TypedDict):
    """A sentence beside the experiment of a lesson, and when it is shown; without a condition always."""

    blocks: list[Block]
    condition: Condition | None


Goal = TypedDict(
    "Goal",
    {
        "kind": str,
        "beyond": NotRequired[float],
        "within": NotRequired[float],
        "near": NotRequired[list[float]],
        "times": NotRequired[int],
        "layer": NotRequired[str],
        "on": NotRequired[bool],
        "before": NotRequired[float],
        "phase": NotRequired[str],
        "rule": NotRequired[str],
        "least": NotRequired[float],
        "most": NotRequired[float],
        "setting": NotRequired[str],
        "is": NotRequired[str],
        "figure": NotRequired[str],
        "above": NotRequired[float],
        "below": NotRequired[float],
    },
)
Goal.__doc__ = "A row of `vocabulary.GOALS`: its kind and the parameters of that kind."


LessonAction = TypedDict(
    "LessonAction",
    {
        "do": str,
        "phase": NotRequired[str],
        "times": NotRequired[int],
        "rule": NotRequired[str],
        "value": NotRequired[float],
        "to": NotRequired[list[float]],
        "setting": NotRequired[str],
        "is": NotRequired[str],
    },
)
LessonAction.__doc__ = "A row of `vocabulary.ACTIONS`."


class Panel(TypedDict):
    """The panel of a running lesson. figures: the digits after the point of each figure on this page; performs: what leads
    to the goal, where the goal itself does not say it; is_on_this_page: whether it is the page of the app on which the
    experiment happens."""

    v: Literal[1]
    lesson: str
    title: str
    page_number: int
    page_count: int
    heading: str
    place: str
    is_on_this_page: bool
    equation: list[Term]
    reads: str
    blocks: list[Block]
    prediction: Prediction | None
    captions: list[Caption]
    figures: dict[str, int]
    goal: Goal
    performs: list[LessonAction]
    do: str
    following: str | None
    terms: dict[str, str]
    first: dict[str, str]
    missing: str
    answer: int | None
    reached: bool
    learnt: bool


# The preview of a prior, and the game ------------------------------------------------------------------------------------------


class PriorPreview(TypedDict):
    """A prior on the form; prior: null where it cannot be drawn. caption: the text below the picture."""

    v: Literal[1]
    prior: PriorSettings | None
    dim: int
    title: str
    caption: str


class Rule(TypedDict):
    """needs: the phase without which the rule has no effect; places: the number of steps of its slider."""

    name: str
    label: str
    help: str
    low: float
    high: float
    start: float
    places: int
    log: bool
    needs: str


class Option(TypedDict):
    """value: what the page sends if it is chosen; title: what it shows."""

    value: str | int
    title: str


class ColourSelect(TypedDict):
    """The columns that can colour the codes of the page's planes, "" for the classes. default: the one that a link omits;
    likely: those whose groups the page fetches before one is chosen."""

    v: Literal[1]
    options: list[Option]
    likely: list[str]
    chosen: str
    default: str


class Choice(TypedDict):
    """needs: what a model must have for the choice to have an effect: "prior", "labels", "inferred", an inferred y, or
    "free posterior", one that no KL term fixes; "" for nothing."""

    name: str
    label: str
    needs: str
    options: list[Option]


class GameModel(TypedDict):
    """labels: where they enter; prior_cost_weights: of the costs on the codes that impose the prior without an
    adversary; categorical: whether y is inferred; content, prior: whether there is one; discriminator_sees_content: whether
    D gets y; y: how the graph shows it; refused: why a prior cannot be chosen."""

    summary: str
    labels: str
    prior_cost_weights: dict[str, float]
    categorical: bool
    content: bool
    prior: bool
    discriminator_sees_content: bool
    y: str
    phases: list[str]
    posterior: str
    cost: str
    refused: dict[str, str]


class GameNets(TypedDict):
    """What all models share: hidden widths of the networks, the number of labelled images where labels are used, the
    size of the noise that a universal posterior takes, and the optimiser's settings."""

    hidden: list[int]
    discriminator: list[int]
    batch: int
    labels: int
    noise: int
    projections: int
    clip: float
    momentum: float
    adversarial_momentum: float
    rates: dict[str, float]


class GameExtent(TypedDict):
    """Half-width and middle of a map."""

    extent: float
    centre: list[float]


class GamePrior(TypedDict):
    """regions: whether there is one for each class; painting: the text of a painted prior; extents: by the number of
    classes. The samples of a user-defined prior are in the message."""

    name: str
    scale: float
    support: str
    painting: str
    regions: bool
    extents: dict[str, GameExtent]


class GameBoard(TypedDict):
    """game: identifies the game; initial_rules: the values with which its rules begin; view: what is shown of it; models
    by variant, priors by name, and the URL of each data set."""

    v: Literal[1]
    game: str
    setup: Setup
    choices: list[Choice]
    rules: list[Rule]
    initial_rules: Rules
    view: str
    colours: list[str]
    shapes: list[str]
    models: dict[str, GameModel]
    nets: GameNets
    priors: dict[str, GamePrior]
    data: dict[str, str]


class ArrangementRanges(TypedDict):
    """Low and high of width and spread."""

    width: list[float]
    spread: list[float]


class AggregateBoard(TypedDict):
    """arrangement: what the board shows at first; sets: how many sets of twenty images there are."""

    v: Literal[1]
    arrangement: Arrangement
    sets: int
    ranges: ArrangementRanges


class GameData(TypedDict):
    """shape: H×W×C of an image, 1×F×1 of a row; levels: the factor and the summand by which each feature of a row
    becomes its displayed level."""

    v: Literal[1]
    classes: list[str]
    table: bool
    shape: list[int]
    levels: tuple[list[float], list[float]] | None


# The messages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedArrays:
    """Arrays of one type whose names are `part`.`name` with one of these parts, and any name."""

    parts: tuple[str, ...]
    array: object


class Message(NamedTuple):
    """The records that a message's header has all fields of, and those of its arrays."""

    header: tuple
    arrays: tuple = ()


MESSAGES = {
    # by component
    "latent_canvas": Message((About, Plane), (CodeFields, GroupingFields, PriorFields, PlaneFields)),
    "style_grid": Message((About, StyleGrid), (CodeFields, PriorFields)),
    "lesson_panel": Message((Panel,)),
    "time_axis": Message((TimeAxis,)),
    "drawing_pad": Message((DrawingPad,)),
    "folder_drop": Message((FolderDrop,)),
    "prior_preview": Message((PriorPreview,), (PriorFields,)),
    "game_board": Message((GameBoard,), (NamedArrays(("samples", "x", "y", "log"), Float32),)),
    "aggregate_board": Message((AggregateBoard,), (EncodedImagesFields,)),
    "cards": Message((Cards,)),
    "article": Message((ArticlePart,)),
    "link_bar": Message((LinkBar,)),
    "colour_select": Message((ColourSelect,)),
    # fetched by URL, and then merged into the message of a plane or a grid of styles
    "codes": Message((Versioned,), (CodeFields,)),
    "groupings": Message((Versioned,), (GroupingFields,)),
    "items": Message((ItemTexts,), (ItemFields,)),
    "history": Message((History,), (FrameFields,)),
    "now": Message((History, LiveCodes), (FrameFields,)),
    # answers to requests
    "decode": Message((Versioned, DecodedImages), (DecodedFields,)),
    "images": Message((Versioned,), (ImagesFields,)),
    "encode": Message((Versioned,), (EncodedFields,)),
    "directions": Message((Directions,), (DirectionFields,)),
    "usual": Message((TypicalErrorAnswer,)),
    "differences": Message((Differences,)),
    "colouring": Message((ColouringAnswer,), (GroupingFields,)),
    # fetched by URL
    "game_data": Message((GameData,), (GameDataFields,)),
}
