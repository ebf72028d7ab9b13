import { record, text } from "./wire.ts";

const patience = 20_000; // ms: a request without an answer by then has failed

/** An answer that is not a success. Status 0: there was no answer. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** Milliseconds the server asks us to wait. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}`);
  }
}

export interface Call {
  method?: string;
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
  keepalive?: boolean;
  signal?: AbortSignal;
}

/** Sends a request and gives its answer once the headers are there; anything but a success is thrown. */
export async function call(url: string, { method = "GET", body, token, headers = {}, keepalive = false, signal }: Call = {}): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  signal?.addEventListener("abort", () => abort.abort(), { once: true });
  if (signal?.aborted) {
    abort.abort();
  }
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: "omit",
      cache: "no-store",
      keepalive,
      signal: abort.signal,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ServerError(0, "network");
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) {
    throw await problem(response);
  }
  return response;
}

/** The body of an answer; a body that is cut off or not JSON counts as no answer. */
export async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ServerError(0, "unreadable");
  }
}

/** Sends a form and tells how far it is, which fetch cannot. Rejects as call does. */
export function upload(url: string, form: FormData, token: string, progress: (share: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        resolve();
      } else {
        reject(new ServerError(request.status, codeOf(request.responseText) ?? `http_${request.status}`, retryAfter(request.getResponseHeader("Retry-After"))));
      }
    });
    for (const end of ["error", "abort", "timeout"]) {
      request.addEventListener(end, () => reject(new ServerError(0, "network")));
    }
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function codeOf(body: string): string | null {
  try {
    return codeIn(JSON.parse(body));
  } catch {
    return null; // a proxy's error page
  }
}

/** answers: the form before the first message has to be filled in, or filled in anew. */
function codeIn(body: unknown): string | null {
  const source = record(body);
  return Object.keys(record(source["errors"])).some((field) => field.startsWith("answers.")) ? "answers" : text(source["code"]);
}

async function problem(response: Response): Promise<ServerError> {
  let code: string | null = null;
  try {
    code = codeIn(await response.json());
  } catch {
    // A proxy's error page has no code.
  }
  return new ServerError(response.status, code ?? `http_${response.status}`, retryAfter(response.headers.get("Retry-After")));
}

function retryAfter(header: string | null): number | null {
  if (!header) {
    return null;
  }
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 600_000) : null;
}
