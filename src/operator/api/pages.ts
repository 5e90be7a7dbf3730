/**
 * What the routes under `/api` have in common.
 *
 * @module
 */
import { issueWords } from "../../openim/issue_words.ts";
import { OpenAPIHono, z } from "@hono/zod-openapi";

/** Why there is no page. */
export const failure = z.object({ error: z.string() }).openapi("Failure");

/** A point in time. */
export const time = z.iso.datetime().openapi({ example: "2026-08-01T12:00:00.000Z" });

/** An epoch time in milliseconds as a {@link time}. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** An answer in JSON, for the OpenAPI document. */
export const inJson = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

/** Routes that answer 400 and say what is wrong with a request's parameters. */
export function newRoutes(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook(result, { json }) {
      if (result.success) return;
      const [issue] = result.error.issues;
      const error = `${issue?.path.join(".") ?? ""}: ${
        issue === undefined ? "not as expected" : issueWords(issue)
      }`;
      return json({ error }, 400);
    },
  });
}
