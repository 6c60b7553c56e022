// What the page asks of the server.

/** The newer page, or null: it is still as it is shown. */
export async function askForNewer(address: string, shown: string): Promise<Document | null> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return null;
  const { version } = (await answer.json()) as { version: string };
  if (version === shown) return null;
  const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  return page.ok ? read(await page.text()) : null;
}

/** The page after the deed, or null where it was refused. */
export async function send(form: HTMLFormElement): Promise<Document | null> {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "text/html", "X-CSRFToken": token(document)?.content ?? "" },
  });
  return answer.ok ? read(await answer.text()) : null;
}

function read(text: string): Document {
  const page = new DOMParser().parseFromString(text, "text/html");
  const [old, fresh] = [token(document), token(page)];
  if (old && fresh) old.content = fresh.content;
  return page;
}

function token(page: Document): HTMLMetaElement | null {
  return page.querySelector<HTMLMetaElement>("meta[name=csrf-token]");
}
