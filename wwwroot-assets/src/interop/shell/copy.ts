// [data-copy] puts its value, or the text of the element that it names, on the clipboard and says so for a moment.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  void put(button.dataset["copy"]!).then((done) => {
    if (!done) return;
    button.dataset["copied"] = "";
    const said = button.querySelector("[data-copied-text]");
    said?.removeAttribute("hidden");
    setTimeout(() => { delete button.dataset["copied"]; said?.setAttribute("hidden", ""); }, 1600);
  });
});

async function put(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byHand(text); // plain http has no clipboard
  }
}

function byHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
