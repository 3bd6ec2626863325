/**
 * The script of the app's pages: the components that Python mounts, by name, and what is done to a page before any of
 * them is mounted.
 */

import aggregateBoard from "./aggregate/aggregate_board.ts";
import linkBar from "./bar/link_bar.ts";
import article from "./cards/article.ts";
import cards from "./cards/cards.ts";
import drawingPad from "./drawing/drawing_pad.ts";
import folderDrop from "./drawing/folder_drop.ts";
import gameBoard from "./game/game.ts";
import lessonPanel from "./lessons/lesson_panel.ts";
import priorPreview from "./painting/prior_preview.ts";
import colourSelect from "./plane/colour_select.ts";
import latentCanvas from "./plane/plane.ts";
import styleGrid from "./style/style_grid.ts";
import timeAxis from "./time/two_histories.ts";

export { explainRefusedConnections } from "./host/connection_refusals.ts";
export { fetchEarly } from "./host/early_files.ts";
export { limitHistoryEntries } from "./host/history_entries.ts";
export { keepFocusInPage } from "./host/lost_focus.ts";
export { suppressTransitionEvents } from "./host/transition_events.ts";
export { announceWaits } from "./host/wait_announcements.ts";

/** What mounts each component, by the name that it has in Python. */
export const mounts = {
  aggregate_board: aggregateBoard,
  article,
  cards,
  colour_select: colourSelect,
  drawing_pad: drawingPad,
  folder_drop: folderDrop,
  game_board: gameBoard,
  latent_canvas: latentCanvas,
  lesson_panel: lessonPanel,
  link_bar: linkBar,
  prior_preview: priorPreview,
  style_grid: styleGrid,
  time_axis: timeAxis,
};
