// Simulated phones: shows what the server's phones show, and hands over what is done with them.

import { followAndroid, isAskedFirst, showAndroid } from "./simulator/android";
import { ZONE, showTimes } from "./simulator/clock";
import { dress } from "./simulator/dress";
import { followPulls } from "./simulator/pull";
import { remember, renew } from "./simulator/renew";
import { askForNewer, send } from "./simulator/requests";
import { type View, allCards, findCard, iphone, stage } from "./simulator/stage";

const ASK_EVERY = 700;
const BANNER_FOR = 6_000;

const bench = document.getElementById("bench")!;
const view: View = { screen: location.hash === "#wallet" ? "wallet" : "lock", open: "", turned: false };
let removing: HTMLFormElement | null = null;
let hiding = 0;

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

function take(page: Document): void {
  const spoke = iphone().lang;
  bench.dataset.version = page.getElementById("bench")!.dataset.version;
  const { added, changed } = renew(page);
  const cards = [...added, ...changed].filter((part) => part.classList.contains("card"));
  dress(iphone().lang === spoke ? cards : allCards());
  changed.forEach((part) => part.classList.add("card--fresh"));
  stage(view);
  showAndroid();
  showTimes();
  tell(added.map((part) => part.dataset.news).find(Boolean));
}

/** On the lock screen the notice itself is seen, so this is only said. */
function tell(news: string | undefined): void {
  if (!news) return;
  element("banner").textContent = news;
  clearTimeout(hiding);
  hiding = setTimeout(() => (element("banner").textContent = ""), BANNER_FOR);
}

async function look(): Promise<void> {
  if (document.hidden) return;
  const page = await askForNewer(bench.dataset.ask ?? "", bench.dataset.version ?? "");
  if (page) take(page);
}

async function keepLooking(): Promise<void> {
  try {
    await look();
  } catch {
    // No answer at the moment: the next look may have one.
  }
  showTimes();
  setTimeout(keepLooking, ASK_EVERY);
}

async function submit(form: HTMLFormElement): Promise<void> {
  const page = await send(form);
  if (page) take(page);
  else location.reload();
}

function open(serial: string): void {
  if (view.screen === "lock") element("banner").textContent = "";
  Object.assign(view, { screen: "wallet", open: serial, turned: false });
  stage(view);
  findCard(serial)?.querySelector<HTMLElement>(".card__front")?.focus({ preventScroll: true });
}

function turn(turned: boolean): void {
  view.turned = turned;
  stage(view);
  const side = turned ? ".card__back" : ".card__front";
  findCard(view.open)?.querySelector<HTMLElement>(side)?.focus({ preventScroll: true });
}

/** One step back: from the card's back to its front, to the stack. */
function done(): void {
  if (view.turned) {
    turn(false);
    return;
  }
  const serial = view.open;
  view.open = "";
  stage(view);
  document.getElementById(`open-${serial}`)?.focus({ preventScroll: true });
}

function show(screen: View["screen"]): void {
  element("banner").textContent = "";
  Object.assign(view, { screen, open: "", turned: false });
  stage(view);
  element(screen === "lock" ? "unlock" : "home").focus({ preventScroll: true });
}

function ask(form: HTMLFormElement | null): void {
  removing = form;
  element("sheet").hidden = form === null;
  element("wallet").inert = form !== null;
  if (form) element("sheet-no").focus();
  else stage(view);
}

const PRESSED: Record<string, () => void> = {
  unlock: () => show("wallet"),
  home: () => show("lock"),
  side: () => show(view.screen === "lock" ? "wallet" : "lock"),
  done,
  more: () => turn(!view.turned),
  "sheet-no": () => ask(null),
  "sheet-yes": () => {
    const form = removing;
    ask(null);
    if (form) void submit(form);
  },
};

document.addEventListener("click", (event) => {
  const pressed = (event.target as HTMLElement).closest<HTMLElement>("button, .wallet__cards");
  const serial = pressed?.dataset.open;
  if (serial) open(serial);
  else if (pressed?.id === "cards" && view.open && !(event.target as HTMLElement).closest(".card")) done();
  else PRESSED[pressed?.id ?? ""]?.();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (removing) ask(null);
  else if (view.open) done();
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if ("leaves" in form.dataset) return;
  event.preventDefault();
  if (isAskedFirst(form)) return;
  if ("askFirst" in form.dataset) ask(form);
  else void submit(form);
});

document.addEventListener("change", (event) => {
  (event.target as HTMLElement).closest<HTMLFormElement>("form[data-at-once]")?.requestSubmit();
});

document.addEventListener("visibilitychange", () => void look().catch(() => undefined));

followPulls((card) => card.querySelector<HTMLFormElement>('form[data-deed="refresh"]')?.requestSubmit());

/** The phone is where this browser is: in its zone. */
function setZone(): void {
  const zone = document.querySelector<HTMLInputElement>("[data-zone]");
  if (!zone?.form || zone.value === ZONE) return;
  zone.value = ZONE;
  void send(zone.form).then((page) => page && take(page));
}

followAndroid((form) => void submit(form));

remember();
stage(view);
showAndroid();
showTimes();
setZone();
void document.fonts.ready.then(() => dress(allCards()));
setTimeout(keepLooking, ASK_EVERY);
