/**
 * What becomes of the user's data where a server ignores a refusal and goes on to copy the answer's
 * fields, as 3.6.0 does, and 2.0 with the filter of words.
 */
import { assertEquals } from "@std/assert";
import { finalVerdict } from "../../src/chain/final_verdict.ts";
import type { Dialect } from "../../src/openim/callback.ts";
import { encode } from "../../src/openim/encode.ts";
import { parseExact } from "../../src/openim/exact_json.ts";
import { aCallback } from "../support/callbacks.ts";
import { commands } from "../support/catalogue.ts";
import { fits } from "../support/go_value.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { eras, goDecode } from "./go_decoder.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a server is left with that copies these fields from an answer, also where they are missing. */
function copied(request: Fields, answer: string, fields: readonly string[]): Fields {
  const given = JSON.parse(answer);
  return {
    ...request,
    ...Object.fromEntries(
      fields.map((field) => [field, Object.hasOwn(given, field) ? given[field] : ""]),
    ),
  };
}

function refusalOf(command: string, request: Fields, dialect: Dialect): string {
  const { timing, echo, guards } = ownRegistry.find(command)!;
  const { verdict } = finalVerdict(
    { timing, duties: { echo, guards } },
    aCallback({ command, request }),
    { kind: "refuse", code: 5001, message: "no", detail: "" },
  );
  return encode(verdict, { dialect, nextCode: "number", operationID: "op-1" });
}

const echoing = commands.filter(({ echo = [] }) => echo.length > 0);

Deno.test("there are commands whose servers copy fields from every answer", () => {
  assertEquals(echoing.length, 4);
});

for (const { command, echo = [], overrides = {} } of echoing) {
  const { sample } = ownRegistry.find(command)!;

  for (const dialect of ["v2", "v3"] as const) {
    Deno.test(`a server that ignores the refusal of ${command} in ${dialect} keeps the user's data`, () => {
      const answer = refusalOf(command, sample, dialect);
      assertEquals(copied(sample, answer, echo), sample);
    });

    Deno.test(`every version decodes the refusal of ${command} in ${dialect}`, () => {
      const answer = refusalOf(command, sample, dialect);
      for (const era of eras) assertEquals(goDecode(answer, era).errCode, 5001);
      const fields = parseExact(answer) as Fields;
      assertEquals(echo.filter((field) => !fits(fields[field], overrides[field]!)), []);
    });
  }
}

for (const field of ["nextCode", "ERRMSG", "actioncode"]) {
  Deno.test(`an echo of ${field} does not replace the refusal's own`, () => {
    const verdict = {
      kind: "refuse",
      code: 5001,
      message: "no",
      detail: "",
      echo: { [field]: "x" },
    } as const;
    const { echo: _, ...plain } = verdict;
    const options = { dialect: "v3", nextCode: "number", operationID: "op-1" } as const;
    assertEquals(encode(verdict, options), encode(plain, options));
  });
}
