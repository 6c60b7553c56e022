// Takes over from a newer page what differs, and leaves the rest in its place: focus, scrolling and motion stay.
//
// [data-live] is replaced as a whole; of a [data-list] each child by its data-key.

const served = new WeakMap<Element, string>();

/** Remember how the server drew the parts, before anything is changed in them. */
export function remember(): void {
  for (const part of document.querySelectorAll("[data-live], [data-list] > *")) served.set(part, part.outerHTML);
}

/** The children of lists that were not there before, and those whose contents changed. */
export interface News {
  added: HTMLElement[];
  changed: HTMLElement[];
}

export function renew(page: Document): News {
  const news: News = { added: [], changed: [] };
  renewPhone(page, "iphone");
  renewPhone(page, "droid");
  for (const fresh of page.querySelectorAll<HTMLElement>("[data-live]")) {
    const old = document.querySelector<HTMLElement>(`[data-live="${fresh.dataset.live}"]`);
    if (old && served.get(old) !== fresh.outerHTML) replace(old, fresh);
  }
  for (const fresh of page.querySelectorAll<HTMLElement>("[data-list]")) {
    const old = document.getElementById(fresh.id);
    if (old) renewList(old, fresh, news);
  }
  return news;
}

/** The phone itself is drawn anew only when it speaks another language. */
function renewPhone(page: Document, id: string): void {
  const old = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh) return;
  old.toggleAttribute("data-asleep", fresh.hasAttribute("data-asleep"));
  if (old.lang === fresh.lang) return;
  const made = replace(old, fresh);
  for (const part of made.querySelectorAll("[data-list] > *")) served.set(part, part.outerHTML);
}

function renewList(list: HTMLElement, fresh: HTMLElement, news: News): void {
  const wanted = [...fresh.children] as HTMLElement[];
  const keys = new Set(wanted.map((child) => child.dataset.key));
  const known = new Map<string | undefined, HTMLElement>();
  for (const child of [...list.children] as HTMLElement[]) {
    if (keys.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  let next: Element | null = list.firstElementChild;
  for (const child of wanted) {
    const old = known.get(child.dataset.key);
    const shown = old ? keep(old, child, news) : take(child, news);
    if (next === old) next = shown;
    if (next === shown) next = shown.nextElementSibling;
    else list.insertBefore(shown, next);
  }
}

function keep(old: HTMLElement, child: HTMLElement, news: News): HTMLElement {
  if (served.get(old) === child.outerHTML) return old;
  const made = replace(old, child);
  news.changed.push(made);
  return made;
}

function take(child: HTMLElement, news: News): HTMLElement {
  const made = copy(child);
  news.added.push(made);
  return made;
}

/** What had the focus has it again, if the new part holds something with the same id. */
function replace(old: HTMLElement, fresh: HTMLElement): HTMLElement {
  const focused = old.contains(document.activeElement) ? document.activeElement!.id : "";
  const made = copy(fresh);
  old.replaceWith(made);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return made;
}

function copy(fresh: HTMLElement): HTMLElement {
  const made = document.importNode(fresh, true);
  served.set(made, fresh.outerHTML);
  return made;
}
