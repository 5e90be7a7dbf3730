import { CallbackSpans, type CallbackSpansContext } from "../observe/callback_spans.ts";
import { leaveOutServerSpans, ServerSpansError } from "../observe/server_spans.ts";
import { openTracer } from "../observe/tracer.ts";
import { StartError } from "./start_error.ts";

/**
 * The spans of callbacks, where Deno was told to trace; to be opened before anything is served.
 *
 * @throws {StartError} when this version of Deno would write secrets into them.
 */
export function openCallbackSpans(context: CallbackSpansContext): CallbackSpans | undefined {
  const tracer = openTracer();
  if (tracer === undefined) return undefined;
  try {
    leaveOutServerSpans();
  } catch (cause) {
    if (cause instanceof ServerSpansError) throw new StartError([], cause.message, { cause });
    throw cause;
  }
  return new CallbackSpans(tracer, context);
}
