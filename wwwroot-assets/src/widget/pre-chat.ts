import { el } from "./dom.ts";
import { withLinks } from "./linkify.ts";
import { type Field, inSomeLanguage } from "./look.ts";
import type { Strings } from "./strings.ts";

export type Answers = Record<string, string | true>;

type Input = HTMLInputElement | HTMLSelectElement;

const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phone = /^\+?[0-9 ()/.-]{5,40}$/;

/** What is wrong with an answer; null when nothing is. The server looks again. */
export function wrongWith(field: Field, value: string, strings: Strings): string | null {
  if (value === "") {
    return field.required ? strings.needed : null;
  }
  return field.kind === "email" && !email.test(value) ? strings.noEmail : field.kind === "phone" && !(phone.test(value) && value.replace(/\D/g, "").length >= 5) ? strings.noPhone : null;
}

/** The form before the first message. */
export class PreChat {
  readonly element = el("form", { class: "ask", novalidate: true, hidden: true });
  onDone: (answers: Answers) => void = () => {};
  #asked = "";
  #inputs: { field: Field; input: Input; problem: HTMLElement }[] = [];

  constructor(
    private readonly title: string,
    private readonly strings: Strings,
    private readonly locale: string,
    private readonly languages: readonly string[],
  ) {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Asks these; nothing to ask hides it. What is typed stays while the same is asked. */
  ask(fields: readonly Field[]): void {
    const asked = fields.map((field) => field.key).join();
    this.element.hidden = asked === "";
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#inputs = fields.map((field) => this.#input(field));
      this.element.replaceChildren(
        el("h3", {}, this.title),
        ...this.#inputs.map(({ field, input, problem }) => this.#line(field, input, problem)),
        el("button", { type: "submit", class: "start" }, this.strings.start),
      );
    }
  }

  focus(): void {
    this.#inputs[0]?.input.focus({ preventScroll: true });
  }

  #input(field: Field): { field: Field; input: Input; problem: HTMLElement } {
    const id = `ask-${field.key}`;
    const common = { id, name: field.key, "aria-describedby": `${id}-problem`, "aria-required": String(field.required) };
    const types: Record<string, string> = { email: "email", phone: "tel", consent: "checkbox" };
    const fills: Record<string, string> = { name: "name", email: "email", phone: "tel" };
    const input = field.kind === "list"
      ? el("select", common, el("option", { value: "" }, this.strings.choose), ...field.choices.map((choice) => el("option", { value: choice }, choice)))
      : el("input", { ...common, type: types[field.kind] ?? "text", autocomplete: fills[field.kind] ?? "off", maxlength: field.kind === "text" ? 1000 : 200, dir: field.kind === "consent" ? null : "auto" });
    const problem = el("p", { class: "problem", id: `${id}-problem`, role: "alert" });
    // Only what was found wrong, and while it is typed: a line that goes at a click would move what is clicked.
    input.addEventListener("input", () => input.getAttribute("aria-invalid") === "true" && this.#judge(field, input, problem));
    return { field, input, problem };
  }

  #line(field: Field, input: Input, problem: HTMLElement): HTMLElement {
    const words: Record<string, string> = { name: this.strings.name, email: this.strings.email, phone: this.strings.phone };
    const label = el("label", { for: input.id }, ...withLinks(inSomeLanguage(field.labels, this.locale, this.languages) || words[field.kind] || field.key), ...(field.required ? [] : [el("small", {}, ` ${this.strings.optional}`)]));
    return field.kind === "consent" ? el("div", { class: "line agree" }, input, label, problem) : el("div", { class: "line" }, label, input, problem);
  }

  #value(field: Field, input: Input): string {
    return field.kind === "consent" ? ((input as HTMLInputElement).checked ? "true" : "") : input.value.trim();
  }

  #judge(field: Field, input: Input, problem: HTMLElement): boolean {
    const wrong = wrongWith(field, this.#value(field, input), this.strings);
    problem.textContent = wrong ?? "";
    input.setAttribute("aria-invalid", String(wrong !== null));
    return wrong === null;
  }

  #submit(): void {
    const wrong = this.#inputs.filter(({ field, input, problem }) => !this.#judge(field, input, problem));
    if (wrong[0]) {
      wrong[0].input.focus();
      return;
    }
    const answers: Answers = {};
    for (const { field, input } of this.#inputs) {
      const value = this.#value(field, input);
      if (value !== "") {
        answers[field.key] = field.kind === "consent" ? true : value;
      }
    }
    this.onDone(answers);
  }
}

/** What was stored before the page changed. */
export function readAnswers(value: unknown): Answers | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const answers = Object.fromEntries(Object.entries(value).filter(([, answer]) => typeof answer === "string" || answer === true)) as Answers;
  return Object.keys(answers).length > 0 ? answers : null;
}
