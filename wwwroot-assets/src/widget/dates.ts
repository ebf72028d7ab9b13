const day = 86_400_000;

/** Times and days as the visitor's language writes them. */
export class Dates {
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayAndYear: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(readonly locale: string) {
    this.#time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    this.#dayAndYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  }

  time(at: number): string {
    return this.#time.format(at);
  }

  /** A time to come: 9:00 today, Monday 9:00 this week, then the date. */
  when(at: number, now = Date.now()): string {
    const ahead = Math.round((startOfDay(at) - startOfDay(now)) / day);
    const parts: Intl.DateTimeFormatOptions = ahead === 0 ? {} : ahead < 7 ? { weekday: "long" } : { day: "numeric", month: "long" };
    return new Intl.DateTimeFormat(this.locale, { ...parts, hour: "numeric", minute: "2-digit" }).format(at);
  }

  /** Today, Yesterday, then the date. */
  day(at: number, now = Date.now()): string {
    const ago = Math.round((startOfDay(now) - startOfDay(at)) / day);
    if (ago === 0 || ago === 1) {
      const word = this.#relative.format(-ago, "day");
      return word.charAt(0).toLocaleUpperCase(this.locale) + word.slice(1);
    }
    return new Date(at).getFullYear() === new Date(now).getFullYear() ? this.#day.format(at) : this.#dayAndYear.format(at);
  }
}

export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
