// Hand scanners type: a burst of keys, too fast for fingers, that ends with Enter.

const FASTEST_FINGER = 60;
const SHORTEST_CODE = 6;

export function listenForScanner(onCode: (code: string) => void): void {
  let burst = "";
  let last = 0;
  let field: HTMLInputElement | null = null;
  let before = "";

  const begin = (target: EventTarget | null): void => {
    burst = "";
    field = target instanceof HTMLInputElement ? target : null;
    before = field?.value ?? "";
  };

  const hear = (event: KeyboardEvent): void => {
    const slow = event.timeStamp - last > FASTEST_FINGER;
    last = event.timeStamp;
    if (slow) begin(event.target);
    if (event.key.length === 1) burst += event.key;
    if (event.key !== "Enter" || slow || burst.length < SHORTEST_CODE) return;
    // Else Enter would press the button or send the form that has the focus.
    event.preventDefault();
    event.stopPropagation();
    const code = burst;
    if (field) field.value = before;
    begin(null);
    onCode(code);
  };

  document.addEventListener("keydown", hear, { capture: true });
}
