// Warns before a session ends, and asks before unsaved text is left behind. Without this file the pages with a form say
// until when one stays signed in.
"use strict";
(() => {
  const dialog = document.getElementById("sessie");
  const text = document.getElementById("sessie-tekst");
  const form = dialog.querySelector("form");
  const [stay, close] = form.querySelectorAll("button");
  const WARNING = 5 * 60;
  let end = Date.now() + Number(dialog.dataset.over) * 1000;
  let timer = 0;

  const left = () => Math.round((end - Date.now()) / 1000);

  function plan() {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(left() - WARNING, 1), 6 * 3600) * 1000);
  }

  /** Asks the server first: what was done in another window counts, too. */
  async function look() {
    let known = null;
    try {
      const response = await fetch("/sessie", { headers: { Accept: "application/json" } });
      if (response.ok && !response.redirected) known = await response.json();
      else if (response.redirected) return ended();
    } catch { /* no connection: by the clock, then */ }
    if (known) end = Date.now() + known.over * 1000;
    if (left() <= 0) return ended();
    if (WARNING + 5 < left()) return plan();
    warn();
  }

  function warn() {
    const minutes = Math.max(1, Math.round(left() / 60));
    text.textContent = `Over ${minutes === 1 ? "een minuut" : `${minutes} minuten`} wordt u uitgelogd, omdat u even niets deed.`;
    if (!dialog.open) dialog.showModal();
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(60, Math.max(1, left())) * 1000);
  }

  function ended() {
    clearTimeout(timer);
    document.getElementById("sessie-kop").textContent = "U bent uitgelogd";
    text.textContent = "Log opnieuw in om verder te gaan. Tekst die nog niet was opgeslagen, staat in deze browser. ";
    text.append(Object.assign(document.createElement("a"), { href: "/inloggen", target: "_blank", rel: "noopener", textContent: "Log in (opent in een nieuw tabblad)" }));
    stay.hidden = true;
    if (!dialog.open) dialog.showModal();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const response = await fetch("/sessie", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) return ended();
      const known = await response.json();
      end = Date.now() + known.over * 1000;
      if (known.over <= WARNING) text.textContent = "Langer dan dit kunt u niet ingelogd blijven. Sla op en log dan opnieuw in.";
      else dialog.close();
      plan();
    } catch {
      text.textContent = "Er is geen verbinding. Probeer het zo opnieuw.";
    }
  });
  close.addEventListener("click", () => dialog.close());
  // A machine that slept, or another window: look again.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && left() < WARNING) look(); });
  plan();

  // ---------------------------------------------------------------- signing out

  const leave = document.querySelector(".nl-leave");
  const question = document.getElementById("uitloggen");
  const prefix = `vg:${dialog.dataset.account}:`;
  let decided = false;

  function unsaved() {
    try { return Object.keys(localStorage).filter((it) => it.startsWith(prefix)); } catch { return []; }
  }

  leave.addEventListener("submit", async (event) => {
    if (decided || unsaved().length === 0) return;
    event.preventDefault();
    const wait = [];
    document.dispatchEvent(new CustomEvent("vg:opslaan", { detail: wait }));
    await Promise.allSettled(wait);
    if (unsaved().length) question.showModal();
    else leave.requestSubmit();
  });
  question.addEventListener("click", (event) => {
    if (event.target.value === "blijven") question.close();
    if (event.target.value !== "wissen") return;
    for (const it of unsaved()) localStorage.removeItem(it);
    decided = true;
    document.dispatchEvent(new CustomEvent("vg:weg"));
    leave.requestSubmit();
  });
})();
