/**
 * The base class of a document's pages.
 */

import type { Settings } from "./settings.ts";
import type { MountedComponent } from "./mounted_component.ts";

export class DocumentPage<T> {
  description: T;
  settings: Settings;
  /** Its mounted components. */
  components: MountedComponent[] = [];

  /** @param description its description in the document */
  constructor(description: T, settings: Settings) {
    this.description = description;
    this.settings = settings;
  }

  /** Updates the components from the settings. */
  show(): void | Promise<void> {}

  setSettings(texts: Record<string, string | null>) {
    this.settings.setTexts(texts);
    this.show();
  }
}
