/**
 * The types of all messages between Python and the page, in both directions. The page's modules are type-checked against this file;
 * Python refuses whatever does not fit `Heard` (`hearing.py`), and `test_messages.py` compares what Python sends with `Sent`.
 */

/** What the page sends to Python, by kind. `hearing.py` parses these lines: one for each kind, and only the types used here. */
export interface Heard {
  code: {z: number[]};
  picked: {index: number};
  frame: {step: number | null};
  layers: {[name: string]: boolean};
  view: {x0?: number, x1?: number, y0?: number, y1?: number, home?: boolean};
  hidden: {text: string};
  lasso: {text: string};
  open: {text: string};
  feature: {text: string};
  more: {text: string};
  trails: {text: string};
  path: {text: string};
  directions: {text: string};
  moment: {axis: string, at: number | null};
  layout: {rows: number[], columns: number[], blend: {a: number, b: number, t: number}};
  image: {pixels: string | null, turn?: number};
  painting: {text: string};
  setup: {[name: string]: string | number | null};
  rules: {[name: string]: number};
  hide: {names: string[]};
  size: {presenter: boolean};
  go: {lesson: string, at: number, number?: number};
  answer: {lesson: string, at: number, number?: number};
  reached: {lesson: string, at: number};
  leave: {lesson: string, at: number};
}

/** What Python sends: the header and the arrays of each message, as `wire` packs them; first by component, then by request. */
export interface Sent {
  latent_canvas: {header: About & Plane, fields: CodeFields & PriorFields & {
    image: Field<Uint8Array>, prior_xy?: Field<Float32Array>, prior_mass?: Field<Float32Array>, density_grid: Field<Float32Array>, judge_grid?: Field<Float32Array>,
  }};
  style_grid: {header: About & StyleGrid, fields: CodeFields & PriorFields};
  lesson_panel: {header: Panel, fields: {}};
  time_axis: {header: {v: 1, group: string, axis: "images" | "steps" | "epochs" | "share", at: number | null, silent: [string, string][], remarks: string[]}, fields: {}};
  drawing_pad: {header: {v: 1, revision: string, drawing: Drawing, said: string, turn: number}, fields: {}};
  folder_drop: {header: {v: 1, field: string, most: number, forms: string[]}, fields: {}};
  prior_studio: {header: Painted | Unpainted, fields: PriorFields};
  game_board: {header: GameBoard, fields: {[known: `${"samples" | "x" | "y" | "log"}.${string}`]: Field<Float32Array>}};
  link_bar: {header: {v: 1, names: {id: string, title: string, on: boolean}[], presenter: boolean, embedded: boolean, left_out: string}, fields: {}};
  /** Fetched by URL and then merged into the message of a plane or a style grid. */
  codes: {header: {v: 1}, fields: CodeFields};
  history: {header: History, fields: {z: Field<Uint16Array>, rows: Field<Int32Array>, judged?: Field<Uint16Array>}};
  /** Answers to requests. */
  decode: {header: {v: 1}, fields: {images: Field<Uint8Array>, d_of_z?: Field<Float32Array>}};
  images: {header: {v: 1}, fields: {images: Field<Uint8Array>, rows?: Field<Float32Array>}};
  encode: {header: {v: 1}, fields: {z: Field<Float32Array>}};
  directions: {header: {v: 1, directions: {name: string, change: number, share: number | null, fit: number | null}[]}, fields: {centres: Field<Float32Array>, steps: Field<Float32Array>}};
  usual: {header: {v: 1, error: {typical: number, limit: number} | null}, fields: {}};
  /** Fetched by URL. x: N×P, images as bytes or rows of a table in standard units; labels: classes; plotted: the indices of those on the plane. */
  game_data: {header: GameData, fields: {x: Field<Uint8Array | Float32Array>, labels: Field<Int16Array>, plotted: Field<Int32Array>}};
}

// Arrays ------------------------------------------------------------------------------------------------------------------

export type Values = Float32Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array;
/** box: x0, x1, y0, y1 of a grid; levels: at which contours are drawn. */
export interface Field<V = Values> {values: V, shape: number[], box?: number[] | null, levels?: number[] | null}
/** index: the number of each code's image in `About.split`; absent where code k belongs to image k. */
export interface CodeFields {z: Field<Float32Array>, labels: Field<Int16Array>, index?: Field<Int32Array>, content?: Field<Int16Array>, xy?: Field<Float32Array>}
/** The last four describe a user-defined prior: samples n×d, and log p(z) at the knots x and, with two dimensions, y (rows). */
export interface PriorFields {
  quantiles?: Field<Float32Array>, prior_samples?: Field<Float32Array>, prior_log?: Field<Float32Array>, prior_x?: Field<Float32Array>, prior_y?: Field<Float32Array>,
}

// Revisions ---------------------------------------------------------------------------------------------------------------

export interface File {url: string, sha: string}
/** The fields of `aae_core.models.layers.Convolution`. */
export interface Convolution {
  before: number[], after: number[], enlarged: number[], kernel: number[], stride: number, padding: number, transposed: boolean, adds: boolean, relu: boolean,
}
/** [inputs, outputs] of a dense layer, followed by a ReLU unless it is the last layer; or a convolution. */
export type Layer = number[] | Convolution;
export interface Net extends File {layers: Layer[]}
/** How a decoder's outputs become levels of a row: groups of columns with their link function, then a factor and a summand for each column. */
export interface Means {groups: [string, number[]][], times: number[], plus: number[]}
/** The features of a table, in their own units: median, half-width of the scale around it, 1st and 99th percentile. */
export interface Features {names: string[], middles: number[], reaches: number[], lows: number[], highs: number[]}
/** image: C, H, W; dim: d. */
export type Weights = Decoding | {decoder: null, discriminator: null, encoder: Net | null, image: number[], dim: number, means: Means | null};
export interface Decoding {decoder: Net, discriminator: Net | null, encoder: Net | null, image: number[], dim: number, means: Means | null}
/** tile: height and width of one image on the sheet; whole: whether that is the image's full size. */
export interface Sprites extends File {tile: number[], whole: boolean, columns: number, count: number, kind: "originals" | "reconstructions"}
export type What = "decode" | "encode" | "usual" | "directions" | "image" | "images" | "frames";
/** heads: the cluster head of each class, for the variant of dimensionality reduction; levels: of the quantiles. */
export interface Prior {name: string, scale: number, components: number, shape: number, painting: string | null, heads: number[][] | null, levels: number[]}
/** The densest 99 % of a prior: by log p(z), or by the distance from a curve. */
export type Typical = {kind: "density", log: number} | {kind: "arc", distance: number};

/** What every component receives about a revision and the codes shown; split: the images these codes belong to, where "all" means the training images followed by the test images. */
export interface About {
  v: 1, revision: string, version: string, dim: number, classes: string[], contents: string[], colours: string[], shapes: string[],
  prior: Prior | null, typical: Typical | null, ranges: number[][] | null, weights: Weights | null, why?: string, sprites: Sprites | null,
  server: {[what in What]: string | null}, codes: File, split: "train" | "test" | "all", features: Features | null,
}

/** Built by `app.ui.plane_contents`. names: the parameter names in the link, by kind; kept: the values from the link or the session, by kind. */
export interface Plane {
  extent: number, centre: number[], axis_names: string[], axes: [number, number] | null, pca: {name: "pca" | "circle", mean: number[], basis: number[][]} | null,
  code: number[], y: number | null, picked: number | null, beside: boolean, link: {group: string, side: number, title: string, shares: string[]} | null,
  layers: {[name: string]: boolean}, tools: string[], report: string[], names: {[kind: string]: string}, kept: {[kind: string]: string},
  frame: number | null, history: Frames | null, opening: Opening | null, view: {x0: number, x1: number, y0: number, y1: number} | null,
  regions: {name: string, z: number[], colour: string | null}[], sweeps: number[][][], sampled: {shown: number, of: number} | null, drawing: Drawing | null,
}

/** play: whether there is a history to play; image: the words for one image. */
export interface Opening {play: boolean, image: string}
/** How a drawn or uploaded image is preprocessed (`aae_core.data.preprocessing`); image: C, H, W. */
export interface Drawing {fill: number | null, centre: "mass" | "box", ground: "dark" | "light" | null, stroke: number, image: number[], margins?: boolean, tones?: Tones}

/** How values of an image file become those of the data set: the shares of the scale that become black and white, and the colour behind transparent pixels. */
export interface Tones {low: number, high: number, backdrop: "white" | "black"}
/** What is known about the frames of a training run before they are fetched; batch: images per mini-batch. */
export interface Frames {sha: string, steps: number[], now: number, epoch: number, live: boolean, batch: number}

/** All frames of a training run, as `app.server.time_machine` packs them. */
export interface History {
  v: 1, steps: number[], epochs: number[], losses: {[phase: string]: number}[], distances: (number | null)[], measure: string, phases: {[phase: string]: string},
  keys: {[step: string]: Net}, image: number[], resumed: number[], troubles: string[], changed: {step: number, factor: number}[], adversary: boolean, box?: number[],
}

/** rows: numbers of the images whose styles the rows take; columns: contents; blend: (1 − t) of content a and t of content b. */
export type Layout = Heard["layout"];
export interface StyleGrid {code: number[], layout: Layout, most: {rows: number, columns: number}, usual: number, every: number[]}

// Lessons -----------------------------------------------------------------------------------------------------------------

export interface Part {text: string, as: string, term?: string}
export interface Block {kind: "p" | "ul", items: Part[][]}
export interface Term {text: string, says?: string, item?: string, lights?: string, css?: string, drawn?: string}
/** right: the number of the correct choice; because: shown after the answer. */
export interface Prediction {ask: string, choices: string[], right: number, because: Block[]}
/** A row of `vocabulary.GOALS`: its kind and the parameters of that kind. */
export interface Goal {
  kind: string, beyond?: number, within?: number, near?: number[], times?: number, layer?: string, on?: boolean, before?: number, phase?: string,
  rule?: string, least?: number, most?: number, setting?: string, is?: string,
}
export interface Panel {
  v: 1, lesson: string, title: string, at: number, of: number, heading: string, place: string, here: boolean, equation: Term[], reads: string, blocks: Block[],
  prediction: Prediction | null, goal: Goal, do: string, following: string | null, terms: {[term: string]: string},
  first: {[setting: string]: string}, missing: string, answer: number | null, reached: boolean, learnt: boolean,
}

// The prior studio and the game -------------------------------------------------------------------------------------------

/** prior: null where it cannot be drawn. */
export interface Unpainted {v: 1, prior: Omit<Prior, "painting" | "heads" | "levels"> | null, dim: number, title: string, painting: null, told: string, half?: undefined, classes?: undefined, colours?: undefined}
export interface Painted extends Pick<Unpainted, "v" | "prior" | "dim" | "title"> {
  painting: string, half: number, shapes: {title: string, text: string}[], classes: string[], colours: string[],
}

export type Setup = Heard["setup"];
export type Rules = Heard["rules"];
/** needs: the phase without which the rule has no effect; places: the number of steps of its slider. */
export interface Rule {name: string, label: string, help: string, low: number, high: number, start: number, places: number, log: boolean, needs: string}
export interface Choice {name: string, label: string, options: {value: string | number, title: string}[]}
/** game: identifies the game; ruled: initial values of its rules; models by variant, priors by name, and the URL of each data set. */
export interface GameBoard {
  v: 1, game: string, setup: Setup, choices: Choice[], rules: Rule[], ruled: Rules, colours: string[], shapes: string[],
  models: {[variant: string]: GameModel}, nets: GameNets, priors: {[name: string]: GamePrior}, data: {[name: string]: string},
}
/** labels: where they enter; pulls: weights of the costs on the codes that impose the prior without an adversary; categorical: whether y is inferred; content, prior: whether there is one; y: how the graph shows it; refused: why a prior cannot be chosen. */
export interface GameModel {
  summary: string, labels: string, pulls: {[cost: string]: number}, categorical: boolean, content: boolean, prior: boolean, y: string, phases: string[], posterior: string, cost: string,
  refused: {[prior: string]: string},
}
/** What all models share: hidden widths of the networks, the number of labelled images where labels are used, and the optimiser's settings. */
export interface GameNets {
  hidden: number[], discriminator: number[], batch: number, labels: number, projections: number, clip: number, momentum: number, adversarial_momentum: number,
  rates: {[phase: string]: number},
}
/** regions: whether there is one for each class; painting: the text of a painted prior; extents: half-width and middle of a map, by the number of classes. The samples of a user-defined prior are in the message. */
export interface GamePrior {name: string, scale: number, support: string, painting: string, regions: boolean, extents: {[classes: string]: {extent: number, centre: number[]}}}
/** shape: H×W×C of an image, 1×F×1 of a row; levels: the factor and the summand by which each feature of a row becomes its displayed level. */
export interface GameData {v: 1, classes: string[], table: boolean, shape: number[], levels: [number[], number[]] | null}
/** A request to the game's engine; it and the answer stay within the page. */
export interface GameRequest {do: "begin" | "arrive" | "step" | "round", setup?: Setup, rules?: Rules, phase?: string, times?: number}
/** A step: its loss and that loss's terms before and after; moved: how far the weights of each network that changed have moved; still: the other networks. */
export interface Step {phase: string, batch: number, loss: [number, number], terms: {[term: string]: [number, number]}, moved: {[net: string]: number}, still: string[]}
/** Images, and codes with D(z), under "name.number of the step". */
export type ArraysOfSteps = {[image: `${"x" | "noisy" | "xhat" | "xhat2"}.${number}`]: Field<Uint8Array>}
  & {[code: `${"z" | "z2" | "d" | "d2" | "p" | "dp"}.${number}`]: Field<Float32Array>};
export interface Answered {
  header: Played, fields: {codes: Field<Float32Array>, labels: Field<Int16Array>, sample?: Field<Float32Array>, surface?: Field<Float32Array>} & ArraysOfSteps,
}
export interface Played {
  v: 1, preview: boolean, phases: string[], counts: {[phase: string]: number}, classes: string[], records: Step[], size: number, batch: number,
  distance: number | null, half: number, centre: number[], rules: Rules, setup: Setup,
  variant: {name: string, summary: string, pulls: string[], content: boolean, prior: boolean, y: string},
}
