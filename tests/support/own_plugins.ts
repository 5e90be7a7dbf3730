import { join } from "@std/path";
import { discoverPlugins } from "../../src/plugins/discover.ts";
import { createRegistry } from "../../src/plugins/registry.ts";
import { root } from "./server_process.ts";

/** The plugins in this repository's `plugins/`, with their files. */
export const ownPlugins = await discoverPlugins([join(root, "plugins")]);

/** The registry that they make. */
export const ownRegistry = createRegistry(ownPlugins);
