/** What has to hold of an answer, whatever the request was. */
import { assert, assertEquals } from "@std/assert";
import { requestProblems } from "../../src/openim/request_error.ts";
import { era37, eras, goDecode, refuses } from "../openim/go_decoder.ts";
import type { RawAnswer } from "./raw_request.ts";

const { internal: _, busy: __, ...byTheRequest } = requestProblems;

/** The statuses that a request can earn; 500 would be the router's own fault. */
export const statuses: readonly number[] = [
  200,
  ...Object.values(byTheRequest).map(({ status }) => status),
];

/**
 * That OpenIM of every version decodes an answer, and since 3.7 lets the operation go on, as it
 * has to where no rule refuses.
 */
export function assertConsent({ status, headers, body }: RawAnswer): void {
  assert(statuses.includes(status), `status ${status}`);
  assertEquals(headers.get("content-type"), "application/json");
  assert(headers.get("operationid"), "there is no operationID");
  for (const era of eras) goDecode(body, era);
  assertEquals(refuses(body, era37), false);
}
