// Seeds within what a model's bodies take: by chance, and beside one. Knows schemas; knows no page.
export const MOST_SEED = 4294967295;

// The highest seed of a model, or of all of them where its schema is not there yet.
export function mostSeed(model) {
  const properties = model?.body?.properties;
  return (properties?.imageGenerationConfig?.properties ?? properties)?.seed?.maximum ?? MOST_SEED;
}

// Any but 0, which lets the server choose.
export function chance(most = MOST_SEED) {
  return 1 + (crypto.getRandomValues(new Uint32Array(1))[0] % most);
}

// The seed itself, or where it lies beyond the last, as far into them from the other end.
export function within(seed, most) {
  return seed > most || seed < 0 ? ((((seed - 1) % most) + most) % most) + 1 : seed;
}

// The seeds next to one, the nearest first, on both sides of it.
export function beside(seed, count, most) {
  return Array.from({ length: count }, (_, at) => within(seed + (at % 2 ? -1 : 1) * (Math.floor(at / 2) + 1) || most, most));
}
