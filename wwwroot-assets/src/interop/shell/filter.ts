// input[data-filter] hides those rows of its page, found by the selector in the attribute, that lack one of the typed words.
// A row's data-words count too: what it is about and does not say.
document.addEventListener("input", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.dataset?.["filter"]) filterRows(box);
});

// rows that come later are judged too
new MutationObserver(() => {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-filter]")) if (box.value !== "") filterRows(box);
}).observe(document.body, { childList: true, subtree: true });

function filterRows(box: HTMLInputElement): void {
  const words = plain(box.value).split(/\s+/).filter((word) => word !== "");
  for (const row of document.querySelectorAll<HTMLElement>(box.dataset["filter"]!)) {
    const text = plain(`${row.textContent ?? ""} ${row.dataset["words"] ?? ""}`);
    row.hidden = !words.every((word) => text.includes(word));
  }
}

/** Without case and accents: "muller" finds "Müller". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
