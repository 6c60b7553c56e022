// What is seen and said: one state at a time.

import type { Card, Reward } from "./answers";

export type State =
  | "ready" | "looking" | "card" | "sending" | "done" | "repeated" | "soon" | "typed" | "order" | "quoted"
  | "refused" | "offline" | "signedout";

type Part =
  | "face" | "rewards" | "again" | "why-typed" | "order" | "quoted" | "undo" | "stamp" | "trouble" | "signin" | "next";

const PARTS: Record<State, Part[]> = {
  ready: [],
  looking: [],
  card: ["face", "rewards", "undo", "stamp"],
  sending: ["face"],
  done: ["face", "rewards", "undo", "next"],
  repeated: ["face", "rewards", "undo", "next"],
  soon: ["face", "again", "next"],
  typed: ["face", "why-typed", "next"],
  order: ["face", "order", "next"],
  quoted: ["face", "order", "quoted", "next"],
  refused: ["face", "rewards", "undo", "next"],
  offline: ["trouble"],
  signedout: ["signin"],
};

export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export class Screen {
  readonly root = element("counter");
  private readonly said = element("said");
  private readonly live = element("live");

  /** Words that the server wrote into the page, or an address. */
  word(name: string): string {
    return this.root.dataset[name] ?? "";
  }

  /** `card`: what the parts that show one are filled with; without one they stay hidden. */
  show(state: State, words: string, card: Card | null = null): void {
    this.root.dataset.state = state;
    element("result").hidden = state === "ready";
    this.said.textContent = words;
    this.live.textContent = words;
    if (card) this.fill(card);
    const empty = new Set<string>(card ? hiddenParts(card) : ["face", "rewards", "undo", "stamp", "again", "why-typed", "order", "quoted"]);
    for (const part of document.querySelectorAll<HTMLElement>("[data-part]")) {
      const name = part.dataset.part as Part;
      part.hidden = !PARTS[state].includes(name) || empty.has(name);
    }
    this.focusOn(state);
  }

  askOrder(coupon: Reward): void {
    element("coupon").textContent = element("off").textContent = coupon.title;
    element<HTMLInputElement>("order").value = "";
  }

  tellCamera(words: string): void {
    element("finder").dataset.camera = words;
    element("camera").textContent = this.word(words);
    if (this.root.dataset.state === "ready") this.live.textContent = this.word(words);
  }

  hide(part: Part): void {
    document.querySelectorAll<HTMLElement>(`[data-part=${part}]`).forEach((shown) => (shown.hidden = true));
  }

  countDown(seconds: number): void {
    element("left").textContent = String(seconds);
  }

  private fill(card: Card): void {
    element("member").textContent = card.member;
    element("progress").textContent = card.progress;
    const ahead = card.milestones.find((m) => m.at > card.stamps && givesAt(card, m.at));
    const next = (ahead ?? card.milestones[0])?.reward ?? card.next_reward;
    element("next").textContent = next;
    element("next").parentElement!.hidden = !next;
    element("dots").replaceChildren(...dots(card));
    element("rewards").replaceChildren(...card.ready.map(rewardButton));
    element("more").replaceChildren(...moreButtons(card.most));
  }

  /** Enter confirms the usual next step; no keyboard pops up on phones. */
  private focusOn(state: State): void {
    const target = { card: "plus", order: "order", quoted: "confirm", offline: "retry", ready: "" }[state as string] ?? "said";
    const wanted = element(target);
    if (wanted?.offsetParent) wanted.focus();
    else if (target) this.said.focus();
    else if (matchMedia("(pointer: fine)").matches) element("code").focus();
  }
}

function hiddenParts(card: Card): Part[] {
  const empty: Part[] = [];
  if (!card.ready.length) empty.push("rewards");
  if (!card.most) empty.push("stamp");
  if (!card.undo_left) empty.push("undo");
  return empty;
}

/** Of a milestone's place, once the card comes to it. */
function givesAt(card: Card, place: number): boolean {
  return place === card.goal || !card.passed.includes(place);
}

function dots(card: Card): HTMLElement[] {
  const places = card.milestones.map((milestone) => milestone.at);
  const rewarded = new Set(places.filter((place) => place <= card.stamps || givesAt(card, place)));
  return Array.from({ length: card.goal }, (_, index) => {
    const dot = document.createElement("li");
    dot.className = "dot";
    dot.classList.toggle("dot--full", index < card.stamps);
    dot.classList.toggle("dot--reward", rewarded.has(index + 1));
    return dot;
  });
}

function rewardButton(reward: Reward): Node {
  const made = element<HTMLTemplateElement>("reward").content.cloneNode(true) as DocumentFragment;
  made.querySelector("use")!.setAttribute("href", `#reward-icon-${reward.icon}`);
  made.querySelector("strong")!.textContent = reward.title;
  made.querySelector("button")!.value = String(reward.id);
  return made;
}

function moreButtons(most: number): HTMLElement[] {
  return Array.from({ length: Math.max(0, most - 1) }, (_, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--second";
    button.value = String(index + 2);
    button.textContent = `+${button.value}`;
    return button;
  });
}
