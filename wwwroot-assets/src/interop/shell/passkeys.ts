// Passkeys: the browser's own question, between two requests of ours.
const base = "/api/v1/auth/passkeys";

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLElement>("[data-passkey-form]")) form.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-passkey-enter], [data-passkey-add]");
  if (!button) return;
  const form = button.closest<HTMLElement>("[data-passkey-form]")!;
  const problem = form.querySelector<HTMLElement>("[role=alert]");
  if (problem) problem.hidden = true;
  button.disabled = true;
  void (button.matches("[data-passkey-enter]") ? enter(form) : add(form))
    .catch(() => { if (problem) problem.hidden = false; })
    .finally(() => { button.disabled = false; });
});

async function enter(form: HTMLElement): Promise<void> {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(await post(`${base}/sign-in/options`) as PublicKeyCredentialRequestOptionsJSON);
  const credential = await navigator.credentials.get({ publicKey: options }) as PublicKeyCredential;
  await post(`${base}/sign-in`, { credential: credential.toJSON() });
  location.assign(form.dataset["return"] ?? "/");
}

async function add(form: HTMLElement): Promise<void> {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(await post(`${base}/options`) as PublicKeyCredentialCreationOptionsJSON);
  const credential = await navigator.credentials.create({ publicKey: options }) as PublicKeyCredential;
  await post(base, { credential: credential.toJSON(), name: form.querySelector("input")?.value ?? "" });
  location.reload();
}

async function post(path: string, body?: object): Promise<unknown> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", ...(token ? { "X-CSRF-TOKEN": token } : {}) },
    body: body ? JSON.stringify(body) : null,
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.status === 204 ? null : response.json();
}
