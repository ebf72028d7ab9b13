import { holdsUnconfirmedText } from "../sending/drafts.ts";

declare global {
  interface Window { Blazor?: { reconnect?(): Promise<boolean> } }
}

// Blazor marks the element with classes; what they mean to a person is said here. It does not reload by itself when the
// element is ours, and the circuit of a restarted server never comes back, so this module waits for the server and reloads.
const bar = document.getElementById("components-reconnect-modal");
const calmBeforeReload = 1500; // ms without a key: nobody is interrupted in the middle of a word
const patience = 20_000; // ms after which the person is asked instead
let waiting = false;
let lastKey = 0;

function say(state: "" | "trying" | "waiting" | "held" | "back"): void {
  if (bar && bar.dataset["state"] !== state) bar.dataset["state"] = state;
}

async function alive(): Promise<boolean> {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function reload(): void {
  window.dispatchEvent(new Event("inbox:reloading"));
  location.reload();
}

async function waitForServer(): Promise<void> {
  if (waiting) return;
  waiting = true;
  say("waiting");
  while (!await alive()) await pause(1000);
  window.dispatchEvent(new Event("online")); // the composer sends what it kept
  const since = Date.now();
  while (holdsUnconfirmedText(localStorage) || Date.now() - lastKey < calmBeforeReload) {
    if (Date.now() - since > patience) say("held");
    await pause(250);
  }
  reload();
}

/** Blazor waits up to half a minute between two tries; as soon as the server answers we try, and learn whether it still knows us. */
async function hasten(): Promise<void> {
  while (bar!.classList.contains("components-reconnect-show")) {
    await pause(2000);
    const seconds = Number(document.getElementById("components-seconds-to-next-attempt")?.textContent);
    if (!(seconds > 2) || !bar!.classList.contains("components-reconnect-show") || !await alive()) continue;
    const known = await window.Blazor?.reconnect?.().catch(() => undefined);
    if (known === false) await waitForServer();
  }
}

function changed(): void {
  const marks = bar!.classList;
  if (marks.contains("components-reconnect-failed") || marks.contains("components-reconnect-rejected")) {
    void waitForServer();
  } else if (marks.contains("components-reconnect-show")) {
    const first = bar!.dataset["state"] !== "trying";
    say("trying");
    if (first) void hasten();
  } else if (bar!.dataset["state"] === "trying") {
    say("back");
    setTimeout(() => { if (bar!.dataset["state"] === "back") say(""); }, 2000);
  }
}

if (bar) {
  new MutationObserver(changed).observe(bar, { attributeFilter: ["class"] });
  bar.addEventListener("click", (event) => { if ((event.target as Element).closest("[data-reload]")) reload(); });
  document.addEventListener("input", () => { lastKey = Date.now(); }, { capture: true, passive: true });
}
