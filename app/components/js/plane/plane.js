/**
 * The plane as a whole: it assembles the parts and handles Python's messages.
 */

import { smoothen } from "../base/picture.js";
import { themeOf } from "../base/theme.js";
import { drawLegend } from "../codes/legend.js";
import { mounting } from "../host/mounting.js";
import { letTakePart } from "../lessons/taking_part.js";
import { standBeside } from "../linked/beside.js";
import { standLevel } from "../linked/level.js";
import { joinOthers } from "../linked/link.js";
import { showTitle } from "../linked/titles.js";
import { Travel } from "../linked/travel.js";
import { Opening } from "../opening/opening.js";
import { Prior } from "../priors/prior.js";
import { Lookback } from "../time/lookback.js";
import { TimeMachine } from "../time/time_machine.js";
import { sliceOf } from "../view/slice.js";
import { Display } from "./display.js";
import { Kept } from "./kept.js";
import { Pointing } from "./pointing.js";
import { sampledText } from "./spoken.js";
import { memoryOf, samePlane } from "./state.js";
import { Steering } from "./steering.js";
import { Tools } from "./tools.js";

export class Plane extends Display {
  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    this.pointing = new Pointing(this);
    this.steering = new Steering(this);
    this.kept = new Kept(this);
    this.tools = new Tools(this);
    standBeside(this);
    joinOthers(this);
    new Travel(this);
    this.lookback = new Lookback(this);
    new Opening(this, new TimeMachine(this));
    showTitle(this);
    standLevel(this);
    letTakePart(this);
    root.append(this.parts.root);
  }

  // Messages from Python -----------------------------------------------------------------------------------------------

  /** @param {import("../../messages.js").Sent["latent_canvas"]} message */
  update({ header, fields }) {
    const before = this.header;
    const theme = themeOf(this.parts.root); // Streamlit calls again when the theme changes
    const drawn = this.ready && JSON.stringify(theme) === JSON.stringify(this.theme)
      && samePlane({ header: before, fields: this.fields }, { header, fields }); // prettier-ignore
    if (drawn) {
      // only z is new; drawing the codes again would delay the image
      this.header = header;
      this.memory.said.isNews(JSON.stringify(header.layers)); // notes the echo; the layers themselves have not changed
      this.fields = { ...this.fields, image: fields.image }; // keeps the old arrays, on which cached results depend
      const news = this.adopt(header, false);
      this.answers.load(header, fields);
      if (header.dim > 2) this.scene.refine(); // the slice through another z may be another one
      this.tellNews(news);
      return this.events.emit("data", { other: false });
    }
    const other = !this.ready || before.revision !== header.revision;
    const turned = other || JSON.stringify([before.axes, before.pca]) !== JSON.stringify([header.axes, header.pca]);
    this.ready = true;
    this.header = header;
    this.fields = fields;
    this.theme = theme;
    this.slice = sliceOf(header);
    this.prior = new Prior(header, fields);
    this.memory = memoryOf(header.revision, header);
    if (this.memory.said.isNews(JSON.stringify(header.layers)) || other) Object.assign(this.memory.layers, header.layers);
    this.view.frame(header.extent, header.centre);
    if (turned) this.view.reset();
    if (other && header.view) this.view.show(header.view);
    if (other) this.forget();
    const news = this.adopt(header, other);
    this.lay(header, fields);
    this.sprites.load(header.sprites, header.server);
    if (fields.image) smoothen(this.parts.root, fields.image.shape);
    this.selection.keep(this.codes.xy.length / 2);
    this.say("data", "");
    this.say("sampled", sampledText(header.sampled));
    this.answers.load(header, fields);
    this.panel.chart.take(header.features ?? null);
    this.panel.sliders.build(this.prior, header.ranges);
    this.scene.update();
    drawLegend(this);
    this.drawSwitches();
    this.tools.show(header);
    this.redrawOver();
    this.tellNews(news);
    this.events.emit("data", { other });
  }

  /** Drops the state of the revision shown before. */
  forget() {
    window.clearTimeout(this.settling);
    this.settling = 0;
    this.hovered = -1;
    this.selection.choose(null);
    this.scene.forget();
  }

  /** @param {{z: boolean, picked: boolean}} news */
  tellNews({ z, picked }) {
    this.refresh();
    if (z) this.events.emit("z", { by: "python" });
    if (picked) this.events.emit("pick", { index: this.picked, by: "python" });
  }
}

export default mounting(Plane);
