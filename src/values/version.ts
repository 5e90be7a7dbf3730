import project from "../../deno.json" with { type: "json" };

/** The router's version, as `deno.json` has it: for `--version`, the metrics and bug reports. */
export const version: string = project.version;
