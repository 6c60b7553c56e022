// Keeps an open card as it is: asks for the version every few seconds and takes over the new page.

const ASK_EVERY = 4_000;
const TOAST_FOR = 8_000;

function card(page: Document): HTMLElement | null {
  return page.getElementById("card");
}

async function newerPage(shown: HTMLElement): Promise<Document | null> {
  const answer = await fetch(shown.dataset.ask ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) return null;
  const { version } = (await answer.json()) as { version: number };
  if (String(version) === shown.dataset.version) return null;
  const page = await fetch(location.href);
  return page.ok ? new DOMParser().parseFromString(await page.text(), "text/html") : null;
}

let hiding = 0;

function tell(news: string): void {
  const place = document.getElementById("news");
  if (!place) return;
  place.textContent = news;
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.textContent = ""), TOAST_FOR);
}

async function look(): Promise<void> {
  const shown = card(document);
  if (!shown || document.hidden) return;
  const page = await newerPage(shown);
  const fresh = page && card(page);
  if (!fresh) return;
  shown.replaceWith(fresh);
  tell(fresh.dataset.news ?? "");
}

async function keepLooking(): Promise<void> {
  try {
    await look();
  } catch {
    // No network at the moment: the next look may have one.
  }
  setTimeout(keepLooking, ASK_EVERY);
}

document.addEventListener("visibilitychange", () => void look().catch(() => undefined));
setTimeout(keepLooking, ASK_EVERY);
