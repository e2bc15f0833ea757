// What a browser with scripts gets on top: nothing here is needed to do anything.
"use strict";

(() => {
  const root = document.documentElement;
  root.dataset.scripted = "";

  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    announcer.textContent = "";
    setTimeout(() => (announcer.textContent = text), 50);
  };
  document.addEventListener("console:say", (event) => announce(event.detail));

  // --- Copy buttons ---------------------------------------------------------------------------------------------
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      announce("Copying is not allowed here.");
      return;
    }
    const use = button.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#check"));
    button.dataset.done = "";
    announce("Copied");
    setTimeout(() => {
      use.setAttribute("href", before);
      delete button.dataset.done;
    }, 1500);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button && !button.dataset.done) copy(button);
    if (event.target.closest("[data-open-sheet]")) openSheet();
  });

  // --- Times in the chosen zone --------------------------------------------------------------------------------
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = root.dataset.zone || own;
  if (!root.dataset.zone && !document.cookie.split("; ").includes(`zone=${own}`)) {
    document.cookie = `zone=${own}; path=/; max-age=31536000; samesite=lax`;
  }
  const inZone = (parts) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts });
  const day = { day: "numeric", month: "short", year: "numeric" };
  const minutes = { hour: "2-digit", minute: "2-digit" };
  const exact = inZone({ ...day, ...minutes, second: "2-digit", timeZoneName: "short" });
  const clock = inZone(minutes);
  const date = inZone(day);
  const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

  const relative = (moment) => {
    const seconds = Math.round((moment - Date.now()) / 1000);
    const far = Math.abs(seconds);
    if (far > 14 * 86400) return date.format(moment);
    if (far < 2) return "just now";
    const [size, name] = UNITS.find(([length]) => far >= length);
    const length = `${Math.floor(far / size)} ${name}`;
    return seconds > 0 ? `in ${length}` : `${length} ago`;
  };

  const showTimes = () => {
    for (const time of document.querySelectorAll("time[data-time]")) {
      const moment = new Date(time.dateTime);
      const style = time.dataset.time;
      const due = style === "due" && moment <= Date.now();
      const fixed = { exact, clock }[style];
      const text = fixed ? fixed.format(moment) : due ? "now" : relative(moment);
      if (time.textContent !== text) time.textContent = text;
      time.title = `${exact.format(moment)} · ${time.dateTime}`;
    }
  };

  const showZone = () => document.querySelectorAll("[data-zone-name]").forEach((name) => (name.textContent = zone));
  showZone();
  showTimes();
  setInterval(() => document.hidden || showTimes(), 5000);
  document.addEventListener("htmx:after:swap", showTimes);
  document.addEventListener("htmx:after:swap", showZone);

  // --- Keyboard -------------------------------------------------------------------------------------------------
  const openSheet = () => {
    const sheet = document.getElementById("keyboard-sheet");
    if (sheet && !sheet.open) sheet.showModal();
  };
  const PLACES = { l: "/locations", d: "/deliveries", u: "/users", a: "/audit-log", s: "/system" };
  let waitingForPlace = 0;

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (waitingForPlace > Date.now() && document.querySelector(`.topnav a[href="${PLACES[event.key]}"]`)) {
      location.assign(PLACES[event.key]);
    } else if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      openSheet();
    }
    waitingForPlace = event.key === "g" ? Date.now() + 1200 : 0;
  });

  // --- Menus where the browser cannot anchor them yet -----------------------------------------------------------
  if (!CSS.supports("position-area", "end")) {
    document.addEventListener("toggle", (event) => {
      const menu = event.target;
      if (!menu.matches?.(".menu") || event.newState !== "open") return;
      const box = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
      menu.style.inset = "auto";
      menu.style.top = `${Math.min(box.bottom, innerHeight - menu.offsetHeight)}px`;
      menu.style.left = `${Math.max(8, box.right - menu.offsetWidth)}px`;
    }, true);
  }

  // --- Fields that explain themselves ---------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a, .trial-errors a");
    if (!link) return;
    event.preventDefault();
    document.querySelector(link.getAttribute("href"))?.focus();
  });
  document.querySelector(".error-summary[autofocus]")?.focus();
})();
