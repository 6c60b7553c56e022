// The Android phone: which screen is seen, which card is open, and which of its sides.

interface View {
  screen: "lock" | "wallet";
  /** Id of the card in front, if one is. */
  open: string;
  turned: boolean;
}

const view: View = { screen: location.hash === "#android" ? "wallet" : "lock", open: "", turned: false };
let removing: HTMLFormElement | null = null;

function find(id: string): HTMLElement | null {
  return document.getElementById(id);
}

function passes(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".pass")];
}

/** After the page was drawn or changed; does nothing where there is no Android phone. */
export function showAndroid(): void {
  const phone = find("droid");
  if (!phone) return;
  if (!passes().some((pass) => pass.dataset.key === view.open)) Object.assign(view, { open: "", turned: false });
  phone.dataset.screen = view.screen;
  phone.toggleAttribute("data-open-pass", view.open !== "");
  phone.querySelector<HTMLElement>(".droid__lock")!.inert = view.screen !== "lock";
  phone.querySelector<HTMLElement>(".droid__wallet")!.inert = view.screen !== "wallet" || removing !== null;
  for (const pass of passes()) place(pass);
}

function place(pass: HTMLElement): void {
  const isOpen = pass.dataset.key === view.open;
  const isTurned = isOpen && view.turned;
  pass.style.setProperty("--ground", pass.dataset.ground ?? "");
  pass.classList.toggle("pass--open", isOpen);
  pass.classList.toggle("pass--turned", isTurned);
  pass.querySelector<HTMLElement>(".pass__front")!.inert = !isOpen || isTurned;
  pass.querySelector<HTMLElement>(".pass__details")!.inert = !isTurned;
}

function change(to: Partial<View>, focus: string): void {
  Object.assign(view, to);
  showAndroid();
  document.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
}

function turn(): void {
  change({ turned: !view.turned }, view.turned ? ".pass--open .pass__front" : ".pass--open .pass__details");
}

/** One step back: from the details to the front, to the list. */
function goBack(): void {
  if (view.turned) turn();
  else change({ open: "" }, `[data-pass="${CSS.escape(view.open)}"].pass__open`);
}

function ask(form: HTMLFormElement | null): void {
  removing = form;
  find("droid-sheet")!.hidden = form === null;
  change({}, form ? "#droid-sheet-no" : ".pass--open .pass__remove");
}

const PRESSED: Record<string, () => void> = {
  "droid-unlock": () => change({ screen: "wallet" }, "#droid-home"),
  "droid-home": () => change({ screen: "lock", open: "", turned: false }, "#droid-unlock"),
  "droid-back": goBack,
  "droid-more": turn,
  "droid-sheet-no": () => ask(null),
};

/** `submit` sends a form and shows what comes of it. */
export function followAndroid(submit: (form: HTMLFormElement) => void): void {
  document.addEventListener("click", (event) => {
    const touched = event.target as HTMLElement;
    const pressed = touched.closest<HTMLElement>("#droid button");
    if (pressed?.id === "droid-sheet-yes" && removing) {
      const form = removing;
      ask(null);
      submit(form);
    } else if (pressed?.dataset.pass) {
      change({ screen: "wallet", open: pressed.dataset.pass, turned: false }, ".pass--open .pass__front");
    } else if (pressed) PRESSED[pressed.id]?.();
    else if (touched.closest(".pass--open .pass__front")) turn();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !find("droid")?.contains(document.activeElement)) return;
    if (removing) ask(null);
    else if (view.open) goBack();
  });
}

/** Whether the form is one that is sent only after a question; then it is asked. */
export function isAskedFirst(form: HTMLFormElement): boolean {
  if (!("androidAsk" in form.dataset)) return false;
  ask(form);
  return true;
}
