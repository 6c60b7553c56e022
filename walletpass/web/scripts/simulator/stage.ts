// What of the phone is seen: lock screen or Wallet, which card is open, and which of its sides.

const BETWEEN = 78;
/** Points from one card of the stack to the next. */
const PILE_AT = 720;
const PILE_STEP = 3;
const PILED = 3;

export interface View {
  screen: "lock" | "wallet";
  /** Serial number of the card in front, if one is. */
  open: string;
  turned: boolean;
}

export function iphone(): HTMLElement {
  return document.getElementById("iphone")!;
}

export function allCards(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".card")];
}

export function findCard(serial: string): HTMLElement | undefined {
  return allCards().find((card) => card.dataset.key === serial);
}

/** A card that is gone is no longer open. */
export function stage(view: View): void {
  if (!findCard(view.open)) Object.assign(view, { open: "", turned: false });
  const phone = iphone();
  const asleep = phone.hasAttribute("data-asleep");
  phone.dataset.screen = view.screen;
  phone.toggleAttribute("data-open-card", view.open !== "");
  setInert(".lock", asleep || view.screen !== "lock");
  setInert(".wallet", asleep || view.screen !== "wallet");
  if (view.open) document.getElementById("cards")!.scrollTop = 0;
  let piled = 0;
  allCards().forEach((card, index) => {
    const isOpen = card.dataset.key === view.open;
    const at = !view.open ? index * BETWEEN : isOpen ? 0 : PILE_AT + Math.min(piled++, PILED) * PILE_STEP;
    place(card, at, isOpen, isOpen && view.turned);
    card.inert = view.open !== "" && !isOpen;
  });
}

function place(card: HTMLElement, at: number, isOpen: boolean, isTurned: boolean): void {
  card.style.setProperty("--at", String(at));
  card.classList.toggle("card--turned", isTurned);
  card.querySelector<HTMLElement>(".card__front")!.inert = !isOpen || isTurned;
  card.querySelector<HTMLElement>(".card__back")!.inert = !isTurned;
}

function setInert(selector: string, inert: boolean): void {
  document.querySelector<HTMLElement>(selector)!.inert = inert;
}
