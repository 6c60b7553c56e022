// What is heard and felt: each result has a sound and a shake of its own, made here, from no file.

export type Signal = "found" | "done" | "repeated" | "refused" | "offline";

type Tone = [hertz: number, seconds: number];

const TONES: Record<Signal, Tone[]> = {
  found: [[880, 0.06]],
  done: [[660, 0.09], [990, 0.16]],
  repeated: [[560, 0.1], [560, 0.1]],
  refused: [[240, 0.16], [180, 0.26]],
  offline: [[440, 0.08], [330, 0.08], [440, 0.08]],
};
const SHAKES: Record<Signal, number[]> = {
  found: [20],
  done: [60],
  repeated: [40, 60, 40],
  refused: [180, 80, 180],
  offline: [40, 40, 40, 40, 40],
};
const LOUDNESS = 0.25;
const FADE = 0.03;

export class Signals {
  private context: AudioContext | null = null;
  private on = true;

  constructor(button: HTMLElement) {
    button.addEventListener("click", () => {
      this.on = !this.on;
      button.setAttribute("aria-pressed", String(this.on));
    });
    // Browsers stay silent until the page has been touched once.
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.wake());
  }

  give(signal: Signal): void {
    navigator.vibrate?.(SHAKES[signal]);
    if (this.on && this.context?.state === "running") play(this.context, TONES[signal]);
  }

  private wake(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }
}

function play(context: AudioContext, tones: Tone[]): void {
  let at = context.currentTime;
  for (const [hertz, seconds] of tones) {
    const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
    const volume = new GainNode(context, { gain: LOUDNESS });
    volume.gain.setValueAtTime(LOUDNESS, at + seconds - FADE);
    volume.gain.linearRampToValueAtTime(0, at + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds;
  }
}
