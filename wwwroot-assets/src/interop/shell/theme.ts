type Theme = "light" | "dark" | "system";

function kept(): Theme {
  const theme = localStorage.getItem("inbox.theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

function show(): void {
  const theme = kept();
  const root = document.documentElement;
  const shown = theme === "system" ? undefined : theme;
  if (root.dataset["theme"] !== shown) {
    root.dataset["switching"] = "";
    requestAnimationFrame(() => requestAnimationFrame(() => { delete root.dataset["switching"]; }));
    if (shown) root.dataset["theme"] = shown;
    else delete root.dataset["theme"];
  }
  for (const choice of document.querySelectorAll("[data-theme-choice]")) choice.setAttribute("aria-checked", String(choice.getAttribute("data-theme-choice") === theme));
}

document.addEventListener("click", (event) => {
  const choice = (event.target as Element).closest("[data-theme-choice]")?.getAttribute("data-theme-choice");
  if (!choice) return;
  if (choice === "system") localStorage.removeItem("inbox.theme");
  else localStorage.setItem("inbox.theme", choice);
  show();
});
document.addEventListener("toggle", () => show(), true); // the menu with the choices is drawn late
window.addEventListener("storage", (event) => { if (event.key === "inbox.theme") show(); });
// enhanced navigation puts the attributes of <html> back to what the server rendered
new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
show();
