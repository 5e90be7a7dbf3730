/**
 * The readable text inside the `content` of a message.
 *
 * Since version 3 `content` is JSON text inside a string, and its shape says where the text stands:
 * `content` in a text (101) and a markdown message (118), `text` in one with mentions (106), in a
 * quote (114) and in advanced text (117), `data` and `description` in the custom ones (110, 119,
 * 120). The shape is what is looked at, not `contentType`, which the sender may choose at will.
 *
 * - `data` belongs to the app. If it is JSON itself, its text is every string value in it.
 * - The message that a quote quotes is not looked at: it was when it was sent.
 * - Names are matched without regard to case, as Go decodes them: `{"Content":"hi"}` reads "hi".
 * - What is no JSON object is plain text, as in version 2.
 *
 * @module
 */
import { isObject } from "./exact_json.ts";

const textFields: ReadonlySet<string> = new Set(["content", "text", "data", "description"]);

/** The readable texts of a message's `content`, in the order in which they stand. Never throws. */
export function messageTexts(content: string): readonly string[] {
  const message = parsed(content);
  if (!isObject(message)) return [content];
  const texts: string[] = [];
  for (const [name, value] of Object.entries(message)) {
    const field = textField(name);
    if (typeof value !== "string" || field === undefined) continue;
    const data = field === "data" ? nestedJson(value) : undefined;
    if (data === undefined) texts.push(value);
    else for (const text of stringsIn(data)) texts.push(text);
  }
  return texts;
}

/** The readable text of a message's `content`, a line for each text in it. Never throws. */
export function messageText(content: string): string {
  return messageTexts(content).join("\n");
}

/**
 * The content with each of its readable texts replaced; every other byte of it stays as it came,
 * so that it is a message of the same type with the same numbers. Never throws unless `replace`
 * does.
 */
export function replaceMessageTexts(content: string, replace: (text: string) => string): string {
  if (!isObject(parsed(content))) return replace(content);
  return replaceStrings(content, ({ depth, name }, text) => {
    const field = depth === 1 ? textField(name) : undefined;
    if (field === undefined) return text;
    const nested = field === "data" && nestedJson(text) !== undefined;
    return nested ? replaceStrings(text, (_place, inner) => replace(inner)) : replace(text);
  });
}

/** The name of a text field, however its letters are written; Go takes "ſ" for an "s" as well. */
function textField(name: string): string | undefined {
  const field = textFields.has(name) ? name : name.toUpperCase().toLowerCase();
  return textFields.has(field) ? field : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object or list that a text is the JSON of. */
function nestedJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = parsed(text);
  return typeof value === "object" && value !== null ? value : undefined;
}

/** Every string value, without recursion: how deep a message nests is its sender's choice. */
function stringsIn(root: object): readonly string[] {
  const strings: string[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string") strings.push(value);
    else if (typeof value === "object" && value !== null) {
      for (const member of Object.values(value).reverse()) waiting.push(member);
    }
  }
  return strings;
}

/** Where a string value stands in JSON text. */
interface Place {
  /** How many objects and lists it is in. */
  readonly depth: number;
  /** The name of the member, if it is one's value. */
  readonly name: string;
}

/** The strings of JSON text, and the characters that its objects and lists are made with. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** Valid JSON text with its string values replaced, but not the names of its members. */
function replaceStrings(json: string, replace: (place: Place, text: string) => string): string {
  const containers: string[] = [];
  let name = "";
  let nameIsNext = false;
  return json.replace(tokens, (token) => {
    if (token.startsWith('"')) {
      if (!nameIsNext) {
        const text = JSON.parse(token) as string;
        const replaced = replace({ depth: containers.length, name }, text);
        return replaced === text ? token : JSON.stringify(replaced);
      }
      name = JSON.parse(token) as string;
      nameIsNext = false;
      return token;
    }
    if (token === "{" || token === "[") containers.push(token);
    else if (token !== ",") containers.pop();
    nameIsNext = (token === "{" || token === ",") && containers.at(-1) === "{";
    return token;
  });
}
