/**
 * Why a request to a target failed, in words for logs and dead letters. Deno's own words hold the
 * URL, of which the path and the query may be secrets: of a target only its host is named.
 */
export function describeFetchFailure(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (!(cause instanceof Error)) return withoutURL(message, url);
  // "error sending request for url (<url>): <reason>", or "... from <address> for <url> (<address>):
  // <reason>"; a URL as Deno prints it has no blank
  const reason = /\): (.+)$/s.exec(cause.message)?.[1] ?? withoutURL(cause.message, url);
  return `no answer from ${new URL(url).host}: ${reason}`;
}

function withoutURL(text: string, url: string): string {
  return text.replaceAll(url, "the target's URL");
}
