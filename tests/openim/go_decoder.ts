/**
 * Reads an answer as Go's `encoding/json` does inside each era of OpenIM Server. A body
 * that a server could not decode throws.
 */
type GoType = "int" | "int32" | "string";

/** The fields that some era reads from every answer. */
type AnswerField = "actionCode" | "errCode" | "errMsg" | "errDlt" | "nextCode";

/** The answer's fields as Go leaves them: what was not given is Go's zero value. */
export type DecodedAnswer = Readonly<Record<AnswerField, number | string>>;

/** Servers that read an answer alike. */
export interface Era {
  readonly versions: string;
  readonly fields: Readonly<Partial<Record<AnswerField, GoType>>>;
  readonly refuses: (answer: DecodedAnswer) => boolean;
}

const v2Fields = { actionCode: "int", errCode: "int", errMsg: "string" } as const;
const v3Fields = {
  actionCode: "int32",
  errCode: "int32",
  errMsg: "string",
  errDlt: "string",
  nextCode: "int32",
} as const;

/** 2.0.2 to 2.0.10. */
export const era20: Era = {
  versions: "2.0",
  fields: v2Fields,
  refuses: ({ actionCode, errCode }) => actionCode === 1 && errCode === 0,
};

/** 2.1.0 to 2.3.3. */
export const era21: Era = {
  versions: "2.1 to 2.3",
  fields: v2Fields,
  refuses: ({ actionCode }) => actionCode !== 0,
};

/** 3.0.0 to 3.4.0, which do not know `nextCode`. */
export const era30: Era = {
  versions: "3.0 to 3.4.0",
  fields: { actionCode: "int", errCode: "int32", errMsg: "string", errDlt: "string" },
  refuses: ({ actionCode, errCode }) => actionCode !== 0 || errCode !== 0,
};

/** 3.4.2 to 3.5.1. */
export const era34: Era = {
  versions: "3.4.2 to 3.5",
  fields: v3Fields,
  refuses: ({ actionCode, nextCode }) => actionCode !== 0 || nextCode === 1,
};

/** 3.6.0, which only logs a refusal. */
export const era36: Era = { versions: "3.6", fields: v3Fields, refuses: () => false };

/** 3.7.0 to main. */
export const era37: Era = {
  versions: "3.7 and later",
  fields: v3Fields,
  refuses: ({ actionCode, nextCode }) => actionCode === 0 && nextCode === 1,
};

/** Every era, oldest first. */
export const eras: readonly Era[] = [era20, era21, era30, era34, era36, era37];

/** A body that Go does not decode into the answer's struct. */
export class GoDecodeError extends Error {
  override readonly name = "GoDecodeError";
}

/** Decodes an answer. */
export function goDecode(body: string, { fields }: Era): DecodedAnswer {
  const decoded: Record<AnswerField, number | string> = {
    actionCode: 0,
    errCode: 0,
    errMsg: "",
    errDlt: "",
    nextCode: 0,
  };
  const value = parseKeepingNumbers(body);
  if (value === null) return decoded;
  if (typeof value !== "object" || Array.isArray(value) || value instanceof Written) {
    throw new GoDecodeError("cannot unmarshal into a struct");
  }
  for (const [name, given] of Object.entries(value)) {
    const field = fieldNamed(name, fields);
    const type = field && fields[field];
    if (field === undefined || type === undefined || given === null) continue;
    decoded[field] = goValue(given, type, field);
  }
  return decoded;
}

/** Whether a server of that era stops the user's operation. */
export function refuses(body: string, era: Era): boolean {
  return era.refuses(goDecode(body, era));
}

/** A number as it is written: `1.0` is no Go integer. */
class Written {
  constructor(readonly source: string) {}
}

const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
};

function parseKeepingNumbers(body: string): unknown {
  try {
    return json.parse(
      body,
      (_key, value, { source }) => typeof value === "number" ? new Written(source!) : value,
    );
  } catch (cause) {
    throw new GoDecodeError("the body is not one JSON value", { cause });
  }
}

/** Go matches names without regard to case, by Unicode's simple folding: `ſ` is an `s`. */
function fieldNamed(name: string, fields: Era["fields"]): AnswerField | undefined {
  const folded = name.replaceAll("\u017f", "s").toLowerCase();
  return (Object.keys(fields) as AnswerField[]).find((field) => field.toLowerCase() === folded);
}

function goValue(given: unknown, type: GoType, field: string): number | string {
  if (type === "string") {
    if (typeof given !== "string") throw new GoDecodeError(`${field}: not a string`);
    return given;
  }
  if (!(given instanceof Written) || !/^-?\d+$/.test(given.source)) {
    throw new GoDecodeError(`${field}: not an integer`);
  }
  const bits = type === "int32" ? 32 : 64;
  const digits = BigInt(given.source);
  if (BigInt.asIntN(bits, digits) !== digits) throw new GoDecodeError(`${field}: out of ${type}`);
  return Number(digits);
}
