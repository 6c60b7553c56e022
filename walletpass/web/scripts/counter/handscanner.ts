// Hand scanners type: a burst of keys, too fast for fingers, that ends with Enter.

const FASTEST_FINGERS = 80;
const LONGEST_GAP = 300;
const SHORTEST_CODE = 6;

export function listenForScanner(onCode: (code: string) => void): void {
  let burst = "";
  let began = 0;
  let last = -Infinity;
  let field: HTMLInputElement | null = null;
  let before = "";

  const begin = ({ target, timeStamp }: KeyboardEvent): void => {
    burst = "";
    began = timeStamp;
    field = target instanceof HTMLInputElement ? target : null;
    before = field?.value ?? "";
  };

  const hear = (event: KeyboardEvent): void => {
    if (event.timeStamp - last > LONGEST_GAP) begin(event);
    last = event.timeStamp;
    if (event.key.length === 1) burst += event.key;
    if (event.key !== "Enter") return;
    last = -Infinity;
    // On the average: one key may come late where the page is busy.
    const fast = event.timeStamp - began <= burst.length * FASTEST_FINGERS;
    if (!fast || burst.length < SHORTEST_CODE) return;
    // Else Enter would press the button or send the form that has the focus.
    event.preventDefault();
    event.stopPropagation();
    if (field) field.value = before;
    onCode(burst);
  };

  document.addEventListener("keydown", hear, { capture: true });
}
