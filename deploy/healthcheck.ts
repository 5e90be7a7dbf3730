/**
 * Ends with 0 where the router of this machine answers `/healthz`, else with 1 and the reason: for
 * a container's HEALTHCHECK. The address of the operator's listener may be given; without one it is
 * the default.
 *
 * @module
 */
const [address = "127.0.0.1:10007"] = Deno.args;

try {
  const answer = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(2500) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the router answers ${answer.status}`);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  await Deno.stderr.write(new TextEncoder().encode(`${address}: ${reason}\n`));
  Deno.exit(1);
}
