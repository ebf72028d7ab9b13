import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";

// Run by itself, `npx tsx test/widget/stand-in.ts PORT`, it also serves a page with the widget on it.

export interface Wire {
  id: number;
  client_key: string | null;
  direction: "inbound" | "outbound";
  type: string;
  text: string | null;
  sender_name: string | null;
  status: string;
  sent_at: string;
}

interface Visitor {
  id: number;
  user?: string;
  name?: string;
  email?: string;
  messages: Wire[];
  events: { sequence: number; event: string; data: unknown }[];
  streams: Set<ServerResponse>;
  seen: number | null;
}

export interface Fault {
  status: number;
  code?: string;
  retryAfter?: number;
  /** Milliseconds before anything is done. */
  delay?: number;
  /** Do the work, then cut the line before the answer. */
  lose?: boolean;
  /** Cut the line without doing anything. */
  cut?: boolean;
  /** How many requests it strikes; for ever if absent. */
  times?: number;
}

/** The chat's server as its protocol says, in memory, strict about what it is sent, with faults on demand. */
export class StandIn {
  readonly requests: { method: string; path: string }[] = [];
  readonly visitors = new Map<string, Visitor>();
  /** Keyed by "METHOD name", for example "POST messages". */
  readonly faults = new Map<string, Fault>();
  settings: Record<string, unknown> = {
    name: "Acme Outdoor",
    greeting: "Hi there! Ask us anything about gear, orders or returns.",
    color: "#2563eb",
    side: "right",
    text_limit: 10_000,
    agents_online: true,
  };
  pingEvery = 15_000;
  #next = 1;
  #sequence = 100;
  readonly #server: Server;
  readonly #pings: NodeJS.Timeout;

  constructor(private readonly page: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null = null) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
    let since = 0;
    this.#pings = setInterval(() => {
      since += 100;
      if (since >= this.pingEvery) {
        since = 0;
        this.#streams((stream) => stream.write(": ping\n\n"));
      }
    }, 100);
  }

  listen(port = 0): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(port, "127.0.0.1", () => resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`));
    });
  }

  close(): void {
    clearInterval(this.#pings);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  only(): Visitor {
    const [visitor] = this.visitors.values();
    if (!visitor || this.visitors.size !== 1) {
      throw new Error(`${this.visitors.size} visitors`);
    }
    return visitor;
  }

  say(visitor: Visitor, text: string | null, more: Partial<Wire> = {}): Wire {
    return this.#file(visitor, { direction: "outbound", text, sender_name: "Ana", status: "sent", ...more });
  }

  typing(visitor: Visitor, active: boolean, name = "Ana"): void {
    for (const stream of visitor.streams) {
      stream.write(`event: typing\ndata: ${JSON.stringify({ active, name })}\n\n`);
    }
  }

  dropStreams(): void {
    this.#streams((stream) => stream.destroy());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://stand-in");
    if (!url.pathname.startsWith("/api/v1/widget/")) {
      if (this.page) {
        await this.page(request, response);
        return;
      }
      response.writeHead(404).end();
      return;
    }
    const method = request.method ?? "GET";
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Expose-Headers", "Retry-After");
    if (method === "OPTIONS") {
      response.setHeader("Access-Control-Allow-Headers", "authorization, content-type, last-event-id");
      response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT");
      response.setHeader("Access-Control-Max-Age", "600");
      response.writeHead(204).end();
      return;
    }
    const parts = url.pathname.slice("/api/v1/widget/".length).split("/");
    const name = parts.at(-1) ?? "";
    this.requests.push({ method, path: `${parts.join("/")}${url.search}` });
    if (url.searchParams.has("token") || url.searchParams.has("access_token")) {
      return problem(response, 400, "token_in_url");
    }
    const body = await read(request);
    const fault = this.#strike(`${method} ${name}`);
    if (fault?.delay) {
      await new Promise((resolve) => setTimeout(resolve, fault.delay));
    }
    if (fault?.cut) {
      response.destroy();
      return;
    }
    if (fault && fault.status !== 0) {
      return problem(response, fault.status, fault.code ?? "fault", fault.retryAfter);
    }
    const finish = fault?.lose ? () => response.destroy() : (status: number, value?: unknown) => send(response, status, value);

    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const visitor = token ? this.visitors.get(token) : undefined;
    if (parts.length === 2 && name === "settings" && method === "GET") {
      if (token && !visitor) {
        return problem(response, 401, "visitor_token_invalid");
      }
      const unread = visitor?.messages.filter((m) => m.direction === "outbound" && m.id > (visitor.seen ?? 0)).length ?? 0;
      return finish(200, { ...this.settings, unread, last_message: visitor?.messages.at(-1) ?? null });
    }
    if (parts.length === 2 && name === "sessions" && method === "POST") {
      const user = (body as { user_id?: string }).user_id;
      exactly(body, user === undefined ? {} : { user_id: "string", hash: "string" });
      if (user !== undefined && (body as { hash: string }).hash !== `hash of ${user}`) {
        return problem(response, 403, "identity_not_verified");
      }
      const fresh = `token-${this.#next}-${Math.random()}`;
      const known = user === undefined ? undefined : [...this.visitors.values()].find((one) => one.user === user);
      this.visitors.set(fresh, known ?? { id: this.#next++, messages: [], events: [], streams: new Set(), seen: null, ...(user === undefined ? {} : { user }) });
      return finish(201, { token: fresh, visitor_id: this.visitors.get(fresh)!.id, expires_at: "2099-01-01T00:00:00Z" });
    }
    if (!visitor) {
      return problem(response, 401, "visitor_token_invalid");
    }
    if (name === "messages" && method === "GET") {
      const before = Number(url.searchParams.get("before") ?? Number.MAX_SAFE_INTEGER);
      const limit = Number(url.searchParams.get("limit"));
      const older = visitor.messages.filter((m) => m.id < before).reverse();
      const items = older.slice(0, limit);
      return finish(200, { items, next_cursor: older.length > limit ? String(items.at(-1)!.id) : null, sequence: visitor.events.at(-1)?.sequence ?? 100, seen_up_to: visitor.seen });
    }
    if (name === "messages" && method === "POST") {
      exactly(body, { client_key: "string", text: "string" });
      const { client_key: key, text } = body as { client_key: string; text: string };
      if (text.length > Number(this.settings["text_limit"])) {
        return problem(response, 422, "text_too_long");
      }
      if (!visitor.messages.some((m) => m.client_key === key)) {
        const filed = this.#file(visitor, { direction: "inbound", text, client_key: key, status: "received" });
        this.#event(visitor, "status", { client_key: key, id: filed.id, status: "received" });
      }
      return finish(202, { client_key: key, status: "received" });
    }
    if (name === "stream" && method === "GET") {
      if (request.headers.accept === "text/event-stream") {
        return this.#stream(visitor, Number(request.headers["last-event-id"] ?? 0), response);
      }
      const missed = visitor.events.filter((e) => e.sequence > Number(url.searchParams.get("since")));
      return finish(200, { events: missed.map(({ event, data }) => ({ event, data })), sequence: visitor.events.at(-1)?.sequence ?? 100 });
    }
    if (name === "typing" && method === "POST") {
      exactly(body, { active: "boolean" });
      return finish(204);
    }
    if (name === "read" && method === "POST") {
      exactly(body, { up_to: "number" });
      visitor.seen = Math.max(visitor.seen ?? 0, (body as { up_to: number }).up_to);
      return finish(204);
    }
    if (name === "visitor" && method === "PUT") {
      Object.assign(visitor, body);
      return finish(204);
    }
    return problem(response, 404, "not_found");
  }

  #stream(visitor: Visitor, after: number, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": open\n\n");
    for (const event of visitor.events.filter((e) => e.sequence > after)) {
      write(response, event);
    }
    visitor.streams.add(response);
    response.on("close", () => visitor.streams.delete(response));
  }

  #file(visitor: Visitor, message: Partial<Wire>): Wire {
    const filed: Wire = { id: this.#next++, client_key: null, direction: "inbound", type: "text", text: "", sender_name: null, status: "received", sent_at: new Date().toISOString(), ...message };
    visitor.messages.push(filed);
    this.#event(visitor, "message", filed);
    return filed;
  }

  #event(visitor: Visitor, event: string, data: unknown): void {
    const filed = { sequence: ++this.#sequence, event, data };
    visitor.events.push(filed);
    for (const stream of visitor.streams) {
      write(stream, filed);
    }
  }

  #streams(act: (stream: ServerResponse) => void): void {
    for (const visitor of this.visitors.values()) {
      visitor.streams.forEach(act);
    }
  }

  #strike(key: string): Fault | undefined {
    const fault = this.faults.get(key);
    if (fault?.times !== undefined && --fault.times <= 0) {
      this.faults.delete(key);
    }
    return fault;
  }
}

function write(stream: ServerResponse, { sequence, event, data }: { sequence: number; event: string; data: unknown }): void {
  stream.write(`id: ${sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The real server refuses unknown and missing fields, so this one does. */
function exactly(body: unknown, fields: Record<string, string>): void {
  const given = Object.entries(body as object).map(([name, value]) => `${name}:${typeof value}`).sort().join();
  const wanted = Object.entries(fields).map(([name, type]) => `${name}:${type}`).sort().join();
  if (given !== wanted) {
    throw new Error(`body has ${given}, wanted ${wanted}`);
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
}

function send(response: ServerResponse, status: number, value?: unknown): void {
  response.writeHead(status, value === undefined ? {} : { "Content-Type": "application/json" });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

function problem(response: ServerResponse, status: number, code: string, retryAfter?: number): void {
  response.writeHead(status, { "Content-Type": "application/problem+json", ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }) });
  response.end(JSON.stringify({ status, code }));
}

if (process.argv[1]?.endsWith("stand-in.ts")) {
  const script = new URL("../../../App/wwwroot/widget.js", import.meta.url);
  const stand = new StandIn(async (request, response) => {
    const isScript = request.url === "/widget.js";
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8" });
    response.end(isScript ? await readFile(script) : '<!doctype html><html lang="en"><title>Demo</title><h1>Demo</h1><script async src="/widget.js" data-tenant="acme"></script></html>');
  });
  console.log(await stand.listen(Number(process.argv[2] ?? 0)));
}
