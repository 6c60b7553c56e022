/** Keeps the panel of a roll-out as it is: asks for it every few seconds until the last card has moved. */

const ASK_EVERY = 2_000;
const FIGURES = "#roll-out-figures";

function panel(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>("#roll-out");
}

async function look(shown: HTMLElement): Promise<void> {
  const answer = await fetch(shown.dataset.ask ?? "");
  if (!answer.ok) return;
  const fresh = panel(new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (!fresh) return;
  if (fresh.dataset.state !== shown.dataset.state) {
    shown.replaceWith(fresh);
    return;
  }
  // The figures alone: whoever has come to the button with the keyboard stays there.
  const [old, now] = [shown.querySelector(FIGURES), fresh.querySelector(FIGURES)];
  if (old && now) old.replaceWith(now);
}

async function keepLooking(): Promise<void> {
  const shown = panel(document);
  if (!shown?.dataset.ask) return;
  try {
    if (!document.hidden) await look(shown);
  } catch {
    // No network at the moment: the next look may have one.
  }
  setTimeout(keepLooking, ASK_EVERY);
}

setTimeout(keepLooking, ASK_EVERY);

export {};
