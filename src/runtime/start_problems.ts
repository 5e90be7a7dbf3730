/**
 * Everything that keeps the router from starting, reported at once: all that the rules file names
 * is checked before any of it is opened, and nothing is changed.
 *
 * @module
 */
import { checkAddress, sameAddress } from "./address_check.ts";
import { certificateProblems } from "./callback_listener.ts";
import type { Problem } from "../config/source/config_error.ts";
import { besideRules } from "../config/load/load_rules.ts";
import { type KnownSettings, RefusedRules } from "../config/load/refused_rules.ts";
import { callerAuthOf } from "./configured_auth.ts";
import { checkLogFile } from "../observe/rotating_file.ts";
import { listenError, logFileError, RefusedStart, StartError, storeError } from "./start_error.ts";
import { checkOutbox } from "../stores/outbox_check.ts";
import { OutboxFileError } from "../stores/outbox_file_error.ts";

/** The part of a loaded rules file that gives problems their places. */
type Known = Omit<KnownSettings, "isSound"> & Partial<Pick<KnownSettings, "isSound">>;

/**
 * Checks all that rules name before any of it is opened: a router that cannot listen must not bring
 * its outbox to a newer layout first.
 *
 * @throws {RefusedStart} with everything that keeps the router from starting.
 */
export async function checkStart(loaded: Known): Promise<void> {
  const found = await startProblems(loaded);
  if (found.length > 0) throw new RefusedStart(placed(found, loaded));
}

/**
 * What to report instead of an error of a start: if it is about the rules file or what the file
 * names, everything that keeps the router from starting. Any other error, and that of a file of
 * which nothing is known, is returned as it is.
 *
 * @param loaded the rules, if they are in order.
 */
export async function everyProblem(error: unknown, loaded?: Known): Promise<unknown> {
  if (error instanceof RefusedRules) {
    const found = await startProblems(error.known);
    return new RefusedStart([...error.problems, ...placed(found, error.known)], { cause: error });
  }
  if (!(error instanceof StartError) || loaded === undefined) return error;
  const found = await startProblems(loaded);
  const isFound = found.some(({ path }) => path.join() === error.path.join());
  return new RefusedStart(placed(isFound ? found : [error, ...found], loaded), { cause: error });
}

function placed(errors: readonly StartError[], { problemAt }: Known): readonly Problem[] {
  return errors.map(({ path, reason }) => problemAt(path, reason));
}

/** What the settings name and cannot be used, as far as it is known what they name. */
async function startProblems(known: Known): Promise<readonly StartError[]> {
  const { file, settings: { server, operator, store, log }, isSound = () => true } = known;
  const problems: (StartError | undefined)[] = [];
  if (isSound(["server", "signature"])) problems.push(await authProblem(known));
  if (isSound(["server", "tls"])) problems.push(...await certificateProblems(known));
  const listens = isSound(["server", "listen"]);
  if (listens) problems.push(await listenProblem("server", server.listen));
  // if the default address is taken, the router does without
  if (operator.enabled && operator.listen !== undefined && isSound(["operator", "listen"])) {
    problems.push(
      listens && sameAddress(server.listen, operator.listen)
        ? new StartError(
          ["operator", "listen"],
          `${operator.listen}: is that of server.listen: name another port`,
        )
        : await listenProblem("operator", operator.listen),
    );
  }
  if (isSound(["store", "path"])) problems.push(await storeProblem(file, store.path));
  if (log.file !== undefined && isSound(["log"])) {
    problems.push(await logFileProblem(file, log.file.path));
  }
  return problems.filter((problem) => problem !== undefined);
}

async function authProblem(known: Known): Promise<StartError | undefined> {
  try {
    await callerAuthOf(known);
    return undefined;
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
}

async function listenProblem(section: string, address: string): Promise<StartError | undefined> {
  try {
    await checkAddress(address);
    return undefined;
  } catch (error) {
    return listenError(section, address, error);
  }
}

async function storeProblem(file: string, path: string): Promise<StartError | undefined> {
  try {
    await checkOutbox(besideRules(file, path));
    return undefined;
  } catch (error) {
    // a store that fails does not stop the chat: the router starts, and tries it again
    if (error instanceof OutboxFileError && error.problem === "trouble") return undefined;
    return storeError(path, error);
  }
}

async function logFileProblem(file: string, path: string): Promise<StartError | undefined> {
  try {
    await checkLogFile(besideRules(file, path));
    return undefined;
  } catch (error) {
    return logFileError(path, error);
  }
}
