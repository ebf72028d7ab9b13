interface DotNet { invokeMethodAsync(method: string, ...args: unknown[]): Promise<unknown> }

/** Makes a button open the file chooser, and uploads what is chosen. The circuit hears the upload's id only. */
export function mount(root: HTMLElement, dotnet: DotNet): { dispose(): void } {
  const off = new AbortController();
  const input = root.querySelector("input")!;
  root.querySelector("[data-pick]")!.addEventListener("click", () => input.click(), { signal: off.signal });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) void bring(file, input.dataset["kind"] ?? "document", dotnet, off.signal);
  }, { signal: off.signal });
  return { dispose: () => off.abort() };
}

async function bring(file: File, kind: string, dotnet: DotNet, signal: AbortSignal): Promise<void> {
  const tell = (method: string, what: unknown): Promise<unknown> => dotnet.invokeMethodAsync(method, what).catch(() => undefined);   // the dialog may have closed
  await tell("BeginAsync", file.name);
  const form = new FormData();
  form.append("file", file, file.name);
  try {
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
    const response = await fetch(`/api/v1/media/upload?kind=${kind}`, { method: "POST", body: form, credentials: "same-origin", headers: { "X-CSRF-TOKEN": token, Accept: "application/json" }, signal });
    const answer = await response.json() as { id?: number; detail?: string };
    await (response.status === 201 ? tell("DoneAsync", answer.id) : tell("FailedAsync", answer.detail ?? null));
  } catch {
    if (!signal.aborted) await tell("FailedAsync", null);
  }
}
