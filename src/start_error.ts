import { DeliveryThreadError } from "./delivery/delivery_threads.ts";

/** What kept the router from starting although its rules file is in order, and the remedy. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Why nothing can listen on the address of a setting, such as `server.listen`. */
export function listenError(setting: string, address: string, cause: unknown): StartError {
  return new StartError(`${setting}: ${address}: ${listenReason(cause)}`, { cause });
}

function listenReason(cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return "the address is in use: stop what listens there, or name another port";
  }
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return "this machine has no such address: name one of its own, such as 127.0.0.1";
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "the port needs a right that this user does not have: name one above 1023";
  }
  return `cannot be listened on: ${messageOf(cause)}`;
}

/** Why a file that the door needs cannot be used. */
export function fileError(place: string, path: string, cause: unknown): StartError {
  return new StartError(`${place}: ${path}: ${fileReason(cause)}`, { cause });
}

function fileReason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "may not be read; give the user that runs the router the right to";
  }
  return `cannot be used: ${messageOf(cause)}; name a PEM file`;
}

/** Why nothing can be logged to the file that the rules file names. */
export function logFileError(path: string, cause: unknown): StartError {
  const reason = `${messageOf(cause)}; name a file that this user may write`;
  return new StartError(`log.file.path: ${path}: ${reason}`, { cause });
}

/** Why an outbox cannot be opened; its thread's own words name the remedy already. */
export function storeError(path: string, cause: unknown): StartError {
  if (cause instanceof DeliveryThreadError) {
    return new StartError(`store.path: ${cause.message}`, { cause });
  }
  return new StartError(
    `store.path: ${messageOf(cause)}; name a file that this user may write, in place of "${path}"`,
    { cause },
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
