// The live tail of a list: it follows what happens, and holds still while somebody reads it.
"use strict";

(() => {
  const QUIET_MS = 4000;
  let stopped = false;
  let scrolledAt = 0;

  const list = () => document.querySelector("[data-tail]");

  const reading = () => {
    const results = list();
    if (!results) return "";
    if (stopped) return "Paused";
    const selection = document.getSelection();
    const selects = selection && !selection.isCollapsed && results.contains(selection.anchorNode);
    const within = results.querySelector("table")?.matches(":hover, :focus-within");
    const holds = results.querySelector(":popover-open, [name=id]:checked");
    const scrolled = Date.now() - scrolledAt < QUIET_MS || results.getBoundingClientRect().top < -40;
    return selects || within || holds || scrolled ? "Paused while you read" : "";
  };

  const show = () => {
    const button = document.getElementById("tail");
    if (!button) return;
    const words = reading() || "Live";
    const said = button.querySelector("[data-tail-words]");
    if (said.textContent !== words) said.textContent = words;
    button.setAttribute("aria-pressed", String(!stopped));
    button.title = stopped ? "Follow what happens again" : "Hold the list still";
    button.classList.toggle("tail-live", words === "Live");
  };

  const tick = () => {
    const results = document.getElementById("results");
    if (!results) return;
    const boxes = [...results.querySelectorAll("[name=id]")];
    const count = boxes.filter((box) => box.checked).length;
    const all = document.getElementById("tick-all");
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const words = results.querySelector("[data-ticked]");
    if (words) words.textContent = count ? `${count} selected` : "Selected";
    show();
  };

  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    if (source?.hasAttribute("data-tail") && reading()) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#tail")) {
      stopped = !stopped;
      show();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-all") {
      for (const box of document.querySelectorAll("#results [name=id]")) box.checked = event.target.checked;
    }
    tick();
  });

  // Elsewhere the box itself is small; here its whole cell takes the press.
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("td.tick")) event.target.querySelector("input")?.click();
  });

  addEventListener("scroll", () => (scrolledAt = Date.now()), { passive: true });
  document.addEventListener("htmx:after:swap", tick);
  addEventListener("pageshow", tick);
  setInterval(show, 500);
  tick();
})();
