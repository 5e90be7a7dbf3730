// @ts-types="npm:@types/cli-progress@^3.11.6"
import { SingleBar } from "cli-progress";

/** How far a long work is, for people. */
export interface Progress {
  /** This many more are done. */
  advance(count: number): void;
  end(): void;
}

/** Begins to show how far a work is. */
export type StartProgress = (what: string, total: number) => Progress;

/** Below this a work is over before anyone could read the bar. */
const worthABar = 2000;

const silent: Progress = { advance() {}, end() {} };

/** A bar on standard error, if that is a terminal and the work is long. */
export const progressBar: StartProgress = (what, total) => {
  if (total < worthABar || !Deno.stderr.isTerminal()) return silent;
  const bar = new SingleBar({
    format: `${what} [{bar}] {percentage}% | {value}/{total} | {eta_formatted} left`,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return {
    advance: (count) => bar.increment(count),
    end: () => bar.stop(),
  };
};
