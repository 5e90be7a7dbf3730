import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { secretsOf, type ServerSettings } from "../config/sections/server_section.ts";
import { milliseconds } from "../values/duration.ts";
import { type CallerAuth, createCallerAuth } from "../http/auth/caller_auth.ts";
import type { SignatureSettings } from "../http/auth/signature.ts";
import { fileError } from "./start_error.ts";
import { MemorySeenKeys } from "../stores/memory_seen_keys.ts";

/**
 * Makes the check of callers that a rules file describes.
 *
 * @throws {StartError} if the public key cannot be used.
 */
export async function callerAuthOf(
  { file, settings: { server } }: Pick<LoadedRules, "file" | "settings">,
): Promise<CallerAuth> {
  const { callers, token, signature } = server;
  const settings = {
    secrets: secretsOf(server),
    addresses: callers,
    token,
  };
  const seen = new MemorySeenKeys(signature?.maxNonces ?? 1);
  const context = { seen, now: () => Date.now() };
  try {
    const signed = signature && await signatureOf(signature, file);
    return createCallerAuth({ ...settings, signature: signed }, context);
  } catch (error) {
    throw fileError(["server", "signature", "publicKey"], signature?.publicKey ?? "", error);
  }
}

async function signatureOf(
  { secret, publicKey, window, ...rest }: NonNullable<ServerSettings["signature"]>,
  file: string,
): Promise<SignatureSettings> {
  const key = secret ?? await Deno.readTextFile(besideRules(file, publicKey!));
  return { ...rest, key, window: milliseconds(window) };
}
