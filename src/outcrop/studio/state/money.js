// Amounts as the REST writes them, as people read them. Knows no price.
export function dollars(text) {
  const [whole, part = ""] = String(text).split(".");
  const cents = part.replace(/0+$/, "").padEnd(2, "0");
  const sign = whole.startsWith("-") ? "−" : "";
  return `${sign}$${Number(whole.replace("-", "")).toLocaleString("en-US")}.${cents}`;
}

// The same in whole cents, rounded down: of what is left never too much is promised.
export function cents(text) {
  return dollars(String(text).replace(/(\.\d\d)\d+$/, "$1"));
}

// Sums in whole micro-dollars: binary fractions would drift.
export function micros(text) {
  const [whole, part = ""] = String(text).replace("-", "").split(".");
  const value = Number(whole) * 1e6 + Number(part.padEnd(6, "0").slice(0, 6));
  return String(text).startsWith("-") ? -value : value;
}

export function fromMicros(value) {
  const sign = value < 0 ? "-" : "";
  const size = Math.abs(Math.round(value));
  return `${sign}${Math.floor(size / 1e6)}.${String(size % 1e6).padStart(6, "0")}`;
}
