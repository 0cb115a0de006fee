// Saves a form of an application while one types; `src/applications/saving/mod.rs` says how. What is not saved yet
// stands in this browser until the server has it. Without this file every button saves.
"use strict";
(() => {
  const form = document.querySelector("form[data-bewaren]");
  if (!form) return;

  const PAUSE = 2000; // after the last key
  const PATIENCE = 20000; // before a request counts as unanswered
  const WAITS = [2, 4, 8, 15, 30, 60]; // seconds until the next try
  const OWN = ["csrf", "key", "versie", "volgnummer", "actie", "naar"];
  const SHOWN = "getoond"; // what the form shows by what is chosen: if that is to be something else, it is asked for again
  const address = form.getAttribute("action");
  const places = `vg:${form.dataset.bewaren}:${address}#`;
  const state = document.getElementById("bewaarstand");
  const bar = state?.closest(".nl-saving");

  let saved = fields(); // what the server has, as far as we know
  let pending = null; // sent and not answered yet
  let sequence = 0;
  let tries = 0;
  let timer = 0;
  let busy = null; // the promise of the request under way
  let again = false;
  let waiting = false; // something of another waits until nobody is typing in its field
  let offered = null; // the version to go on from once every conflict is decided
  let closed = false;
  let leaving = false;
  let offline = false;
  let found = null; // what is wrong in what was saved last, by field; once something was saved
  const conflicts = new Map(); // field -> { theirs, decided }

  // ---------------------------------------------------------------- the fields

  /** What stands in the form, as a browser would post it. */
  function fields() {
    const all = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OWN.includes(name) && !name.startsWith("keuze."));
    return all.map(([name, value]) => [name, value.replace(/\r\n|\r|\n/g, "\r\n")]);
  }

  function same(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
  }

  /** The fields in which something else stands than the server has, as far as we know. */
  function changed(now) {
    const names = new Set([...now, ...saved].map(([name]) => name));
    return [...names].filter((name) => value(name, now) !== value(name, saved));
  }

  function hidden(name) {
    return form.querySelector(`:scope > [name="${name}"]`);
  }

  function controls(name) {
    return [...form.elements].filter((it) => it.name === name);
  }

  function value(name, all = fields()) {
    return all.find(([it]) => it === name)?.[1] ?? "";
  }

  function set(name, text) {
    const all = controls(name);
    for (const it of all) {
      if (it.type === "checkbox" || it.type === "radio") it.checked = it.value === text;
      else it.value = text;
    }
    return 0 < all.length;
  }

  /** Puts a text in its field; one without a field on this page goes along unseen. */
  function put(name, text) {
    if (set(name, text) || text === "") return;
    const more = Object.assign(document.createElement("textarea"), { name, hidden: true });
    more.dataset.mee = "";
    more.value = text;
    form.append(more);
  }

  // ---------------------------------------------------------------- this browser

  /** Where this window keeps its text: another window with the same page has a place of its own. */
  function place() {
    return places + hidden("key").value;
  }

  /** Says to other windows that this one still has its text; until the window is gone. */
  function hold() {
    navigator.locks?.request(place(), () => new Promise(() => {}));
  }

  function keep() {
    const now = fields();
    if (!pending && conflicts.size === 0 && same(now, saved)) return forget();
    const kept = { fields: now, gewijzigd: changed(now), versie: hidden("versie").value, key: hidden("key").value, volgnummer: sequence };
    try { localStorage.setItem(place(), JSON.stringify(kept)); } catch { /* full or forbidden: the server is all there is */ }
  }

  function forget(at = place()) {
    try { localStorage.removeItem(at); } catch { /* as above */ }
  }

  /** What was typed in a window that is gone and was not saved: put back, and sent from where it was. */
  async function restore() {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((it) => it.name));
    let kept = null;
    try {
      const left = Object.keys(localStorage).filter((it) => it.startsWith(places) && !held.has(it));
      const all = left.map((it) => JSON.parse(localStorage.getItem(it)));
      const isLost = (it) => it.gewijzigd.some((name) => value(name, it.fields) !== value(name, saved));
      for (const [at, it] of all.entries()) if (!isLost(it)) localStorage.removeItem(left[at]);
      kept = all.find(isLost);
    } catch { /* a browser that keeps nothing */ }
    if (!kept || isDirty()) return hold();
    for (const name of kept.gewijzigd) put(name, value(name, kept.fields));
    hidden("versie").value = kept.versie;
    hidden("key").value = kept.key;
    sequence = kept.volgnummer;
    hold();
    say("Wij hebben tekst teruggezet die nog niet was opgeslagen.", "busy");
    send();
  }

  // ---------------------------------------------------------------- saving

  function isDirty() {
    return pending !== null || !same(fields(), saved);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  function body(of) {
    const own = { csrf: hidden("csrf").value, key: hidden("key").value, versie: of.versie, volgnummer: of.volgnummer };
    return new URLSearchParams([...Object.entries(own), ...of.fields]);
  }

  function snapshot() {
    sequence += 1;
    return { fields: fields(), versie: hidden("versie").value, volgnummer: sequence };
  }

  /** Sends what is not saved yet, one request at a time: first what was not answered, then what was typed since. */
  function send() {
    clearTimeout(timer);
    if (closed || leaving) return Promise.resolve();
    if (busy) { again = true; return busy; }
    if (!isDirty() && !waiting) return Promise.resolve();
    pending ??= snapshot();
    waiting = false;
    keep();
    if (tries === 0) show("busy", "Bezig met opslaan");
    busy = post(pending).finally(() => {
      busy = null;
      if (again && !leaving) { again = false; if (isDirty()) later(0); }
    });
    return busy;
  }

  async function post(of) {
    let response;
    try {
      response = await fetch(address, {
        method: "POST", body: body(of), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
      });
      if (isOld(response) && await renew()) {
        response = await fetch(address, {
          method: "POST", body: body(of), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
        });
      }
    } catch {
      offline = true;
      return retry("Nog niet opgeslagen: geen verbinding. Uw tekst staat in deze browser.");
    }
    offline = false;
    if (response.ok && isJson(response)) return acknowledged(await response.json(), of);
    if ([403, 409].includes(response.status) && isJson(response)) return stop(await response.json());
    switch (response.status) {
      case 401: return signIn();
      case 403: case 404: return stop({ reden: "Dit onderdeel is er niet meer, of u kunt het niet meer wijzigen." });
      case 413: pending = null; return say("Nog niet opgeslagen: de tekst is te lang. Kort hem in. Uw tekst staat in deze browser.", "error");
      case 503: return retry("Nog niet opgeslagen: het is even druk. Uw tekst staat in deze browser. Wij proberen het zo opnieuw.");
      default: return retry("Nog niet opgeslagen: er ging iets mis bij ons. Uw tekst staat in deze browser. Wij proberen het zo opnieuw.");
    }
  }

  function retry(sentence) {
    say(sentence, "warning");
    const wait = WAITS[Math.min(tries, WAITS.length - 1)];
    tries += 1;
    later(wait * 1000);
  }

  /** The part is closed: what was typed stays on the page, and here. `link` is what the way out at this address is called. */
  function stop({ reden, link }) {
    closed = true;
    const out = link && Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener", textContent: `${link} (opent in een nieuw tabblad)` });
    say(`Niet opgeslagen. ${reden} Uw tekst staat in deze browser. Kopieer hem als u hem wilt bewaren. `, "error", ...(out ? [out] : []));
  }

  function signIn() {
    const link = Object.assign(document.createElement("a"), { href: "/inloggen", target: "_blank", rel: "noopener", textContent: "Log in (opent in een nieuw tabblad)" });
    say("Nog niet opgeslagen: u bent uitgelogd. Uw tekst staat in deze browser en wordt opgeslagen als u weer bent ingelogd. ", "warning", link);
    tries = Math.max(tries, 1);
    later(15000);
  }

  function isJson(response) {
    return (response.headers.get("content-type") ?? "").startsWith("application/json");
  }

  /** A form of an earlier session: the answer is a page for people. */
  function isOld(response) {
    return !isJson(response) && [400, 409].includes(response.status);
  }

  /** After signing in again forms carry another token: the page has it. Whether there is a new one. */
  async function renew() {
    const page = await ask();
    const token = page?.querySelector('input[name="csrf"]')?.value;
    if (!token || token === hidden("csrf").value) return false;
    for (const it of document.querySelectorAll('input[name="csrf"]')) it.value = token;
    return true;
  }

  async function ask() {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  async function acknowledged(answer, sent) {
    pending = null;
    tries = 0;
    saved = sent.fields;
    const isUnseen = ([name, text]) => text !== "" && controls(name).length === 0;
    const isNew = form.querySelector("[data-mee]") || Object.entries(answer.velden).some(isUnseen);
    const clashes = answer.botsingen.filter((it) => decided(it) === undefined);
    const said = marked();
    const shown = document.getElementById(SHOWN);
    const isReshaped = shown && answer.uitkomsten[SHOWN] !== shown.textContent;
    if (isNew || isReshaped || Object.keys(answer.verplaatst).length) {
      await refresh(answer, sent);
    } else {
      apply(answer, sent);
    }
    for (const [id, text] of Object.entries(answer.uitkomsten)) {
      const element = id !== SHOWN && document.getElementById(id);
      if (element) element.textContent = text;
    }
    found = answer.bevindingen;
    faults(said);
    stand(answer.stand);
    conflict(answer, clashes);
    keep();
    report(answer, clashes);
    if (isDirty() && !conflicts.size) later(PAUSE);
  }

  /** Fills in what others wrote, where nobody is typing; only if all of it could be does the form go on from here. */
  function apply(answer, sent) {
    let all = true;
    for (const [name, text] of Object.entries(answer.velden)) {
      const isFree = value(name) === value(name, sent.fields) && document.activeElement?.name !== name;
      if (isFree) {
        put(name, text);
        saved = [...saved.filter(([it]) => it !== name), [name, text]];
      } else {
        all = false;
      }
    }
    saved = inOrder(saved);
    waiting = !all;
    offered = all ? answer.versie : null;
    if (all && answer.botsingen.length === 0) hidden("versie").value = answer.versie;
  }

  /** What the form posts, in its own order, with only the values of these. */
  function inOrder(of) {
    const known = new Map(of);
    const order = fields().map(([name]) => name);
    const first = order.filter((it) => known.has(it)).map((it) => [it, known.get(it)]);
    return [...first, ...of.filter(([name, text]) => !order.includes(name) && text !== "")];
  }

  /** Rows came or got another number: the page is asked for again, and what was typed meanwhile put back in it. */
  async function refresh(answer, sent) {
    const page = await ask().catch(() => null);
    const fresh = page?.querySelector("form[data-bewaren]");
    if (!fresh) { waiting = true; offered = null; return; }
    const typed = fields().filter(([name, text]) => text !== value(name, sent.fields)).map(([name, text]) => [renamed(name, answer), text]);
    const clashing = answer.botsingen.map(({ veld }) => [renamed(veld, answer), value(veld)]);
    const focus = document.activeElement;
    const at = form.contains(focus) ? { id: renamed(focus.id, answer), start: focus.selectionStart, end: focus.selectionEnd } : null;
    const own = hidden("key").value;
    const before = place();
    fresh.querySelector(".nl-saving")?.remove();
    form.replaceChildren(...fresh.childNodes);
    saved = fields();
    for (const [name, text] of [...typed, ...clashing]) put(name, text);
    offered = Number(hidden("versie").value);
    if (answer.botsingen.length) {
      // Until one has chosen the form goes on from where it was, under its own name.
      hidden("versie").value = sent.versie;
      hidden("key").value = own;
    } else {
      // Not earlier: a field that one is in tells that it changed while it is taken away, and that is kept under the old name.
      forget(before);
      sequence = 0;
      hold();
    }
    const element = at && document.getElementById(at.id);
    element?.focus({ preventScroll: true });
    if (at?.start != null) element?.setSelectionRange?.(at.start, at.end);
    if (bar) form.append(bar);
    boxes();
  }

  function renamed(name, answer) {
    for (const [from, to] of Object.entries(answer.verplaatst)) if (name.startsWith(from)) return to + name.slice(from.length);
    return name;
  }

  // ---------------------------------------------------------------- conflicts

  function decided(clash) {
    const known = conflicts.get(clash.veld);
    return known && known.hun === clash.hun ? known.keuze : undefined;
  }

  function conflict(answer, clashes) {
    for (const name of [...conflicts.keys()]) if (!answer.botsingen.some((it) => it.veld === name)) conflicts.delete(name);
    for (const it of clashes) conflicts.set(it.veld, it);
    boxes();
    go();
  }

  /** Beside each field in which two people wrote: the other text, and the choice. */
  function boxes() {
    for (const it of form.querySelectorAll("[data-botsing]")) if (!open(it.dataset.botsing)) it.remove();
    for (const it of conflicts.values()) {
      const field = controls(it.veld)[0]?.closest(".nl-field, td") ?? form;
      form.querySelector(`[data-botsing="${CSS.escape(it.veld)}"]`)?.remove();
      if (!open(it.veld)) continue;
      if (field.tagName === "TD") field.append(box(it));
      else field.after(box(it));
    }
  }

  function open(name) {
    const it = conflicts.get(name);
    return it !== undefined && it.keuze === undefined;
  }

  function box(it) {
    const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
    const box = element("div", "", { className: "nl-notice nl-notice--warning nl-stack", role: "group" });
    box.dataset.botsing = it.veld;
    box.setAttribute("aria-label", `Kies bij “${it.naam}”`);
    const title = element("p", "");
    title.append(element("strong", `${it.wie} schreef hier om ${it.wanneer} iets anders`));
    const tools = element("div", "", { className: "nl-toolbar" });
    const mine = element("button", "Mijn tekst blijft", { type: "button", className: "nl-button" });
    const theirs = element("button", "Neem de andere tekst over", { type: "button", className: "nl-button" });
    mine.addEventListener("click", () => choose(it, "mijn"));
    theirs.addEventListener("click", () => choose(it, "hun"));
    tools.append(mine, theirs);
    box.append(title, element("p", it.hunLeesbaar, { className: "nl-quote" }), tools);
    return box;
  }

  function choose(it, keuze) {
    conflicts.set(it.veld, { ...it, keuze });
    if (keuze === "hun") put(it.veld, it.hun);
    boxes();
    controls(it.veld)[0]?.focus();
    go();
  }

  /** Once everything is chosen the form goes on from the version that one chose from. */
  function go() {
    if (conflicts.size === 0 || [...conflicts.values()].some((it) => it.keuze === undefined) || offered === null) return;
    hidden("versie").value = offered;
    conflicts.clear();
    saved = [];
    later(0);
  }

  // ---------------------------------------------------------------- what is wrong

  /** The fields of which it is said that something is wrong. */
  function marked() {
    return [...form.querySelectorAll(".nl-field__error")].map((it) => it.id.replace(/-fout$/, ""));
  }

  /** What was said to be wrong and is mended goes away; a choice that cannot stay is said at once, what cannot be read as a number once one has left it. */
  function faults(said = marked()) {
    if (!found) return;
    const isLeft = (it) => it.inputMode === "decimal" && it !== document.activeElement;
    const isUnread = (it) => (it.tagName === "SELECT" || isLeft(it)) && it.value.trim() !== "";
    const unread = Object.keys(found).filter((name) => controls(name).some(isUnread));
    for (const name of new Set([...said, ...unread])) fault(name, found[name]);
    const summary = document.getElementById("fouten");
    for (const it of summary?.querySelectorAll("a[href^='#']") ?? []) if (!found[it.hash.slice(1)]) it.closest("li").remove();
    const left = summary?.querySelectorAll("li").length;
    if (left === 0) summary.remove();
    else if (summary) summary.querySelector("h2").textContent = left === 1 ? "Los nog 1 punt op" : `Los nog ${left} punten op`;
  }

  function fault(name, sentence) {
    const id = `${name}-fout`;
    const control = controls(name)[0];
    const place = control?.closest(".nl-field, tr");
    const group = place?.closest(".nl-fields");
    let error = document.getElementById(id);
    if (sentence && !error && place) {
      error = Object.assign(document.createElement("p"), { id, className: "nl-field__error" });
      error.append(Object.assign(document.createElement("span"), { className: "nl-visually-hidden", textContent: "Fout: " }));
      if (place.tagName === "TR") row(place).append(error);
      else if (group) group.append(error);
      else control.before(error);
    }
    if (sentence && error) error.replaceChildren(error.firstElementChild, sentence);
    if (!sentence) {
      const cell = error?.closest(".nl-table__faults td");
      error?.remove();
      if (cell && !cell.firstElementChild) cell.closest("tr").remove();
    }
    if (place?.tagName === "DIV") place.classList.toggle("nl-field--error", Boolean(sentence));
    if (!control) return;
    if (sentence) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter((it) => it && it !== id));
    if (sentence) ids.add(id);
    if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" "));
    else control.removeAttribute("aria-describedby");
  }

  /** The cell below a row of a table in which stands what is wrong in it. */
  function row(of) {
    if (!of.nextElementSibling?.classList.contains("nl-table__faults")) {
      const cell = Object.assign(document.createElement("td"), { colSpan: of.cells.length });
      const below = Object.assign(document.createElement("tr"), { className: "nl-table__faults" });
      below.append(cell);
      of.after(below);
    }
    return of.nextElementSibling.cells[0];
  }

  /** How this part stands, in the list of parts beside the form. */
  function stand({ toon, woorden }) {
    const tag = document.querySelector("[aria-current='step']")?.closest("li")?.querySelector(".nl-tag");
    if (tag) Object.assign(tag, { className: `nl-tag nl-tag--${toon}`, textContent: woorden });
  }

  // ---------------------------------------------------------------- what is said

  function report(answer, clashes) {
    const sentences = [...answer.meldingen];
    const open = [...conflicts.values()].filter((it) => it.keuze === undefined);
    if (open.length) {
      const names = open.map((it) => `“${it.naam}”`).join(", ");
      const who = [...new Set(open.map((it) => it.wie))].join(" en ");
      say(`${who} schreef ook in ${names}. Kies daar welke tekst blijft. Al het andere is opgeslagen.`, "warning");
    } else if (isDirty()) {
      show("busy", "Nog niet alles is opgeslagen");
    } else {
      say([answer.opgeslagen, ...sentences].join(". ").replaceAll("..", "."), "success");
    }
    if (clashes.length === 0 && sentences.length && open.length) say(sentences.join(" "), "info");
  }

  /** What is read aloud: only when it says something else. */
  function say(sentence, tone, ...more) {
    show(tone, "");
    if (!state) return;
    const text = sentence + more.map((it) => it.textContent).join("");
    if (state.textContent !== text) state.replaceChildren(sentence, ...more);
  }

  /** What is only seen: that it is being saved. */
  function show(tone, sentence) {
    if (!bar) return;
    bar.dataset.stand = tone;
    bar.querySelector("[aria-hidden]").textContent = sentence;
  }

  // ---------------------------------------------------------------- when

  form.addEventListener("input", (event) => {
    if (closed || event.target.name?.startsWith("keuze.")) return;
    keep();
    if (isDirty()) {
      if (!busy && tries === 0) show("busy", "Nog niet opgeslagen");
      if (tries === 0) later(PAUSE);
    }
  });
  form.addEventListener("change", () => { keep(); if (tries === 0 && isDirty()) later(300); });
  form.addEventListener("focusout", () => {
    if (tries === 0 && (isDirty() || waiting)) later(100);
    else setTimeout(faults); // once the next field has the focus: what was typed in this one is saved already
  });
  window.addEventListener("online", () => { tries = 0; send(); });
  window.addEventListener("focus", () => { if (tries || isDirty()) send(); });
  document.addEventListener("visibilitychange", () => { if (isDirty()) send(); });

  /** A button: what is under way is waited for, and without a connection one stays here with one's text. */
  form.addEventListener("submit", (event) => {
    if (closed || leaving) return;
    if (busy || pending || offline) {
      event.preventDefault();
      const { submitter } = event;
      settled().then(() => { if (!offline) leave(submitter); });
      return;
    }
    left(true);
  });

  async function settled() {
    const deadline = Date.now() + PATIENCE;
    tries = 0;
    for (let at = 0; at < 3 && (busy || pending) && Date.now() < deadline; at += 1) await send();
    if (offline) await send();
    if (offline) say("U kunt nu niet verder: er is geen verbinding. Uw tekst staat in deze browser. Probeer het straks opnieuw.", "warning");
  }

  function leave(submitter) {
    left(true);
    // The page may have been asked for again meanwhile: then this is the same button.
    const same = [...form.elements].find((it) => it.type === "submit" && it.name === submitter?.name && it.value === submitter?.value);
    form.requestSubmit(submitter?.isConnected ? submitter : same);
  }

  function left(isPosted) {
    leaving = true;
    clearTimeout(timer);
    sequence += 1;
    let count = hidden("volgnummer");
    if (!count) {
      count = Object.assign(document.createElement("input"), { type: "hidden", name: "volgnummer" });
      form.prepend(count);
    }
    count.value = sequence;
    // The next page is the sign that the server has it: then this browser may forget.
    if (isPosted) try { sessionStorage.setItem("vg:verstuurd", place()); } catch { /* then it is sent once more */ }
  }

  window.addEventListener("pagehide", () => {
    if (leaving || closed || !isDirty()) return;
    keep();
    const text = body(snapshot());
    if (text.toString().length < 60000) fetch(address, { method: "POST", body: text, headers: { Accept: "application/json" }, keepalive: true }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    pending = null;
    saved = [];
    keep();
    send();
  });

  // Who signs out is asked first what is to become of what is not saved.
  document.addEventListener("vg:opslaan", (event) => { if (isDirty()) event.detail.push(send()); });
  document.addEventListener("vg:weg", () => { leaving = true; });

  restore();
})();

// Says that this part is open here, and shows who else has it open.
(() => {
  const list = document.getElementById("aanwezig");
  const form = document.querySelector("form[data-bewaren]");
  if (!list || !form) return;

  function body(more) {
    const value = (name) => form.querySelector(`:scope > [name="${name}"]`).value;
    return new URLSearchParams({ csrf: value("csrf"), key: value("key"), onderdeel: list.dataset.onderdeel, ...more });
  }

  async function tell() {
    try {
      const response = await fetch(list.dataset.bij, { method: "POST", body: body({}), headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { ook } = await response.json();
      if (ook.join("\n") === [...list.children].map((it) => it.textContent).join("\n")) return;
      list.replaceChildren(...ook.map((it) => Object.assign(document.createElement("p"), { textContent: it })));
    } catch { /* the next time, then */ }
  }

  tell();
  setInterval(tell, 30000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
  window.addEventListener("pagehide", () => navigator.sendBeacon(list.dataset.bij, body({ weg: "ja" })));
})();
