/** What the server said to a request; status 0 means that nothing came back. */
export interface Answer { status: number; detail?: string; retryAfter?: number }

/** Sends JSON to the HTTP API with the session's cookie and the antiforgery token of the page. Never throws. */
export async function send(method: string, path: string, body: unknown, headers: Record<string, string> = {}, keepalive = false): Promise<Answer> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  try {
    const response = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": token, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: "same-origin",
      redirect: "manual", // a redirect is the way to the sign-in page, not an answer
      keepalive,
    });
    if (response.type === "opaqueredirect") return { status: 401 };
    if (response.ok) return { status: response.status };
    const seconds = Number(response.headers.get("Retry-After"));
    const problem = await response.json().catch(() => ({})) as { detail?: string; title?: string };
    const detail = problem.detail ?? problem.title;
    return { status: response.status, ...(detail ? { detail } : {}), ...(seconds > 0 ? { retryAfter: seconds } : {}) };
  } catch {
    return { status: 0 };
  }
}

/** A random UUID; crypto.randomUUID is missing on plain http, where a LAN installation may run. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
