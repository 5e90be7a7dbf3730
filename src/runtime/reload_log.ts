import type { Loggers } from "../observe/logging.ts";
import type { ReloadContext } from "./reloader.ts";

/** Logs what becomes of reloads. */
export function describeReloads(
  { router }: Pick<Loggers, "router">,
): Pick<ReloadContext, "reloaded" | "watchFailed"> {
  return {
    reloaded({ cause, applied, generation, duration, problems, ...report }) {
      const properties = { cause, generation, milliseconds: Math.round(duration) };
      if (!applied) {
        return router.error("rules file refused, the rules in force stay", {
          ...properties,
          problems: problems.map(({ text }) => text),
        });
      }
      const { warnings, waiting, restartedCounters, targets } = report;
      const changes = {
        targetsAdded: targets.added,
        targetsChanged: targets.changed,
        targetsRemoved: targets.removed,
        restartedCounters,
      };
      const happened = Object.entries(changes).filter(([, names]) => names.length > 0);
      router.info("rules replaced", { ...properties, ...Object.fromEntries(happened) });
      for (const warning of warnings) router.warning("rules file warning", { warning });
      for (const setting of waiting) router.warning("setting kept until a restart", { setting });
    },
    watchFailed(error) {
      router.warning("changes of files are not reported, so they are looked at every 5 seconds", {
        error: error.message,
      });
    },
  };
}
