import { didYouMean } from "../../values/nearest_name.ts";

/** What people call an option that has another name here. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  body: ["answer", "data", "json", "response"],
  chain: ["name"],
  listen: ["host", "port"],
  message: ["msg", "text"],
  rules: ["then", "use"],
  to: ["target", "url"],
  value: ["expression"],
  when: ["condition", "if", "only", "unless"],
};

/** A name that stands in one object of the rules file and belongs in another. */
interface Misplaced {
  /** Names by which the object is known in which it stands. */
  readonly within: readonly string[];
  readonly names: RegExp;
  readonly hint: (name: string) => string;
}

const misplaced: readonly Misplaced[] = [
  {
    within: ["callbacks"],
    names: /^(?:callback\w+Command|rules|.*\*)$/,
    hint: () => '; chains stand under "callbacks": { "callbacks": { "*": { "rules": [...] } } }',
  },
  {
    within: ["to", "wait"],
    names: /^(?:auth|batch|breaker|deliveredWhen|network|order|rate|retry|secrets?|timeout)$/,
    hint: (name) => `; it is an option of the target: write "${name}" under "targets"`,
  },
  {
    within: ["url", "deliveredWhen"],
    names: /^(?:code|detail|message|override|refuseWhen|wait|when)$/,
    hint: (name) => `; it is an option of the rule: write "${name}" in { "use": "forward", ... }`,
  },
  {
    within: ["status", "headers", "body"],
    names: /^(?!(?:answer|code|data|json|response|text)$)/,
    hint: (name) => `; the service's JSON is the body: write "body": { "${name}": ... }`,
  },
  {
    within: ["ran", "delivered"],
    names: /^(?:actionCode|errCode|errDlt|errMsg|nextCode)$/,
    hint: (name) => `; it is a field of the answer: write "answer": { "${name}": ... }`,
  },
];

/** What to write in place of a name that is not known: where it belongs, or the one that was meant. */
export function nameHint(name: string, known: readonly string[]): string {
  const place = misplaced.find(({ within, names }) =>
    within.every((own) => known.includes(own)) && names.test(name)
  );
  if (place !== undefined) return place.hint(name);
  const meant = known.find((other) => otherNames[other]?.includes(name));
  if (name === "use" && meant === "rules") return '; rules stand in a list: { "rules": [...] }';
  if (meant !== undefined) return `, did you mean "${meant}"?`;
  return didYouMean(name, known) || listOf(known);
}

function listOf(known: readonly string[]): string {
  return known.length === 0 ? "" : `; known here: ${known.join(", ")}`;
}
