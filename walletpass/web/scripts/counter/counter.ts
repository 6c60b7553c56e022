// From a code to a card, from a tap to a stamp.

import type { Card, Outcome, Quote, Refusal, Reward } from "./answers";
import { newKey, type Reply, Requests } from "./requests";
import { element, type Screen, type State } from "./screen";
import type { Signals } from "./signals";

const SIGNED_OUT = ["not_allowed", "bad_form"];
/** Refusals after which more is asked for. */
const ASKING: Record<string, State> = {
  too_soon: "soon",
  typed_code: "typed",
  order_missing: "order",
  below_minimum: "order",
  bad_amount: "order",
};
/** While one of these is shown, the same card in front of the camera is nothing new. */
const AT_WORK = ["card", "order", "quoted"];
const SECOND = 1_000;

export class Counter {
  private seen = "";
  private code = "";
  private card: Card | null = null;
  private coupon: Reward | null = null;
  private busy = false;
  private undoUntil = 0;
  private wanted = { verb: "", asked: {} };
  private readonly requests = new Requests(() => this.lose());

  constructor(
    private readonly screen: Screen,
    private readonly signals: Signals,
  ) {
    for (const place of ["plus", "more"])
      this.onPress(place, (button) => this.post("stamp", { adding: Number(button.value) }));
    for (const place of ["again", "why-typed"])
      this.onPress(place, ({ value }) => this.post(this.wanted.verb, { ...this.wanted.asked, reason: value }));
    this.onPress("rewards", (button) => this.use(Number(button.value)));
    this.onPress("confirm", () => this.post("redeem", this.couponUse()));
    this.onPress("undo", () => this.post("undo", {}));
    this.onPress("following", () => this.reset());
    this.onPress("retry", () => this.requests.retry());
    this.onPress("stop", () => this.requests.stop());
    element<HTMLFormElement>("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = element<HTMLInputElement>("code");
      void this.take(field.value);
      field.value = "";
    });
    element("order").addEventListener("input", () => this.screen.hide("quoted"));
    element("quoting").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.quote();
    });
    setInterval(() => this.countDown(), SECOND);
    this.reset();
  }

  /** A code was scanned or typed. While something is on its way, nothing else is begun. */
  async take(code: string): Promise<void> {
    const shown = cardOf(code) === cardOf(this.seen) && AT_WORK.includes(this.screen.root.dataset.state ?? "");
    if (this.busy || shown) return;
    this.seen = code;
    this.card = null;
    this.screen.show("looking", this.screen.word("looking"));
    const card = await this.send<Card>("card", { code });
    if (!card) return;
    this.card = card;
    this.code = card.code;
    this.allowUndo(card.undo_left);
    this.signals.give("found");
    this.screen.show("card", card.sentence, card);
  }

  /** A coupon is first told what it is used for. */
  private use(id: number): void {
    const reward = this.card?.ready.find((held) => held.id === id);
    if (!reward?.takes_order) return void this.post("redeem", { reward_id: id });
    this.coupon = reward;
    this.screen.askOrder(reward);
    this.screen.show("order", reward.title, this.card);
  }

  private couponUse(): { reward_id: number; order: string } {
    return { reward_id: this.coupon?.id ?? 0, order: element<HTMLInputElement>("order").value };
  }

  private async quote(): Promise<void> {
    if (this.busy || !this.card) return;
    const quote = await this.send<Quote>("quote", { code: this.code, ...this.couponUse() });
    if (quote) this.screen.show("quoted", quote.sentence, this.card);
  }

  private async post(verb: string, asked: object): Promise<void> {
    if (this.busy || !this.card) return;
    this.wanted = { verb, asked };
    this.screen.show("sending", this.screen.word("sending"), this.card);
    const outcome = await this.send<Outcome>(verb, { code: this.code, key: newKey(), ...asked });
    if (!outcome) return;
    const window = outcome.repeat ? this.undoLeft() : outcome.done === "undone" ? 0 : this.card.undo_window;
    const { stamps, passed, ready, progress, sentence } = outcome;
    this.card = { ...this.card, stamps, passed, ready, progress, sentence, undo_left: window };
    this.allowUndo(window);
    const signal = outcome.repeat ? "repeated" : "done";
    this.signals.give(signal);
    this.screen.show(signal, sentence, this.card);
  }

  /** Null: the answer was a no, and it is on the screen already. */
  private async send<T>(verb: string, body: object): Promise<T | null> {
    this.busy = true;
    const reply: Reply<T> = await this.requests.send<T>(this.screen.word(verb), body);
    this.busy = false;
    if ("answer" in reply) return reply.answer;
    if ("refusal" in reply) this.refuse(reply.refusal);
    else this.screen.show("refused", this.screen.word("stopped"));
    return null;
  }

  private refuse(refusal: Refusal): void {
    if (SIGNED_OUT.includes(refusal.code)) return this.screen.show("signedout", this.screen.word("signedout"));
    const asking = ASKING[refusal.code];
    this.signals.give(asking ? "repeated" : "refused");
    this.screen.show(asking ?? "refused", refusal.message, this.card);
  }

  private lose(): void {
    if (this.screen.root.dataset.state !== "offline") this.signals.give("offline");
    this.screen.show("offline", this.screen.word("offline"));
  }

  private reset(): void {
    this.seen = "";
    this.card = null;
    this.screen.show("ready", "");
  }

  private allowUndo(seconds: number): void {
    this.undoUntil = performance.now() + seconds * SECOND;
    this.screen.countDown(seconds);
  }

  private countDown(): void {
    const left = this.undoLeft();
    this.screen.countDown(left);
    if (!left) this.endUndo();
  }

  private undoLeft(): number {
    return Math.max(0, Math.ceil((this.undoUntil - performance.now()) / SECOND));
  }

  private endUndo(): void {
    if (!this.card?.undo_left) return;
    this.card = { ...this.card, undo_left: 0 };
    if (this.screen.root.dataset.state === "done") this.reset();
    else this.screen.hide("undo");
  }

  private onPress(place: string, act: (button: HTMLButtonElement) => unknown): void {
    element(place).addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (button) void act(button);
    });
  }
}

/** Of a code that rotates, what stays. */
function cardOf(code: string): string {
  return code.split(".", 1)[0] ?? "";
}
