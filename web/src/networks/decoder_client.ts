/**
 * The decoded image and D(z): computed in the page if it has the weights, otherwise by the server, whose images follow
 * as fast as its answers come and never lag by more than one of them; and the encoder, fetched when it is first needed.
 */

import { Networks, makeEncoder } from "./networks.ts";
import { paintValues, paintByteImage } from "../base/pictures.ts";
import { LatestOnly, Server } from "../host/server.ts";
import { loadedNet, loadNet } from "./weights.ts";
import { translate } from "../base/translate.ts";
import type { Net } from "./net.ts";
import type { Weights as Plan, Decoding, Field, About } from "../messages.ts";

const SERVER_SENTENCE = translate("Decoded on the server.");
const LOADING_NOTICE_DELAY = 600; // milliseconds after which the page says that it waits for weights

const weightsKey = (plan: Plan | null): string =>
  plan?.decoder ? [plan.decoder.sha, plan.discriminator?.sha].join() : "";

export class DecoderClient {
  canvas: HTMLCanvasElement;
  onChange: (methodText: string, sentence: string) => void;
  onArrival: () => void;
  /** The server that answers requests about the current revision. */
  server = new Server();
  revision = "";
  /** z and y of the last request. */
  requestKey = "";
  /** Whether the canvas shows the server's image, and D(z) of that. */
  showsServerImage = false;
  dOfZ = NaN;
  latestRequest;
  imageStep: number | null;
  /**
   * Whether the server decodes; the sentence that says so, what went wrong in the page, and why the server does not
   * answer.
   */
  usesServer = false;
  methodSentence: string;
  pageError: string;
  serverError: string;
  networks: Networks | null = null;
  /** Networks of an earlier step, which decode in place of the present ones. */
  earlierNetworks: Networks | null = null;
  /** The step of those networks. */
  earlierStep = -1;
  /** The step of a training's decoder of this moment, by which the server decodes; null if none is followed. */
  liveStep = null as number | null;
  /** Hashes of the networks in use and of those being fetched. */
  networksKey: string;
  loadingKey: string;
  /** Timer after which the page says that it waits for weights. */
  loadingTimer: ReturnType<typeof setTimeout> | undefined = undefined;
  plan: Plan | null = null;
  image: Field | null = null;

  /**
   * @param onChange called with where decoding happens and what went wrong
   * @param onArrival called when the server's image of z is painted, or another one is to be requested
   */
  constructor(
    canvas: HTMLCanvasElement,
    onChange: (methodText: string, sentence: string) => void,
    onArrival: () => void = () => {},
  ) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.onArrival = onArrival;
    this.latestRequest = new LatestOnly(
      async ({ z, y, isLive }: { z: Float32Array; y: number | null; isLive: boolean }, signal) => {
        if (!isLive) return { ...(await this.server.decode([z], y === null ? null : [y], signal)), step: null };
        const { header, fields } = await this.server.decodeLive(z, y, signal);
        return { ...fields, step: header.step };
      },
      ({ images, d_of_z, step }) => {
        this.imageStep = step;
        paintByteImage(canvas, { values: images.values, shape: images.shape.slice(1) });
        this.showsServerImage = true;
        this.dOfZ = d_of_z ? d_of_z.values[0] : NaN;
        this.receiveServerAnswer("");
      },
      (error) => {
        this.dOfZ = NaN; // the last image stays; only another z or another message causes a new request
        this.receiveServerAnswer(error.message);
      },
    );
    this.methodSentence = this.pageError = this.serverError = "";
    /** The step of such a decoder, if it drew the server's image. */
    this.imageStep = null as number | null;
    this.networksKey = this.loadingKey = "";
  }

  /**
   * Fetches the weights of a message. Those of the same revision replace the old ones only on arrival, so that nothing
   * flickers; while those of another revision are fetched, the server's image is shown. The server's image, too, stays
   * until there is a newer one of the same revision.
   */
  load(header: About, fields: { image?: Field; z: object }) {
    const isOther = header.revision !== this.revision;
    const plan = header.weights ?? null;
    this.image = fields.image ?? null;
    this.plan = plan;
    this.revision = header.revision;
    const server = new Server(header.server);
    if (server.id !== this.server.id) {
      this.cancelRequests();
      this.server = server;
    }
    if (isOther) this.forgetServerImage();
    if (!plan?.decoder) return this.useServer("", header.decoder_refusal ?? SERVER_SENTENCE);
    const name = weightsKey(plan);
    if (this.networksKey === name) return;
    const decoder = loadedNet(plan.decoder);
    const discriminator = plan.discriminator && loadedNet(plan.discriminator);
    if (decoder && (discriminator || !plan.discriminator)) return this.useNetworks(plan, decoder, discriminator);
    if (isOther) this.dropNetworks();
    else if (this.loadingKey === name) return;
    clearTimeout(this.loadingTimer); // meanwhile the server decodes
    this.loadingTimer = setTimeout(
      () => this.networks || this.useServer(this.addServerHint(translate("The network's weights are still loading."))),
      LOADING_NOTICE_DELAY,
    );
    if (this.loadingKey !== name) this.fetchNetworks(plan);
  }

  /** Ignores everything that arrives from now on. */
  close() {
    this.plan = null;
    this.forgetServerImage();
  }

  /** Gives up the requests for an image. */
  cancelRequests() {
    this.latestRequest.cancel();
    this.requestKey = "";
  }

  /** The canvas no longer shows the server's image, and the page no longer waits for weights. */
  forgetServerImage() {
    clearTimeout(this.loadingTimer);
    this.cancelRequests();
    this.showsServerImage = false;
    this.dOfZ = NaN;
  }

  /** What went wrong in the page, and what happens in its place. */
  addServerHint(problem: string): string {
    if (!this.server.canRequest("decode")) return problem;
    return translate("{problem} The server decodes instead.", { problem });
  }

  /**
   * Fetches the decoder, then the discriminator; if no network is in use yet, the decoder is used before D has arrived.
   */
  async fetchNetworks(plan: Decoding) {
    const isCurrent = () => weightsKey(this.plan) === weightsKey(plan);
    this.loadingKey = weightsKey(plan);
    try {
      const decoder = await loadNet(plan.decoder);
      if (isCurrent() && (!this.networks || !plan.discriminator)) this.useNetworks(plan, decoder, null);
      if (!plan.discriminator) return;
      await loadNet(plan.discriminator).then(
        (discriminator) => isCurrent() && this.useNetworks(plan, decoder, discriminator),
        // decoding works without D, so only D(z) is missing
        (error) =>
          isCurrent() &&
          this.useNetworks(
            plan,
            decoder,
            null,
            translate("D(z) cannot be computed in the page. {problem}", { problem: error.message }),
          ),
      );
    } catch (error) {
      if (isCurrent()) this.useServer(this.addServerHint((error as Error).message));
    } finally {
      if (this.loadingKey === weightsKey(plan)) this.loadingKey = "";
      if (isCurrent()) clearTimeout(this.loadingTimer);
    }
  }

  useNetworks(plan: Decoding, decoder: Net, discriminator: Net | null, sentence = "") {
    this.networks = new Networks(decoder, discriminator, plan.image, plan.dim, plan.means);
    this.networksKey = weightsKey(plan);
    this.usesServer = false;
    this.forgetServerImage();
    this.onChange(this.methodText, sentence);
  }

  /** Where decoding happens. */
  get methodText(): string {
    if (this.liveStep !== null) return SERVER_SENTENCE;
    if (this.networks) return translate("Decoded in this page ({kind}).", { kind: this.networks.kind });
    return this.methodSentence;
  }

  /**
   * Lets the server decode by a training's decoder of this moment; null: as the last message says.
   * @param step of that decoder
   */
  followTraining(step: number | null) {
    if (step === this.liveStep) return;
    const hasMethodChanged = (step === null) !== (this.liveStep === null);
    this.liveStep = step;
    if (step === null) this.imageStep = null;
    if (hasMethodChanged) this.onChange(this.methodText, this.pageError);
    else this.onArrival();
  }

  /** Drops the networks and shows the image that came with the message. */
  dropNetworks() {
    this.networks = null;
    this.networksKey = "";
    this.usesServer = false;
    if (this.image && !this.showsServerImage) paintByteImage(this.canvas, this.image);
  }

  /**
   * Lets the server decode.
   * @param pageError what went wrong in the page, "" for nothing
   * @param methodSentence the sentence that says so
   */
  useServer(pageError: string, methodSentence: string = this.server.canRequest("decode") ? SERVER_SENTENCE : "") {
    const isReported = this.usesServer && pageError === this.pageError && methodSentence === this.methodSentence;
    this.dropNetworks();
    this.usesServer = true;
    this.pageError = pageError;
    this.methodSentence = methodSentence;
    if (isReported) return;
    this.serverError = "";
    this.onChange(methodSentence, pageError);
  }

  /** The server has answered ("") or given a reason why it cannot. */
  receiveServerAnswer(serverError: string) {
    if (serverError === this.serverError) return this.onArrival();
    this.serverError = serverError;
    this.onChange(this.methodText, serverError || this.pageError);
  }

  /**
   * Decodes with the networks of an earlier training step, or with the present ones again.
   * @param step of those networks
   */
  useEarlierNetworks(networks: Networks | null, step: number = -1) {
    this.earlierNetworks = networks;
    this.earlierStep = step;
  }

  /** Paints z's image; returns D(z), or NaN where it is not known. */
  paintCode(z: Float32Array, y: number | null): number {
    const networks = this.earlierNetworks ?? this.networks;
    if (this.liveStep !== null) return this.requestImage(z, y);
    if (!networks) return this.usesServer ? this.requestImage(z, y) : NaN;
    const pixels = networks.decode(z, y);
    if (Number.isNaN(pixels[0])) {
      this.useServer(this.addServerHint(translate("The network returned no finite value for this z.")));
      return this.requestImage(z, y);
    }
    paintValues(this.canvas, pixels, networks.image);
    return networks.discriminate(z);
  }

  /** Requests z's image unless that was done; returns D(z) of the image shown. */
  requestImage(z: Float32Array, y: number | null): number {
    const key = `${z.join()} ${y} ${this.liveStep}`;
    if (this.server.canRequest("decode") && key !== this.requestKey) {
      this.requestKey = key;
      this.latestRequest.submit({ z: z.slice(), y, isLive: this.liveStep !== null });
    }
    return this.dOfZ;
  }

  /**
   * The encoder of the current revision.
   * @returns rejected with one sentence where the page has none
   */
  async loadEncoder(): Promise<(x: ArrayLike<number>) => Float32Array> {
    const { plan } = this;
    if (!plan?.encoder) throw new Error(translate("This revision's encoder does not run in the page."));
    return makeEncoder(await loadNet(plan.encoder), plan.dim);
  }
}
