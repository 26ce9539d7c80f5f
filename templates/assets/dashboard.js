// The queue by keyboard and without waiting. Everything here is also a plain form or link.
(() => {
  "use strict";
  const rows = document.getElementById("rows");
  const said = document.getElementById("said");
  const bulk = document.getElementById("bulk");
  const DONE = {
    approve: "Approved.", hold: "Put on hold.", spam: "Marked as spam.", trash: "Put into the trash.",
    ham: "Marked as not spam.", restore: "Restored.",
  };
  const KEYS = [
    ["j", "next comment"], ["k", "the one before"], ["a", "approve"], ["u", "hold"], ["s", "spam"], ["d", "trash"],
    ["r", "reply"], ["e", "edit"], ["o", "everything about it"], ["x", "select"], ["Shift X", "select all on the page"],
    ["Shift A U S D", "the same for all that are selected"], ["z", "undo"], ["/", "search"], ["1 – 5", "tabs"], ["?", "this list"],
  ];
  const store = {
    get on() { try { return localStorage.getItem("keys") !== "off" } catch { return true } },
    set on(yes) { try { localStorage.setItem("keys", yes ? "on" : "off") } catch { /* private window */ } },
  };
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const list = () => (rows ? [...rows.querySelectorAll(".row:not([hidden])")] : []);
  const current = () => document.activeElement?.closest?.(".row") ?? null;
  const go = (row) => { row?.focus({ preventScroll: true }); row?.scrollIntoView({ block: "nearest" }) };
  const boxes = () => list().map((row) => row.querySelector("[name=item]")).filter(Boolean);

  // What is done is said in the one live region, with Undo beside it.
  function say(text, { undo = null, alert = false } = {}) {
    said.replaceChildren(make("p", {}, text));
    said.classList.toggle("alert", alert);
    said.setAttribute("role", alert ? "alert" : "status");
    if (undo) said.append(undo);
  }

  async function post(form, address) {
    const response = await fetch(address, {
      method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)), redirect: "error",
    });
    const document_ = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(document_.detail || "The service did not answer."), { status: response.status });
    return document_;
  }

  function count(left) {
    const number = document.getElementById("waiting");
    if (number) number.firstChild.data = String(left);
    const tab = document.querySelector('[data-tab="1"] .number');
    if (tab) tab.textContent = left.toLocaleString("en");
  }

  function fault(row, error) {
    row.querySelector(".fault")?.remove();
    const text = error.status ? error.message : "Not saved: the service cannot be reached. Please try again.";
    row.querySelector(".what").append(make("p", { class: "fault", role: "alert" }, text));
  }

  const left = (number) => (number ? `${number} left.` : "Nothing is left.");

  // A row goes at once; it comes back where it was if the service refuses.
  async function act(form, button) {
    const row = form.closest(".row");
    const shown = list();
    const at = shown.indexOf(row);
    const focused = row.contains(document.activeElement);
    row.hidden = true;
    const box = row.querySelector("[name=item]");
    if (box) box.checked = false;
    marked();
    if (focused) go(shown[at + 1] ?? shown[at - 1]);
    try {
      const done = await post(form, button.formAction);
      form.elements.version.value = done.version;
      count(done.left);
      say(`${DONE[button.dataset.action]} ${left(done.left)}`, { undo: undoForm(form, done.decision_id, row) });
      if (!list().length) {
        const next = new URL(location.href);
        next.searchParams.set("said", done.said);
        location.assign(next);
      }
    } catch (error) {
      row.hidden = false;
      fault(row, error);
      go(row);
    }
  }

  function undoForm(form, decision, row) {
    const address = form.action.replace(/\/comments\/.*$/, `/decisions/${decision}/undo`);
    const undo = make("form", { method: "post", action: address, "data-undo": "" });
    for (const name of ["csrf_token", "next"]) undo.append(make("input", { type: "hidden", name, value: form.elements[name].value }));
    undo.append(make("button", { type: "submit" }, "Undo"));
    undo.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const done = await post(undo, address);
        const version = form.elements.version;
        version.value = done.version;
        const box = row.querySelector("[name=item]");
        if (box) box.value = `${row.dataset.id}:${done.version}`;
        row.querySelector(".answer [name=version]")?.setAttribute("value", done.version);
        row.querySelector(".fault")?.remove();
        row.hidden = false;
        count(done.left);
        say(`Changed back. ${left(done.left)}`);
        go(row);
      } catch (error) {
        say(error.status ? error.message : "Not taken back: the service cannot be reached.", { alert: true });
      }
    });
    return undo;
  }

  if (rows) rows.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-moves]") || !button?.dataset.action || !rows.dataset.status) return;
    event.preventDefault();
    act(event.target, button);
  });

  // Selecting: ranges with shift, all with one box, a bar that is there when it is of use.
  let anchor = null;
  let all = null;
  function marked() {
    if (!bulk) return;
    const ticked = boxes().filter((box) => box.checked).length;
    bulk.hidden = !ticked;
    document.getElementById("bulk-label").textContent = `${ticked} selected`;
    if (all) { all.checked = ticked > 0 && ticked === boxes().length; all.indeterminate = ticked > 0 && !all.checked }
  }
  function every(on) { for (const box of boxes()) box.checked = on; marked() }
  if (bulk && rows) {
    all = make("input", { type: "checkbox" });
    bulk.prepend(make("label", { class: "all" }, all, "All on this page"));
    all.addEventListener("change", () => every(all.checked));
    rows.addEventListener("click", (event) => {
      const box = event.target.closest("[name=item]");
      if (!box) return;
      const shown = boxes();
      if (event.shiftKey && anchor && shown.includes(anchor)) {
        const [from, to] = [shown.indexOf(anchor), shown.indexOf(box)].sort((a, b) => a - b);
        for (const one of shown.slice(from, to + 1)) one.checked = box.checked;
      }
      anchor = box;
      marked();
    });
    addEventListener("pageshow", marked);
    marked();
  }

  // Keys, as WordPress has them; never in a field, never while one is held down.
  const steps = { j: 1, k: -1 };
  const acting = new Set(["a", "u", "s", "d"]);
  const bulkKeys = { A: "approve", U: "hold", S: "spam", D: "trash" };
  function step(by) {
    const shown = list();
    const row = current();
    const next = row ? shown[shown.indexOf(row) + by] : shown[by > 0 ? 0 : shown.length - 1];
    if (next) go(next);
    else if (by > 0) document.getElementById("next")?.click();
  }
  function press(key) {
    const row = current() ?? (list().length ? null : document.querySelector(".row"));
    const target = row?.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.matches("summary")) {
      target.parentElement.open = true;
      target.parentElement.querySelector("textarea").focus();
      target.parentElement.scrollIntoView({ block: "nearest" });
    } else target.click();
    return true;
  }
  function pressed(key, held) {
    if (key in steps) return step(steps[key]), true;
    if (held) return false;
    if (acting.has(key) || key === "r" || key === "e" || key === "o") return press(key);
    if (key === "x") { const box = current()?.querySelector("[name=item]"); if (box) { box.click(); go(box.closest(".row")) } return Boolean(box) }
    if (key === "X") return every(!boxes().every((box) => box.checked)), true;
    if (key in bulkKeys) {
      const button = bulk?.querySelector(`[value="${bulkKeys[key]}"]`);
      if (button && boxes().some((box) => box.checked)) button.click();
      return true;
    }
    if (key === "z") { const undo = said?.querySelector("[data-undo]"); undo?.requestSubmit(); return Boolean(undo) }
    if (key === "?") return help(), true;
    if (key === "/") { const search = document.getElementById("q"); search?.focus(); return Boolean(search) }
    if (/^[1-5]$/.test(key)) { const tab = document.querySelector(`[data-tab="${key}"]`); tab?.click(); return Boolean(tab) }
    return false;
  }
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])")) return;
    if (store.on && pressed(event.key, event.repeat)) event.preventDefault();
  });

  function help() {
    const words = make("dl");
    for (const [keys, what] of KEYS) {
      const term = make("dt");
      for (const key of keys.split(" ")) term.append(key === "–" ? key : make("kbd", {}, key), " ");
      words.append(term, make("dd", {}, what));
    }
    const on = make("input", { type: "checkbox" });
    on.checked = store.on;
    on.addEventListener("change", () => { store.on = on.checked });
    const close = make("form", { method: "dialog" }, make("label", { class: "choice" }, on, "Keys are on in this browser"), make("button", {}, "Close"));
    const dialog = make("dialog", { "aria-labelledby": "keys-help" }, make("h2", { id: "keys-help" }, "Keys"), words, close);
    const before = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); before?.focus?.() });
    document.body.append(dialog);
    dialog.showModal();
  }

  const keys = make("button", { type: "button", class: "plain" }, "Keys");
  keys.addEventListener("click", help);
  document.querySelector(".menu li:last-child")?.before(make("li", {}, keys));

  // What is there to be pasted elsewhere is copied by a button; it can be selected without one.
  for (const code of navigator.clipboard ? document.querySelectorAll("pre.code") : []) {
    const copy = make("button", { type: "button", class: "copy", "aria-describedby": code.getAttribute("aria-labelledby") }, "Copy");
    copy.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(code.textContent); say("Copied.") } catch { say("Your browser did not copy it.", { alert: true }) }
    });
    code.before(copy);
  }

  // An open menu closes when one goes on.
  addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest?.("details.menu[open], details.answer[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus() }
  });
})();
