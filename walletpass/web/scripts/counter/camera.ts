// The camera: shown, looked at a few times a second, off while nobody sees the page.

import { type Detector, newDetector } from "./detector";
import { element, type Screen } from "./screen";
import { Sightings } from "./sightings";

const LOOK_EVERY = 100;
const WIDEST = 960;

type Words = "starting" | "ready" | "denied" | "missing" | "insecure";
type Torch = { torch?: boolean };

const REASONS: Record<string, Words> = { NotAllowedError: "denied", SecurityError: "denied" };

export class Camera {
  private readonly picture = element<HTMLVideoElement>("picture");
  private readonly torch = element<HTMLButtonElement>("torch");
  private readonly flip = element<HTMLButtonElement>("flip");
  private readonly canvas = document.createElement("canvas");
  private readonly sightings = new Sightings();
  private stream: MediaStream | null = null;
  private facing: "environment" | "user" = "environment";
  private turn = 0;

  constructor(
    private readonly screen: Screen,
    private readonly onCode: (code: string) => void,
  ) {
    this.torch.addEventListener("click", () => void this.light());
    this.flip.addEventListener("click", () => {
      this.facing = this.facing === "environment" ? "user" : "environment";
      void this.open();
    });
    document.addEventListener("visibilitychange", () => void (document.hidden ? this.close() : this.open()));
  }

  start(): void {
    element("finder").hidden = false;
    void this.open();
  }

  private async open(): Promise<void> {
    this.close();
    const turn = this.turn;
    if (!navigator.mediaDevices) return this.screen.tellCamera("insecure");
    this.screen.tellCamera("starting");
    try {
      const wanted = { facingMode: { ideal: this.facing }, width: { ideal: 1280 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
      if (turn !== this.turn) return stop(stream);
      this.stream = stream;
      this.picture.srcObject = stream;
      await this.picture.play();
      await this.offerTools(stream);
      this.screen.tellCamera("ready");
      void this.look(await newDetector(), turn);
    } catch (error) {
      if (turn === this.turn) this.screen.tellCamera(REASONS[(error as Error).name] ?? "missing");
    }
  }

  private close(): void {
    this.turn++;
    if (this.stream) stop(this.stream);
    this.stream = null;
  }

  private async look(detector: Detector, turn: number): Promise<void> {
    while (turn === this.turn) {
      const code = await this.read(detector).catch(() => "");
      if (code && this.sightings.isNew(code, performance.now())) this.onCode(code);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  private async read(detector: Detector): Promise<string> {
    const { videoWidth, videoHeight } = this.picture;
    const scale = Math.min(1, WIDEST / Math.max(videoWidth, videoHeight, 1));
    this.canvas.width = Math.round(videoWidth * scale);
    this.canvas.height = Math.round(videoHeight * scale);
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context?.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
    const [found] = await detector.detect(this.canvas);
    return found?.rawValue ?? "";
  }

  private async offerTools(stream: MediaStream): Promise<void> {
    const able = stream.getVideoTracks()[0]?.getCapabilities?.() as Torch | undefined;
    this.torch.hidden = !able?.torch;
    this.torch.setAttribute("aria-pressed", "false");
    const cameras = await navigator.mediaDevices.enumerateDevices();
    this.flip.hidden = cameras.filter((device) => device.kind === "videoinput").length < 2;
  }

  private async light(): Promise<void> {
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    const wanted: Torch = { torch: on };
    await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [wanted as MediaTrackConstraintSet] });
    this.torch.setAttribute("aria-pressed", String(on));
  }
}

function stop(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}
