/** A CEL value as JSON knows it; an int stays a `bigint`, to be written digit for digit. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [String(name), jsonOf(member)]));
  }
  if (value instanceof Set) return [...value].map(jsonOf);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value.toBase64();
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
