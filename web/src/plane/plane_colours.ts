/**
 * The groups that colour a plane's codes from the moment at which the user chooses a column until Python's message has
 * them. Linked planes wait for the message, because their groups are made from the items of both.
 */

import { EchoFilter } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import type { Colouring, Server } from "../host/server.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { Plane } from "./plane.ts";

type PlaneMessage = OutgoingMessages["latent_canvas"];

/** By the server's URLs, which differ for other codes, and by column. */
const colouringsCache: PromiseCache<Colouring> = new PromiseCache(24);

/** What colours the codes if a column does; null if that takes long or cannot be fetched. */
const fetchColouring = (server: Server, column: string) =>
  colouringsCache
    .getOrFetch(`${server.id} ${column}`, async () => {
      const colouring = await server.fetchColouring(column);
      if (!colouring) throw new Error(column); // so that it is requested again, once it may have been computed
      return colouring;
    })
    .catch(() => null);

export class PlaneColours {
  plane: Plane;
  /** The columns in the messages from Python, and those that it will send. */
  columns: EchoFilter<string> = new EchoFilter();
  /** What the user has chosen, and Python has not sent yet. */
  choice: { serverId: string; colouring: Colouring } | null = null;
  /** The number of the latest choice. */
  latestChoice = 0;

  constructor(plane: Plane) {
    this.plane = plane;
    pageEvents.on(
      "colour",
      ({ column, promises }) => {
        if (this.canFetch) promises.push(this.choose(column));
      },
      plane.events,
    );
    pageEvents.on("colours", ({ columns }) => void this.prefetch(columns), plane.events);
  }

  /** Whether the server can be asked for the groups of this plane alone. */
  get canFetch() {
    const { ready, header, decoder } = this.plane;
    return ready && !header.link && decoder.server.canRequest("colouring");
  }

  /**
   * Colours the codes by a column; not if its groups take long or cannot be fetched, since Python's message then comes
   * with them or says why.
   */
  async choose(column: string) {
    const { plane } = this;
    const { server } = plane.decoder;
    const number = ++this.latestChoice;
    const colouring = await fetchColouring(server, column);
    const isOutdated = number !== this.latestChoice || plane.closed || plane.decoder.server.id !== server.id;
    if (isOutdated || !colouring) return;
    this.columns.noteSent(column);
    this.choice = { serverId: server.id, colouring };
    plane.recolour(this.applyTo(plane, colouring));
  }

  /** Fetches what these columns need, one after another. */
  async prefetch(columns: string[]) {
    const { plane } = this;
    const { server } = plane.decoder;
    for (const column of columns) {
      if (plane.closed || !this.canFetch || plane.decoder.server.id !== server.id) return;
      await fetchColouring(server, column);
    }
  }

  /** A message from Python, coloured as the user has chosen since it was sent. */
  colourMessage(message: PlaneMessage): PlaneMessage {
    const { choice } = this;
    const isNewColumn = this.columns.isNewValue(message.header.colour);
    const isOtherPlane = choice?.serverId !== Object.values(message.header.server ?? {}).join();
    if (!choice || isNewColumn || isOtherPlane || choice.colouring.header.colour === message.header.colour) {
      this.choice = null;
      return message;
    }
    return this.applyTo(message, choice.colouring);
  }

  applyTo({ header, fields: { groups: _, ...fields } }: PlaneMessage, colouring: Colouring): PlaneMessage {
    return { header: { ...header, ...colouring.header }, fields: { ...fields, ...colouring.fields } };
  }
}
