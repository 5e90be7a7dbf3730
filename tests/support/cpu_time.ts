import process from "node:process";

/**
 * How much of a processor this process takes for something, milliseconds. What else the machine
 * does meanwhile is not in it.
 */
export function cpuTimeOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** How many times as long as on an idle machine something takes now, 1 or more. */
export function slowdown(): number {
  const began = performance.now();
  const spent = cpuTimeOf(() => {
    while (performance.now() - began < 30);
  });
  return Math.max(1, (performance.now() - began) / Math.max(spent, 1));
}
