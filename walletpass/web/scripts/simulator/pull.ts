// Pulling the back of a card down, by finger or mouse, asks for its newest version.

const FAR_ENOUGH = 60;

let from = 0;
let back: HTMLElement | null = null;

export function followPulls(refresh: (card: HTMLElement) => void): void {
  addEventListener("pointerdown", (event) => {
    const touched = (event.target as HTMLElement).closest<HTMLElement>(".card--turned .card__back");
    back = touched && touched.scrollTop === 0 ? touched : null;
    from = event.clientY;
  });
  addEventListener("pointermove", (event) => {
    if (back && event.buttons) pullTo(event.clientY - from);
  });
  addEventListener("touchmove", (event) => pullTo(event.touches[0]!.clientY - from), { passive: true });
  for (const end of ["pointerup", "touchend"]) {
    addEventListener(end, (event) => {
      const card = back?.closest<HTMLElement>(".card");
      const isFar = Number(back?.style.getPropertyValue("--pulled")) >= FAR_ENOUGH;
      if (card && isFar) refresh(card);
      letGo(event.type === "touchend");
    });
  }
}

function pullTo(distance: number): void {
  back?.style.setProperty("--pulled", String(Math.max(0, distance)));
}

/** A browser that scrolls by finger ends the pointer early; the touch goes on. */
function letGo(ended: boolean): void {
  if (!back) return;
  back.style.removeProperty("--pulled");
  if (ended) back = null;
}
