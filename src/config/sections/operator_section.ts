import { z } from "zod";
import { isLoopback, listenAddress } from "./listen_address.ts";

/** The address that is listened on by default. */
export const defaultOperatorAddress = "127.0.0.1:10007";

const recent = z.strictObject({
  keep: z.int().min(0).max(10_000).default(100).describe(
    "How many operations are kept, each with up to 50 callbacks. 0 records none.",
  ),
  perSecond: z.int().min(1).max(1000).default(10).describe(
    "How many operations a second are recorded: the first that begin in each second, with " +
      "all their callbacks. Recording costs time.",
  ),
});

/** The operator's listener. */
export const operatorSection = z.strictObject({
  enabled: z.boolean().default(true).describe(
    "Whether there is such a listener. Without it nothing is measured.",
  ),
  listen: listenAddress.optional().describe(
    `The address: host:port. The default is "${defaultOperatorAddress}". If it is taken, there is ` +
      "no listener.",
  ),
  token: z.string()
    .regex(
      /^(?:[\w.~+/-]{16,}=*)?$/,
      "expected 16 characters or more: letters, digits and . _ ~ + / -",
    )
    .optional().describe(
      "The token that callers send as Authorization: Bearer. It is required if other machines " +
        "can connect.",
    ),
  recent: recent.prefault({}).describe("Recent callbacks with what their rules did."),
}).superRefine(({ enabled, listen = defaultOperatorAddress, token }, { addIssue }) => {
  if (!enabled || isLoopback(listen) || token) return;
  addIssue({
    code: "custom",
    path: ["listen"],
    message: "other machines can connect to this address: give a token as well, such as " +
      '"${OPERATOR_TOKEN}", or listen on 127.0.0.1',
  });
});
