// What the security policy keeps out of the markup: a card's colours, and sizes that follow from contents.

const SCREEN_POINTS = 393;
const PIXELS_PER_POINT = 3;
const GAP = 14;
const ROWS = { header: 172, row: 345 };
/** Points for all fields of a row together. */
const SMALLEST_TEXT = { ".card__logo-text": 0.7, ".slot__value": 0.7, ".fields-row--primary .slot__value": 0.36 };

export function dress(cards: Iterable<HTMLElement>): void {
  const glass = document.querySelector<HTMLElement>(".iphone__glass")!;
  const point = glass.clientWidth / SCREEN_POINTS;
  for (const card of cards) {
    paint(card);
    card.querySelectorAll<HTMLImageElement>(".card__logo").forEach(size);
    for (const [row, room] of Object.entries(ROWS)) {
      card.querySelectorAll<HTMLElement>(`.fields-row--${row}`).forEach((fields) => share(fields, room, point));
    }
    for (const [text, least] of Object.entries(SMALLEST_TEXT)) {
      card.querySelectorAll<HTMLElement>(text).forEach((place) => shrink(place, least));
    }
  }
}

function paint(card: HTMLElement): void {
  const { background, foreground, label } = card.dataset;
  card.style.setProperty("--ground", background ?? "");
  card.style.setProperty("--text", foreground ?? "");
  card.style.setProperty("--label", label ?? "");
}

function size(logo: HTMLImageElement): void {
  const set = () => logo.style.setProperty("--natural", String(logo.naturalWidth / PIXELS_PER_POINT));
  if (logo.complete && logo.naturalWidth) set();
  else logo.addEventListener("load", set, { once: true });
}

/** Every field has the width it wants, or where that is too much, the widest ones have one width. */
function share(row: HTMLElement, room: number, point: number): void {
  const slots = [...row.children] as HTMLElement[];
  slots.forEach((slot) => slot.style.setProperty("--width", "max-content"));
  const wanted = slots.map((slot) => (slot.offsetWidth + 1) / point);
  const most = findLimit(wanted, room - GAP * (slots.length - 1));
  slots.forEach((slot, index) => {
    slot.style.setProperty("--width", `calc(${Math.min(wanted[index]!, most)} * var(--pt))`);
  });
}

function findLimit(wanted: number[], room: number): number {
  let left = room;
  let fields = wanted.length;
  for (const width of [...wanted].sort((one, other) => one - other)) {
    if (width > left / fields) return left / fields;
    left -= width;
    fields -= 1;
  }
  return room;
}

/** Text that is too wide is written smaller, down to a limit; what is still too wide, the stylesheet cuts. */
function shrink(text: HTMLElement, least: number): void {
  text.style.removeProperty("--shrink");
  if (text.scrollWidth <= text.clientWidth) return;
  const scale = Math.max(least, (0.99 * text.clientWidth) / text.scrollWidth);
  text.style.setProperty("--shrink", String(scale));
}
