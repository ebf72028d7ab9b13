/**
 * A full time in the zone of the business, and after it what the reader's own clock says where that differs.
 * @param words "{0} where you are"
 * @param own The reader's zone; the browser's when left out.
 */
export function elsewhere(title: string, at: Date, zone: string, words: string, language?: string, own?: string): string {
  const clock = (timeZone?: string): string => at.toLocaleString(language || undefined, { dateStyle: "medium", timeStyle: "short", timeZone });
  try {
    const mine = clock(own);
    return mine === clock(zone) ? title : `${title} · ${words.replace("{0}", mine)}`;
  } catch {
    return title; // a zone that this browser does not know
  }
}
