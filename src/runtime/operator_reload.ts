import { describeProblem } from "../config/source/config_error.ts";
import type { ReloadReport as Page } from "../operator/api/operator_context.ts";
import type { ReloadReport } from "./reloader.ts";

/** What the operator is told of a reload. */
export function reloadPage(report: ReloadReport): Page {
  const { result, generation, problems, places, warnings, waiting } = report;
  const { restartedCounters, targets } = report;
  return {
    applied: result === "replaced",
    generation,
    problems: places.length > 0
      ? places.map((place) => ({ text: describeProblem(place), place }))
      : problems.map((text) => ({ text })),
    ...{ warnings, waiting, restartedCounters, targets },
  };
}
