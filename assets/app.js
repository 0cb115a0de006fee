// Small comforts. Every page works without this file.
"use strict";
// After a refused form the list of errors is where reading starts.
document.getElementById("fouten")?.focus();
// A page that follows on a form says that the server has it: what this browser kept of it may go.
try {
  const sent = sessionStorage.getItem("vg:verstuurd");
  if (sent && !document.querySelector("[data-niet-opgeslagen]")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("vg:verstuurd");
  }
} catch { /* a browser that keeps nothing */ }
