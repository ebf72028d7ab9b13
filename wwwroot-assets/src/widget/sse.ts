export interface StreamEvent {
  event: string;
  data: string;
  /** Only where the event itself carried one. */
  id: string | null;
}

/** Reads text/event-stream from chunks cut anywhere, as the HTML standard (section 9.2.6) describes it. */
export class SseParser {
  #rest = "";
  #started = false;
  #event = "";
  #data: string[] = [];
  #id: string | null = null;

  push(chunk: string): StreamEvent[] {
    let text = this.#rest + chunk;
    if (!this.#started && text.length > 0) {
      this.#started = true;
      text = text.replace(/^\uFEFF/, "");
    }
    // A carriage return at the end may be half of a pair.
    const held = text.endsWith("\r") ? "\r" : "";
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + held;
    return lines.map((line) => this.#line(line)).filter((event) => event !== null);
  }

  #line(line: string): StreamEvent | null {
    if (line === "") {
      return this.#dispatch();
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this.#event = value;
    } else if (field === "data") {
      this.#data.push(value);
    } else if (field === "id" && !value.includes("\0")) {
      this.#id = value;
    }
    return null;
  }

  #dispatch(): StreamEvent | null {
    const event = this.#data.length === 0 ? null : { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    this.#event = "";
    this.#data = [];
    this.#id = null;
    return event;
  }
}
