/** The card designer: the picture follows what is typed, drawn by the server that draws the passes. */

const QUIET_MS = 300;

const form = document.querySelector<HTMLFormElement>("#designer");
const picture = document.querySelector<HTMLImageElement>("#preview");
const text = document.querySelector<HTMLElement>("#preview-text");

if (form && picture && text) {
  form.querySelectorAll<HTMLInputElement>("[data-colour]").forEach(addPicker);
  const refresh = follow(form, (blob, words) => show(picture, text, blob, words));
  form.addEventListener("input", refresh);
}

/** Puts a colour input beside a text field; each follows the other. */
function addPicker(field: HTMLInputElement): void {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.value = field.value;
  picker.setAttribute("aria-label", field.labels?.[0]?.textContent?.trim() ?? field.name);
  picker.addEventListener("input", () => {
    field.value = picker.value;
  });
  field.addEventListener("input", () => {
    if (field.checkValidity()) picker.value = field.value;
  });
  const both = document.createElement("div");
  both.className = "colour__both";
  field.replaceWith(both);
  both.append(picker, field);
}

/** Calls `show` with the newest picture; one request at a time, and none for every key. */
function follow(sent: HTMLFormElement, showPicture: (blob: Blob, words: string) => void): () => void {
  let timer = 0;
  let busy = false;
  let waiting = false;

  const ask = async (): Promise<void> => {
    if (busy) {
      waiting = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(sent.dataset.preview ?? "", { method: "POST", body: new FormData(sent) });
      if (answer.ok) showPicture(await answer.blob(), decodeURIComponent(answer.headers.get("Card-Text") ?? ""));
    } catch {
      // Without a network the last picture stays.
    }
    busy = false;
    if (waiting) {
      waiting = false;
      void ask();
    }
  };

  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), QUIET_MS);
  };
}

function show(image: HTMLImageElement, caption: HTMLElement, blob: Blob, words: string): void {
  const before = image.src;
  image.src = URL.createObjectURL(blob);
  image.alt = words;
  caption.textContent = words;
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
}
