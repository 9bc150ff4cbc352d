// j and k go from alert to alert, Enter opens as it does on any link, ? shows the keys. They can be turned off, for
// single keys get in the way of speech input and of some screen readers (WCAG 2.1.4).
const OFF = "tocsin-keys-off"; // all that is kept in the browser: that they are off
const help = document.querySelector("[data-keys]");
const button = document.querySelector("[data-keys-switch]");

let offHere = false; // where the browser keeps nothing

function off() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return offHere; }
}

function show() {
  button.setAttribute("aria-pressed", String(!off()));
  button.textContent = off() ? "Keys are off" : "Keys are on";
}

function step(by) {
  const links = [...document.querySelectorAll("[data-alert] h2 a")];
  const at = links.findIndex((link) => link.closest("[data-alert]").contains(document.activeElement));
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  if (next) {
    next.focus();
    next.closest("[data-alert]").scrollIntoView({ block: "nearest" });
  }
}

function typing(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

if (help && button) {
  help.hidden = false;
  show();
  button.addEventListener("click", () => {
    const next = !off();
    offHere = next;
    try { localStorage.setItem(OFF, next ? "1" : "0"); } catch { /* it holds for this page */ }
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") {
      help.open = !help.open;
      help.querySelector("summary").focus();
    } else return;
    event.preventDefault();
  });
}
