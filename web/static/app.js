// Makes pages quicker; every one of them works without. No framework, no build step.
"use strict";
document.documentElement.classList.add("js");
(() => {
  const $ = (s, e = document) => e.querySelector(s);
  const $$ = (s, e = document) => [...e.querySelectorAll(s)];
  const part = (html) => { const t = document.createElement("template"); t.innerHTML = html; return t.content; };
  const ask = (url, fragment, more = {}) => fetch(url, { credentials: "same-origin", ...more, headers: { "X-Fragment": fragment, ...more.headers } });

  // Results while typing: the same page's fragment, and the address keeps up so that it can be sent on.
  const live = $("form[data-live]");
  if (live) {
    const box = $("#results");
    let running, timer;
    const address = () => {
      const p = new URLSearchParams();
      for (const [k, v] of new FormData(live)) if (v !== "") p.append(k, v);
      const s = p.toString();
      return live.getAttribute("action") + (s ? "?" + s : "");
    };
    const show = async (url) => {
      running?.abort();
      running = new AbortController();
      box.setAttribute("aria-busy", "true");
      try {
        const open = $(".filters", box)?.open;
        const r = await ask(url, "results", { signal: running.signal });
        if (r.redirected || !r.headers.get("X-Fragment")) { location.assign(url); return; }
        const at = document.activeElement, id = at && box.contains(at) ? [at.name, at.value, at.type] : null;
        box.replaceChildren(part(await r.text()));
        if ($(".filters", box)) $(".filters", box).open = open;
        if (id) $$("input,select", box).find((e) => e.name === id[0] && (e.type === "select-one" || e.type === "date" || e.value === id[1]))?.focus();
        history.replaceState(null, "", url);
        box.removeAttribute("aria-busy");
      } catch (e) {
        if (e.name !== "AbortError") location.assign(url);
      }
    };
    const soon = (ms) => { clearTimeout(timer); timer = setTimeout(() => show(address()), ms); };
    live.addEventListener("input", (e) => soon(e.target.name === "q" ? 140 : 0));
    live.addEventListener("submit", (e) => { e.preventDefault(); soon(0); });
  }

  // A picker that goes off by itself when something is chosen.
  $$("form[data-auto]").forEach((f) => f.addEventListener("change", (e) => { if (e.target.matches("select")) f.requestSubmit(); }));

  // Deciding without leaving the list, and taking it back.
  const toast = $("#live");
  let gone = [], hide;
  const say = (content) => {
    toast?.replaceChildren(content);
    clearTimeout(hide);
    hide = setTimeout(() => toast?.replaceChildren(), 12000);
  };
  const counts = (n) => {
    for (const [k, v] of Object.entries(n?.dataset ?? {})) {
      if (k.startsWith("n") && k !== "notice") $$(`[data-count="${k[1].toLowerCase() + k.slice(2)}"]`).forEach((e) => { e.textContent = v; });
    }
  };
  document.addEventListener("submit", async (e) => {
    const f = e.target.closest("form[data-decide]"), b = e.submitter;
    if (!f || !b || !window.fetch) return;
    const card = f.closest("[data-card]");
    if (!card && f.dataset.decide !== "undo") return;
    if (f.dataset.decide === "undo" && !gone.length) return;
    e.preventDefault();
    if (b.getAttribute("aria-busy")) return;
    b.setAttribute("aria-busy", "true");
    try {
      const r = await ask(f.action, "notice", { method: "POST", body: new URLSearchParams([...new FormData(f), [b.name, b.value]]) });
      if (!r.headers.get("X-Fragment")) throw new Error(String(r.status));
      const content = part(await r.text()), note = $("[data-notice]", content);
      counts(note);
      if (r.ok && card) {
        const next = card.nextElementSibling?.matches("[data-card]") ? card.nextElementSibling : card.previousElementSibling;
        gone.push([card, card.parentNode, card.nextSibling]);
        card.classList.add("going");
        setTimeout(() => {
          card.remove();
          card.classList.remove("going");
          next?.focus({ preventScroll: true });
          if (next?.getBoundingClientRect().top < 0) next.scrollIntoView({ block: "start" });
        }, 180);
      } else if (r.ok) {
        const [c, list, before] = gone.pop();
        list.insertBefore(c, before?.parentNode === list ? before : null);
        c.focus();
      }
      say(content);
    } catch {
      f.removeAttribute("data-decide"); // the plain way says what is wrong
      b.removeAttribute("aria-busy");
      f.requestSubmit(b);
      return;
    }
    b.removeAttribute("aria-busy");
  });

  // Keys: / the search box, j and k from card to card, d s b to decide, u to take back.
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target.matches("input:not([type=checkbox],[type=radio]),textarea,select");
    if (e.key === "Escape") { $$(".me[open]").forEach((d) => { d.open = false; }); return; }
    if (typing) return;
    if (e.key === "/") {
      e.preventDefault();
      const q = $("#q");
      if (q) { q.focus(); q.select(); } else location.assign("/tim-kiem");
      return;
    }
    if (e.key === "u") { $("#live button[value=undo]")?.click(); return; }
    const cards = $$("[data-card]");
    if (!cards.length) return;
    const now = document.activeElement?.closest("[data-card]"), i = cards.indexOf(now);
    if (e.key === "j" || e.key === "k") {
      const c = cards[Math.min(Math.max(e.key === "j" ? i + 1 : i - 1, 0), cards.length - 1)];
      c.focus();
      c.scrollIntoView({ block: "nearest" });
      return;
    }
    const v = { d: "approve", s: "later", b: "dismiss" }[e.key];
    if (v) $(`button[value=${v}]`, now ?? cards[0])?.click();
  });

  // On a phone a row of tabs is longer than the window: the one in use is brought in.
  $$(".tabs,.states").forEach((row) => { row.scrollLeft = ($("[aria-current]", row)?.offsetLeft ?? 0) - row.offsetLeft - 60; });

  // The exact time stands behind "2 giờ trước": a mouse rests on it, a finger presses it.
  document.addEventListener("click", (e) => {
    const t = e.target.closest("time[title]");
    if (!t || t.closest("a,summary") || !matchMedia("(hover:none)").matches) return;
    [t.textContent, t.title] = [t.title, t.textContent];
  });

  // Words that are to be sent elsewhere go to the clipboard with one press.
  $$("[data-copy]").forEach((b) => {
    b.hidden = false;
    b.className = "btn"; // which would show it where no script runs
    b.addEventListener("click", async () => {
      const words = $("textarea", b.form);
      words.select();
      try { await navigator.clipboard.writeText(words.value); } catch { document.execCommand("copy"); }
      b.textContent = b.dataset.copy;
    });
  });

  // The menu closes when one presses elsewhere.
  document.addEventListener("click", (e) => $$(".me[open]").forEach((d) => { if (!d.contains(e.target)) d.open = false; }));

  // On a desk the filters lie open, also where the style sheet alone cannot open them.
  const wide = matchMedia("(min-width:901px)");
  if (wide.matches && !CSS.supports("selector(::details-content)")) $$(".filters").forEach((d) => { d.open = true; });

  // What the first collection has reached; when it is done the page is read anew.
  const bar = $("#progress[data-running]");
  if (bar) {
    const tick = async () => {
      try {
        const r = await ask(location.href, "progress");
        if (r.headers.get("X-Fragment")) {
          const fresh = $("#progress", part(await r.text()));
          if (!fresh?.hasAttribute("data-running")) { location.reload(); return; }
          bar.replaceChildren(...fresh.childNodes);
        }
      } catch { /* the next one may get through */ }
      setTimeout(tick, 2000);
    };
    setTimeout(tick, 2000);
  }
})();
