// What surrounds the requests of a page and of its parts: waiting shows, nothing is sent twice, the focus is never
// lost, and what could not be loaded is said. The page itself may be swapped (Back), so nothing of it is held on to.
"use strict";

(() => {
  const SLOW_MS = 15000;
  const isPoll = (ctx) => ctx.sourceEvent?.type === "every"; // its element may have stopped polling meanwhile
  const say = (text) => document.dispatchEvent(new CustomEvent("console:say", { detail: text }));

  // --- Waiting: what is about to change is busy; styles show it to whoever waits long enough to wonder -------------
  const waiting = new Map();

  const showBusy = (elements) => {
    const busy = new Set([...waiting.values()].flat());
    for (const one of elements) busy.has(one) ? one.setAttribute("aria-busy", "true") : one.removeAttribute("aria-busy");
  };

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (isPoll(ctx)) {
      if (document.hidden) event.preventDefault();
      return;
    }
    const button = ctx.request.submitter ?? (ctx.sourceElement.matches("button") ? ctx.sourceElement : null);
    waiting.set(ctx, [ctx.target, button].filter(Boolean));
    showBusy(waiting.get(ctx));
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const elements = waiting.get(ctx) ?? [];
    waiting.delete(ctx);
    showBusy(elements);
  });

  // --- A form is sent once: while its answer is on the way, a second press does nothing -----------------------------
  const sent = new Map();

  const release = () => {
    const forms = [...sent.keys()];
    const elements = forms.flatMap((form) => sent.get(form));
    sent.clear();
    for (const one of elements) one?.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") === "dialog") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.set(form, [event.submitter]);
    event.submitter?.setAttribute("aria-busy", "true");
    if (!window.navigation) setTimeout(release, SLOW_MS);
  });
  addEventListener("pageshow", release);
  window.navigation?.addEventListener("navigateerror", release); // stopped, or no server to be found

  // --- The focus: where it was, else on what took its place, else on what its surroundings are about -----------------
  let held = null;

  const whereFocusIs = () => {
    const active = document.activeElement;
    if (!active || active === document.body) return null;
    const around = [];
    for (let one = active; one; one = one.parentElement) if (one.id) around.push(one.id);
    const row = active.closest("tbody tr");
    return { id: active.id, tag: active.tagName, around, row: row ? [...row.parentElement.children].indexOf(row) : -1 };
  };

  const take = (element) => {
    if (!element) return false;
    if (element.matches("h1, h2, h3")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    return document.activeElement === element;
  };

  const findAgain = ({ id, tag, around, row }) => {
    if (id && take(document.getElementById(id))) return;
    const region = around.map((one) => document.getElementById(one)).find(Boolean) ?? document.getElementById("main");
    const rows = region.querySelectorAll("tbody tr");
    const next = row >= 0 && rows[Math.min(row, rows.length - 1)];
    if (next && take(next.querySelector(tag))) return;
    const about = region.querySelector("[data-takes-focus]") ?? region.querySelector("h1, h2, h3");
    take(about ?? document.getElementById("main"));
  };

  document.addEventListener("htmx:before:swap", () => (held = whereFocusIs()));

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const asked = !isPoll(ctx);
    const target = ctx.target?.id && document.getElementById(ctx.target.id);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (asked && take(target?.querySelector?.("[data-takes-focus]"))) target.scrollIntoView({ block: "nearest" });
    else if (lost && held) findAgain(held);
    else if (lost && ctx.target === document.body) findAgain({ id: "", around: [], row: -1 });
    if (asked && target?.id === "results") say(foundIn(target));
  });

  const foundIn = (results) => {
    const told = results.querySelector("[data-count]") ?? results.querySelector(".empty h2");
    return told?.textContent.trim().replace(/\s+/g, " ") ?? `${results.querySelectorAll("tbody tr").length} shown`;
  };

  // --- What could not be loaded leaves the page as it was, and is said until something could ------------------------
  let failed = null;

  const showFailure = (why, ctx) => {
    const form = !isPoll(ctx) && ctx.sourceElement.matches("form") ? ctx.sourceElement : null;
    if (failed && !form) return; // news of a poll do not hide that a person's own wish is open
    const told = document.createElement("span");
    told.textContent = form
      ? `${why}: the list could not be loaded. What stands here is from before.`
      : `${why}: what stands here may be old.`;
    const stale = document.getElementById("stale");
    if (stale.firstChild?.textContent === told.textContent && !form) return;
    stale.replaceChildren(told);
    failed = form;
    if (!form) return;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-plain btn-small";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      form.querySelector("[data-search], select, input:not([type=hidden])").focus(); // this button is about to go
      htmx.trigger(form, "submit");
    });
    stale.append(again);
  };

  // An error is shown in the page's place only where the answer says so: a proxy's error page never is.
  document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400) return;
    ctx.hx.reswap ??= "none";
    if (ctx.hx.reswap === "none") ctx.push = ctx.replace = null; // the address, too, stays that of what is seen
  });

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const poll = isPoll(ctx);
    if (ctx.response.status < 400 && (!failed || !poll)) {
      failed = null;
      document.getElementById("stale").replaceChildren();
    } else if (ctx.response.status >= 400 && ctx.hx.reswap === "none" && !ctx.hx.redirect) {
      showFailure(`The server answered ${ctx.response.status}`, ctx);
    }
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response) showFailure("The server cannot be reached", ctx);
  });
})();
