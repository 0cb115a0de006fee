// Small comforts. Every page works without this file.
"use strict";
// After a refused form the list of errors is where reading starts.
document.getElementById("fouten")?.focus();
// Where there is room the steps beside a form are not folded; the styles say so to browsers that know how.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 60rem)").matches) {
  for (const steps of document.querySelectorAll(".nl-steps")) steps.open = true;
}
// A page that follows on a form says that the server has it: what this browser kept of it may go.
try {
  const sent = sessionStorage.getItem("vg:verstuurd");
  if (sent && !document.querySelector("[data-niet-opgeslagen]")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("vg:verstuurd");
  }
} catch { /* a browser that keeps nothing */ }

// Cells of a spreadsheet that are pasted in a cell of the budget go where they are read as lines.
const pasteField = document.getElementById("plak");
pasteField?.form.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!text.includes("\t") || !event.target.closest("[data-regels]")) return;
  event.preventDefault();
  pasteField.closest("details").open = true;
  pasteField.value = pasteField.value === "" ? text : `${pasteField.value.replace(/\n?$/, "\n")}${text}`;
  document.getElementById("plak-bericht").textContent =
    "U plakte cellen uit een spreadsheet. Ze staan hier. Kies “Regels toevoegen” om er regels van te maken.";
  pasteField.focus();
});

// Of the kinds of projects only those of the chosen category can be chosen; the one that is chosen stays, wherever it belongs.
function fitKinds() {
  const category = document.getElementById("categorie")?.value;
  for (const group of document.querySelectorAll("#onderdeel optgroup")) {
    group.disabled = Boolean(category) && group.dataset.categorie !== category && !group.querySelector(":checked");
  }
}
for (const event of ["focusin", "change"]) {
  document.addEventListener(event, ({ target }) => { if (["categorie", "onderdeel"].includes(target.id)) fitKinds(); });
}
fitKinds();
