import { list, number, record, text } from "./wire.ts";

/** What the tenant has set for its chat beside colours: texts, form, hours, articles. */
export interface Texts {
  greeting?: string;
  offline?: string;
  away?: string;
  form?: string;
}

export interface Field {
  key: string;
  kind: string;
  required: boolean;
  labels: Record<string, string>;
  choices: string[];
}

export interface Form {
  show: "always" | "closed";
  fields: Field[];
}

export interface Article {
  title: string;
  url: string;
}

export interface Hours {
  isOpen: boolean;
  /** Milliseconds; null where it is not known. */
  opensAt: number | null;
  closesAt: number | null;
}

export function readTexts(value: unknown): Record<string, Texts> {
  return byLanguage(value, (given) => {
    const source = record(given);
    const texts: Texts = {};
    for (const name of ["greeting", "offline", "away", "form"] as const) {
      const said = text(source[name]);
      if (said) {
        texts[name] = said;
      }
    }
    return texts;
  });
}

export function readForm(value: unknown): Form | null {
  const source = record(value);
  const fields = list(source["fields"]).map(readField).filter((field) => field !== null);
  const show = source["show"];
  return (show === "always" || show === "closed") && fields.length > 0 ? { show, fields } : null;
}

function readField(value: unknown): Field | null {
  const source = record(value);
  const key = text(source["key"]);
  const kind = text(source["kind"]);
  return key && kind
    ? { key, kind, required: source["required"] === true, labels: byLanguage(source["labels"], (label) => text(label) ?? ""), choices: list(source["choices"]).filter((choice) => typeof choice === "string") }
    : null;
}

export function readArticles(value: unknown): Article[] {
  return list(value).flatMap((item) => {
    const source = record(item);
    const [title, url] = [text(source["title"]), text(source["url"])];
    return title && url && /^https?:\/\//i.test(url) ? [{ title, url }] : [];
  });
}

export function readHours(value: unknown): Hours {
  const source = record(value);
  const at = (name: string): number | null => number(Date.parse(text(source[name]) ?? ""));
  // A server that says nothing of hours never closes.
  return { isOpen: source["is_open"] !== false, opensAt: at("opens_at"), closesAt: at("closes_at") };
}

/** Also on a page that stays open over the edge of the hours. */
export function isOpenAt({ isOpen, opensAt, closesAt }: Hours, now: number): boolean {
  return isOpen ? closesAt === null || now < closesAt : opensAt !== null && now >= opensAt;
}

/** What is said in the visitor's language, else in a sister of it. */
export function inLanguage<T>(said: Record<string, T>, locale: string): T | undefined {
  const [first] = locale.split("-");
  const tags = Object.keys(said);
  const tag = tags.find((one) => one === locale) ?? tags.find((one) => one.split("-")[0] === first);
  return tag === undefined ? undefined : said[tag];
}

/** The same; else in the first of the tenant's languages in which it is said, for what has to be said. */
export function inSomeLanguage<T>(said: Record<string, T>, locale: string, languages: readonly string[]): T | undefined {
  return inLanguage(said, locale) ?? said[languages.find((one) => Object.hasOwn(said, one)) ?? Object.keys(said)[0] ?? ""];
}

function byLanguage<T>(value: unknown, read: (value: unknown) => T): Record<string, T> {
  const known: Record<string, T> = {};
  for (const [tag, given] of Object.entries(record(value))) {
    if (/^[a-z]{2,3}(-\w+)*$/i.test(tag)) {
      known[tag] = read(given);
    }
  }
  return known;
}
