// Requests that are repeated with the same contents until somebody answers.

import type { Refusal } from "./answers";

export type Reply<T> = { answer: T } | { refusal: Refusal } | { lost: true } | { stopped: true };

const PATIENCE = 8_000;
const PAUSES = [1_500, 3_000, 6_000, 12_000];
const KEY_BYTES = 16;

/** Made once for what somebody wants; whatever is sent again carries the same one, so it counts once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Requests {
  private wake: (stopped: boolean) => void = () => undefined;

  /** `onLost` is called each time that an answer stays away. */
  constructor(private readonly onLost: () => void) {
    addEventListener("online", () => this.retry());
  }

  retry(): void {
    this.wake(false);
  }

  stop(): void {
    this.wake(true);
  }

  async send<T>(address: string, body: object): Promise<Reply<T>> {
    for (let attempt = 0; ; attempt++) {
      const reply = await ask<T>(address, body);
      if (!("lost" in reply)) return reply;
      this.onLost();
      if (await this.pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]!)) return { stopped: true };
    }
  }

  private pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(false), milliseconds);
      this.wake = (stopped) => {
        clearTimeout(timer);
        resolve(stopped);
      };
    });
  }
}

async function ask<T>(address: string, body: object): Promise<Reply<T>> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
      signal: limit.signal,
    });
    // 5xx: the server, or a proxy before it, could not say whether anything was done.
    if (answer.status >= 500) return { lost: true };
    const said = (await answer.json()) as T & { error?: Refusal };
    return said.error ? { refusal: said.error } : { answer: said };
  } catch {
    return { lost: true };
  } finally {
    clearTimeout(timer);
  }
}

function token(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}
