// Asks for the page again every few seconds and puts what has changed in its place; without scripts the page reloads itself.
"use strict";
const EVERY_MS = 3000;
let tag = null;
const here = new URL(location.href);
here.searchParams.set("live", "1"); // asked for by the page itself: it keeps nobody signed in
async function refresh() {
  try {
    const answer = await fetch(here, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.redirected) {
      location.reload(); // signed out: nothing stays on the screen
      return;
    }
    if (answer.status === 200) {
      tag = answer.headers.get("ETag");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      const shown = document.getElementById("live");
      if (fresh && shown && fresh.innerHTML !== shown.innerHTML && !shown.contains(document.activeElement)) {
        shown.replaceWith(document.adoptNode(fresh));
      } else if (fresh && shown && fresh.innerHTML !== shown.innerHTML) {
        tag = null; // someone is using the list: next time
      }
    }
  } catch { /* the server is away: the page stands as it was, and is asked for again */ }
  setTimeout(refresh, EVERY_MS);
}
setTimeout(refresh, EVERY_MS);
