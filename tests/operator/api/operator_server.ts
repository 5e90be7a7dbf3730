import groupMsgRead from "../../../plugins/message/group_msg_read.ts";
import { compileChains } from "../../../src/config/compile/compile_chains.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";
import type { OperatorContext } from "../../../src/operator/api/operator_context.ts";
import { createOperatorApp } from "../../../src/operator/operator_app.ts";
import { createRegistry } from "../../../src/plugins/registry.ts";
import { ruleDefinitions } from "../../../src/rules/list.ts";
import { MemoryCounters } from "../../../src/stores/memory_counters.ts";
import { ruleServices } from "../../support/rule_services.ts";

/** The time at the operator's listener. */
export const now = 1_754_300_000_000;

/** The one command that it knows. */
export const { command } = groupMsgRead;

/** The operator's listener on a port of its own. */
export interface OperatorServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly counters: MemoryCounters;
  /** What failed by the router's own fault. */
  readonly failures: string[];
  /** Asks for a page; the body is read as JSON. */
  // deno-lint-ignore no-explicit-any -- a test looks into whatever page it likes
  get(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: any }>;
}

/** Starts a listener: `await using server = serveOperator();` */
export function serveOperator(
  parts: Partial<OperatorContext> = {},
  rules: Readonly<Record<string, unknown>> = {},
): OperatorServer {
  const counters = new MemoryCounters(1000);
  const registry = createRegistry([{ file: "read.ts", plugin: groupMsgRead }]);
  const settings = rulesFile.parse(rules);
  const services = ruleServices({ counters });
  const { chains } = compileChains(settings, { registry, definitions: ruleDefinitions, services });
  const failures: string[] = [];
  const app = createOperatorApp({
    token: undefined,
    readiness: () => Promise.resolve({ state: "running", reasons: [], warnings: [] }),
    metrics: () => Promise.resolve({ text: "up 1\n", contentType: "text/plain; version=0.0.4" }),
    failed: ({ message }, path) => void failures.push(`${path}: ${message}`),
    rules: () => ({
      file: "rules.json",
      registry,
      chains,
      counters,
      targets: [{ name: "analytics", url: "http://a.example/***", timeout: 3000, concurrency: 8 }],
      masked: { counters: settings.counters },
    }),
    now: () => now,
    elapsed: () => now,
    outbox: () => Promise.resolve([]),
    targetStatuses: () => Promise.resolve([]),
    resume: () => Promise.resolve(undefined),
    recent: () => [],
    ...parts,
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
  const { port } = server.addr;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    counters,
    failures,
    async get(path, init) {
      const response = await fetch(url + path, init);
      return { status: response.status, body: await response.json() };
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
