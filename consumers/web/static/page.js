// Wakes the components of GOV.UK, and takes care of what comes while a page is being read. Every page works without.
import { initAll } from "./govuk.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// After a piece of the page was put in another's place at somebody's wish, they go on from its heading.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail?.xhr) document.querySelector("#live [data-land]")?.focus();
});

// Where the session is over nothing may stay on the screen: the stream says so, or is refused.
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  if (event.target.closest?.("[data-over]")) location.reload();
});
document.body.addEventListener("htmx:sseError", async (event) => {
  if (event.detail?.source?.readyState !== EventSource.CLOSED) return;
  try {
    const answer = await fetch(location.pathname + "?live=1", { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") location.reload();
  } catch { /* the server is away: what was read stands, and is asked for again */ }
});

// Another page of the session listens instead; this one listens again once somebody looks at it.
let elsewhere = false;
document.body.addEventListener("htmx:sseClose", (event) => { elsewhere = event.detail?.type === "message"; });
document.addEventListener("visibilitychange", () => {
  const bar = document.querySelector("[data-news]");
  if (document.hidden || !elsewhere || !bar) return;
  elsewhere = false;
  const again = bar.cloneNode(true);
  bar.replaceWith(again);
  htmx.process(again);
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
