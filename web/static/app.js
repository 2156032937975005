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
    live.addEventListener("input", (e) => e.target.form === live && soon(e.target.name === "q" ? 140 : 0));
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
  const copies = () => $$("[data-copy]").forEach((b) => { b.hidden = false; b.className = "btn"; }); // which would show it where no script runs
  copies();
  document.addEventListener("click", async (e) => {
    const b = e.target.closest("[data-copy]");
    if (!b) return;
    const words = b.dataset.from ? document.getElementById(b.dataset.from) : $("textarea", b.form);
    words.select();
    try { await navigator.clipboard.writeText(words.value); } catch { document.execCommand("copy"); }
    b.textContent = b.dataset.copy;
  });

  // Rows that can be dragged to another place; the buttons up and down do the same without.
  $$("[data-sort]").forEach((list) => {
    let held;
    list.addEventListener("pointerdown", (e) => { const row = e.target.closest("[data-grip]")?.closest("li"); if (row) row.draggable = true; });
    list.addEventListener("dragstart", (e) => { held = e.target.closest("li[draggable=true]"); if (!held) return; e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", ""); held.classList.add("held"); });
    list.addEventListener("dragover", (e) => {
      const over = e.target.closest("li");
      if (!held || over?.parentNode !== list) return;
      e.preventDefault();
      const box = over.getBoundingClientRect();
      if (over !== held) list.insertBefore(held, e.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
    });
    list.addEventListener("drop", (e) => e.preventDefault());
    list.addEventListener("dragend", () => { held?.classList.remove("held"); if (held) held.draggable = false; held = null; });
  });

  // The menu closes when one presses elsewhere.
  document.addEventListener("click", (e) => $$(".me[open]").forEach((d) => { if (!d.contains(e.target)) d.open = false; }));

  // On a desk the filters lie open, also where the style sheet alone cannot open them.
  const wide = matchMedia("(min-width:901px)");
  if (wide.matches && !CSS.supports("selector(::details-content)")) $$(".filters").forEach((d) => { d.open = true; });

  // A screen on a wall brings itself up to date, and says when it cannot.
  const wall = $("[data-refresh]");
  if (wall) setInterval(async () => {
    try {
      const r = await ask(location.href, wall.dataset.fragment);
      if (!r.ok || !r.headers.get("X-Fragment")) throw new Error(String(r.status));
      wall.replaceChildren(part(await r.text()));
      document.body.classList.remove("old");
    } catch { document.body.classList.add("old"); }
  }, wall.dataset.refresh * 1000);

  // What goes on by itself while one looks: the first collection, after which the page is read anew, and stories being
  // passed on.
  const watch = (box) => {
    const tick = async () => {
      try {
        const r = await ask(location.href, box.dataset.fragment);
        if (r.headers.get("X-Fragment")) {
          const fresh = $("#" + box.id, part(await r.text())), on = fresh?.hasAttribute("data-running");
          if (!on && box.id === "progress") { location.reload(); return; }
          if (!box.contains(document.activeElement)) { box.replaceChildren(...fresh.childNodes); copies(); }
          if (!on) return;
        }
      } catch { /* the next one may get through */ }
      setTimeout(tick, 2000);
    };
    setTimeout(tick, 2000);
  };
  $$("[data-running]").forEach(watch);

  // A form that must not lose what was typed: it lies on this device until the server has confirmed it, comes back with
  // the page, and goes off by itself when there is a signal again. Pictures lie only in the page that is open.
  const shelf = "keep:", told = document.body.dataset;
  const kept = (k) => { try { return JSON.parse(localStorage.getItem(shelf + k)); } catch { return null; } };
  const put = (k, v) => {
    try { if (v) localStorage.setItem(shelf + k, JSON.stringify({ ...v, who: told.who })); else localStorage.removeItem(shelf + k); } catch { /* no room for it */ }
  };
  const fields = (f, b) => [...new FormData(f)].filter(([k, v]) => typeof v === "string" && f.elements[k]?.type !== "password").concat(b?.name ? [[b.name, b.value]] : []);
  const photos = (f) => $$("input[type=file]", f).some((i) => i.files.length);
  const note = (f, words) => {
    let p = $("[data-said]", f);
    if (!p) { p = document.createElement("p"); p.className = "notice note"; p.dataset.said = ""; p.setAttribute("role", "status"); f.prepend(p); }
    p.textContent = words;
  };
  const goal = (f, b) => (b?.hasAttribute("formaction") ? b.formAction : f.action);
  const going = new Set();
  // A telephone's pictures are made smaller before they go: on a weak signal they would not get through.
  const smaller = async (data) => {
    const out = new FormData();
    for (let [k, v] of data) {
      if (v instanceof File && v.size > 4e5 && v.type.startsWith("image/")) {
        try {
          const img = await createImageBitmap(v, { imageOrientation: "from-image" }), by = Math.min(1, 1600 / Math.max(img.width, img.height)), c = document.createElement("canvas");
          c.width = img.width * by; c.height = img.height * by;
          c.getContext("2d").drawImage(img, 0, 0, c.width, c.height);
          const small = await new Promise((done) => c.toBlob(done, "image/jpeg", 0.85));
          if (small && small.size < v.size) v = new File([small], "anh.jpg", { type: "image/jpeg" });
        } catch { /* as it is */ }
      }
      out.append(k, v);
    }
    return out;
  };
  const post = async (k, e, body) => {
    going.add(k);
    const r = await ask(e.url, "keep", { method: "POST", body: body ?? new URLSearchParams(e.fields), signal: AbortSignal.timeout?.(e.files ? 600000 : 60000) }).finally(() => going.delete(k));
    if (r.status >= 500) throw new Error(String(r.status));
    if (new URL(r.url).pathname === "/dang-nhap") return "/dang-nhap?den=" + encodeURIComponent(location.pathname + location.search);
    if (!r.ok) {
      put(k, { ...e, queued: false });
      return r.status === 422 ? new DOMParser().parseFromString(await r.text(), "text/html").querySelector("main") : null;
    }
    put(k, null);
    return r.url;
  };
  // What is to be looked at again comes in the place of the page: pictures that have gone through need not go again.
  const look = (main) => {
    $("main").replaceWith(main);
    newer();
    copies();
    scrollTo(0, 0);
  };
  const newer = () => $$("form[data-keep][data-fresh]").forEach((f) => put(f.dataset.keep, { url: f.action, fields: fields(f) })); // the server's word
  let again;
  const later = () => { clearTimeout(again); again = setTimeout(flush, 20000); };
  const send = async (f, b) => {
    const k = f.dataset.keep, e = { url: goal(f, b), fields: fields(f, b), files: photos(f), queued: !f.dataset.here };
    if (f.dataset.sending) return;
    f.dataset.sending = "1";
    put(k, e);
    b?.setAttribute("aria-busy", "true");
    try {
      const data = new FormData(f);
      if (b?.name) data.append(b.name, b.value);
      const to = await post(k, e, f.enctype === "multipart/form-data" ? await smaller(data) : undefined);
      if (to instanceof Element) { look(to); return; }
      if (to) { location.assign(to); return; }
      f.removeAttribute("data-keep"); // the plain way says what is wrong
      f.requestSubmit(b);
    } catch { note(f, f.dataset.here ?? told.kept); later(); }
    delete f.dataset.sending;
    b?.removeAttribute("aria-busy");
  };
  const flush = () => (navigator.locks ? navigator.locks.request("keep", sendKept) : sendKept()); // one window at a time
  const sendKept = async () => {
    let names = [];
    try { names = Object.keys(localStorage).filter((n) => n.startsWith(shelf)); } catch { /* none may be kept */ }
    for (const name of names) {
      const k = name.slice(shelf.length), e = kept(k), f = $$("form[data-keep]").find((x) => x.dataset.keep === k);
      if (!e?.queued || going.has(k) || e.who !== told.who || e.files && !(f && photos(f))) continue;
      if (f && e.files) { await send(f, $("button:not([type=button])", f)); continue; }
      try {
        const to = await post(k, e);
        if (to instanceof Element) { if (f) { look(to); return; } continue; }
        if (f && to) { location.assign(to); return; }
        if (to) { const p = document.createElement("p"); p.className = "notice"; p.textContent = told.sent; say(p); }
      } catch { later(); }
    }
  };
  const restore = (f) => {
    const e = kept(f.dataset.keep);
    if (!e || e.who !== told.who) return;
    const left = [...e.fields];
    let changed = false;
    for (const i of f.elements) {
      if (!i.name || i.type === "file" || i.type === "submit") continue;
      const at = left.findIndex(([k, v]) => k === i.name && (!/checkbox|radio/.test(i.type) || v === i.value));
      const was = /checkbox|radio/.test(i.type) ? i.checked : i.value;
      if (/checkbox|radio/.test(i.type)) i.checked = at >= 0;
      else if (at >= 0) i.value = left[at][1];
      changed ||= i.type !== "hidden" && was !== (/checkbox|radio/.test(i.type) ? i.checked : i.value);
      if (at >= 0) left.splice(at, 1);
    }
    if (e.queued) note(f, e.files ? told.files : told.kept);
    else if (changed) { note(f, told.back); draft(f); }
  };
  // How the words will look, and a draft of them on the server: what has come there need not lie here too.
  let drafting, asking;
  const draft = (f) => {
    if (!f.dataset.preview) return;
    clearTimeout(drafting);
    drafting = setTimeout(async () => {
      const sent = fields(f);
      try {
        const r = await ask(f.dataset.preview, "preview", { method: "POST", body: new URLSearchParams(sent), signal: (asking = new AbortController()).signal });
        if (!r.headers.get("X-Fragment") || f.dataset.sending) return;
        const fresh = part(await r.text());
        if (String(sent) !== String(fields(f))) return;
        $("#xem").replaceWith(fresh);
        put(f.dataset.keep, null);
      } catch { /* kept here */ }
    }, 500);
  };
  document.addEventListener("input", (e) => {
    const f = e.target.closest("form[data-keep]");
    if (f) { put(f.dataset.keep, { url: f.action, fields: fields(f) }); draft(f); }
  });
  document.addEventListener("submit", (e) => {
    const f = e.target.closest("form[data-keep]");
    if (!f || e.defaultPrevented || !window.fetch) return;
    e.preventDefault();
    clearTimeout(drafting);
    asking?.abort();
    send(f, e.submitter);
  });
  newer();
  $$("form[data-keep]").forEach(restore);
  addEventListener("online", flush);
  flush();
})();
