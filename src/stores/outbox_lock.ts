import { OutboxFileError, unusable } from "./outbox_file_error.ts";

/**
 * Makes this process the only one that takes deliveries for a file. The lock is the operating
 * system's, on a file beside the outbox: it ends with the process, however that ends. The lock's
 * file stays, since removing it could let in two at once.
 *
 * @throws {OutboxFileError} when another process has it.
 */
export function lockOutbox(path: string): Disposable {
  const lock = openLock(`${linkedTo(path)}.lock`, path);
  try {
    takeLock(lock, path);
  } catch (error) {
    lock.close();
    throw error;
  }
  try {
    lock.truncateSync(0);
    lock.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // the disk is full: others that find the file locked cannot say by which process
  }
  return lock;
}

/**
 * Looks whether {@link lockOutbox} could lock a file, whose lock's file is there.
 *
 * @throws {OutboxFileError} when another process has it.
 */
export function checkOutboxLock(path: string): void {
  using lock = openLock(`${path}.lock`, path);
  takeLock(lock, path);
}

function takeLock(lock: Deno.FsFile, path: string): void {
  if (lock.tryLockSync(true)) return;
  throw new OutboxFileError(
    `the outbox ${path} is in use by another router${holder(lock)}: stop that one, ` +
      "or give this one a file of its own",
  );
}

function openLock(file: string, path: string): Deno.FsFile {
  // a lock beside a folder would do no harm, but stay where nobody expects it
  if (isFolder(path)) {
    throw new OutboxFileError(`the outbox ${path} is a folder: name a file in it`);
  }
  try {
    return Deno.openSync(file, { read: true, write: true, create: true });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** The path that a link leads to: a file has one lock, whatever name it is opened by. */
export function linkedTo(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path; // it is still to be made
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Which process has the lock, as it wrote into the file. */
function holder(lock: Deno.FsFile): string {
  const bytes = new Uint8Array(20);
  const read = lock.readSync(bytes) ?? 0;
  const pid = /^\d+/.exec(new TextDecoder().decode(bytes.subarray(0, read)))?.[0];
  return pid === undefined ? "" : ` (process ${pid})`;
}
