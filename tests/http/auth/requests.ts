/** A request with the headers that a test cares for. */
export function requestWith(
  headers: Readonly<Record<string, string>> = {},
  path = "/callbackX",
): Request {
  return new Request(`http://router${path}`, { method: "POST", headers });
}
