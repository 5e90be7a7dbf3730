import { Readable } from "node:stream";
import type { Poster, ScriptedAnswer } from "../chain/deliveries.ts";
import { createPost, type PostContext } from "./post.ts";
import { createPoster } from "./poster.ts";
import type { Target } from "./target.ts";

/**
 * Posts to targets that answer what a script says, for tests of the rules: only the connection is
 * not real. A target without an answer is not asked.
 */
export function scriptedPoster(
  targets: readonly Target[],
  answers: ReadonlyMap<string, ScriptedAnswer>,
  context: PostContext,
): Poster {
  return {
    async post(delivery, signal) {
      const answer = answers.get(delivery.target);
      if (answer === undefined) return undefined;
      const { status, headers, text } = answer;
      const post = createPost({
        post: () =>
          Promise.resolve({
            status,
            headers: lowerCase(headers),
            body: Readable.from([new TextEncoder().encode(text)]),
          }),
      }, context);
      return await createPoster(targets, post).post(delivery, signal);
    },
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
