// Static forms: a password that can be shown, rules that turn green while typing, one click sends once.
document.addEventListener("click", (event) => {
  const eye = (event.target as Element).closest<HTMLElement>("[data-show-secret]");
  const input = eye?.parentElement?.querySelector("input");
  if (!eye || !input) return;
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  eye.setAttribute("aria-pressed", String(!shown));
});

document.addEventListener("input", (event) => {
  const input = event.target as HTMLInputElement;
  const rules = input.id ? document.querySelector(`[data-rules-for="${input.id}"]`) : null;
  for (const rule of rules?.querySelectorAll<HTMLElement>("[data-rule]") ?? []) {
    rule.toggleAttribute("data-met", new RegExp(rule.dataset["rule"]!, "u").test(input.value));
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("[data-once]")) return;
  if (form.dataset["sent"] !== undefined) event.preventDefault();
  form.dataset["sent"] = "";
  setTimeout(() => { delete form.dataset["sent"]; }, 8000);
});
