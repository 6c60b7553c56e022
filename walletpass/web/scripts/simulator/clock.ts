// Times as the phone writes them: of this browser's zone, in the language of what surrounds them.

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const TO_THE_SECOND: Intl.DateTimeFormatOptions = { ...TIME, second: "2-digit" };
const DAY: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };

export function showTimes(): void {
  const now = new Date();
  for (const place of all("[data-time]")) write(place, now, TIME);
  for (const place of all("[data-day]")) write(place, now, DAY);
  for (const place of all("time[data-clock]")) {
    const options = place.closest("#iphone, #droid") ? TIME : TO_THE_SECOND;
    write(place, new Date(place.getAttribute("datetime") ?? ""), options);
  }
}

function all(selector: string): Iterable<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(selector);
}

function write(place: HTMLElement, at: Date, options: Intl.DateTimeFormatOptions): void {
  const language = place.closest<HTMLElement>("[lang]")?.lang ?? "en";
  const text = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options).format(at);
  if (place.textContent !== text) place.textContent = text;
}
