// Lets people see the password that they type.

function addSwitch(place: HTMLElement): void {
  const input = place.querySelector("input");
  if (!input) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--plain button--small";
  button.setAttribute("aria-controls", input.id);
  const show = (visible: boolean): void => {
    input.type = visible ? "text" : "password";
    button.textContent = (visible ? place.dataset.hide : place.dataset.show) ?? "";
  };
  button.addEventListener("click", () => show(input.type === "password"));
  // A browser offers to keep what was typed only if the field still is a password then.
  input.form?.addEventListener("submit", () => show(false));
  show(false);
  place.append(button);
}

document.querySelectorAll<HTMLElement>("[data-password]").forEach(addSwitch);
