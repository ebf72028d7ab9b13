/** 1 kB, 12 kB, 3.4 MB. */
export function sized(bytes: number, language?: string): string {
  const [unit, divisor, digits] = bytes < 1e6 ? ["kilobyte", 1e3, 0] as const : ["megabyte", 1e6, 1] as const;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(Math.max(1, bytes / divisor));
}
