import { ApiError, sentenceOf } from "../../api/api-error.ts";
import { formatTime } from "../../format/time.ts";
import { type Area, wordsOf } from "../../i18n/words.ts";
import { faultArea } from "./fault-words.ts";

/** Sentences of the gateway, each with the key of the words for it; what a sentence names stands in its groups. */
export type Sayings<A extends Area> = readonly (readonly [RegExp, keyof A & string])[];

const sayings: Sayings<typeof faultArea> = [
  [/must have 1 to (?<most>\d+) characters/, "length"],
  [/^Too small: expected string|^is missing$|received undefined$/, "empty"],
  [/^Too big: expected string to have <=(?<most>\d+) characters/, "tooLong"],
  [/^at most (?<most>\d+) characters, got /, "tooLong"],
  [/must not hold control characters|^control characters are not allowed$/, "control"],
  [/says who it is, in 1 to (?<most>\d+) characters/, "length"],
  [/^Invalid input: expected (number|int)/, "notNumber"],
  [/^Too small: expected (number|int) to be >=?(?<least>[-\d.]+)/, "tooSmall"],
  [/^Too big: expected (number|int) to be <=?(?<most>[-\d.]+)/, "tooLarge"],
  [/^Invalid option: expected one of (?<known>.+)$/, "notOption"],
  [/^must be 1 to 64 letters, digits, _ or -|has 1 to 64 letters, digits, /, "badId"],
  [/as 0592-5551190/, "badPhone"],
  [/^must lie in the future$/, "notFuture"],
  [/^from must lie before to$/, "order"],
  [/must be (a moment|a time|an ISO)/, "badTime"],

  [/^must have at least (?<least>\d+) characters; a short sentence/, "passwordShort"],
  [/^must have at most (?<most>\d+) characters$/, "passwordLong"],
  [/^repeats too few characters$/, "passwordRepeats"],
  [/^is a row of neighbouring characters$/, "passwordRun"],
  [/^consists of words that are guessed first/, "passwordGuessed"],

  [/^somebody else logs in as (?<login>.+)$/, "loginTaken"],
  [/^(?<name>.+) is there already; records name people/, "nameTaken"],
  [/^this is the last active person with the role admin/, "lastAdmin"],
  [/^(?<name>.+) is shut out; let him in first$/, "shutOut"],
  [/^site (?<site>\S+) exists already$/, "siteTaken"],
  [/^site \S+ has a building (?<building>.+) already$/, "buildingTaken"],
  [/^site \S+ still has (?<count>\d+) devices/, "siteHasDevices"],
  [/^(?<count>\d+) people have roles at site/, "siteHasPeople"],
  [/^(?<count>\d+) API tokens are for site/, "siteHasTokens"],
  [/^id (?<id>\S+) is taken in site \S+ by row (?<row>\d+)$/, "rowTaken"],
  [/^id (?<id>\S+) is taken in site \S+ by (?<device>\S+)$/, "deviceTaken"],
  [/hang on .+; give them another parent first$/, "hasChildren"],
  [/^account (?<name>.+) exists already$/, "accountTaken"],
  [/ must stay greater than \w+/, "limitLow"],
  [/ must stay less than \w+/, "limitHigh"],
  [/^a number from .+, the range of /, "outOfRange"],
  [/^a time in \S+ is not negative/, "notNegative"],
  [/^somebody else has changed this plan/, "planChanged"],
  [/^drill \S+ of (?<by>.+) is still open at this site/, "drillOpen"],
  [/, the most allowed$|^there are \d+ devices, at most|may have \d+ (buildings|plans)/, "full"],
  [/^alert ".+" was acknowledged by (?<by>.+) at (?<at>\S+Z)$/, "acknowledgedBy"],
  [/^alert ".+" was resolved by (?<by>.+) at (?<at>\S+Z)$/, "resolvedBy"],
  [/^alert ".+" was cleared by itself at (?<at>\S+Z)$/, "clearedItself"],
  [/^nobody called "(?<name>.+)" answers alerts at/, "noAssignee"],

  [/the file is not text in/, "badFile"],
  [/^the file is empty$/, "emptyFile"],
  [/^at most (?<most>\d+) devices at once$/, "manyDevices"],
  [/^this column is there twice$/, "twiceColumn"],
  [/^the first line must name the columns, and (?<column>.+) is missing$/, "lacksColumn"],
  [/ stands in column (?<column>\d+), which has no title$/, "noTitle"],
  [/^yes or no, got "?(?<got>[^"]*)"?$/, "badFlag"],
  [/^a time like 30s, 10min or 1h, got "?(?<got>[^"]*)"?$/, "badInterval"],
  [/^whole milliseconds from (?<least>\d+) to (?<most>\d+)/, "intervalRange"],
  [/ has no such fact; it knows (?<known>.+)$/, "noFact"],
  [/^(?<fact>.+): .+; got "?(?<got>[^"]*)"?$/, "badFact"],
  [/there is no kind "?(?<kind>[^";]+)"?/, "noKind"],
  [/^unknown key; known are (?<known>.+)$/, "unknownKey"],
  [/^there is no (alert|device|site|person|token|account|drill|incident|plan) /, "gone"],
];

/** Says a sentence of the gateway by the first saying that fits; undefined when none does. */
export function sayBy<A extends Area>(message: string, known: Sayings<A>, area: A): string | undefined {
  const say = wordsOf(area as Area) as (key: string, values: Readonly<Record<string, string>>) => string;
  for (const [pattern, key] of known) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const values = Object.entries(found.groups ?? {}).map(([name, text]) => [name, momentOr(text)]);
    return say(key, Object.fromEntries(values));
  }
  return undefined;
}

/** What the gateway refused, in the language of the screen; a sentence that nobody translated stays as it is. */
export function sayFault(message: string): string {
  return sayBy(message, sayings, faultArea) ?? message;
}

/** The faults of a refused request by the name of the field that they concern: the last part of their path. */
export function faultsByField(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    error.faults.map(({ path, message }) => [path.split(".").at(-1) ?? path, sayFault(message)]),
  );
}

/**
 * What a refusal says as a whole, in the language of the screen. What nobody translated is said by its kind, with the gateway's own words
 * where they say what would be right.
 */
export function sayRefusal(error: unknown, say: (message: string) => string = sayFault): string {
  if (!(error instanceof ApiError)) return sentenceOf(error);
  const said = say(error.message);
  if (said !== error.message) return said;
  const isTelling = error.status === 400 || error.status === 409;
  return isTelling ? `${sentenceOf(error)} ${error.message}` : sentenceOf(error);
}

function momentOr(text: string): string {
  return /^\d{4}-\d\d-\d\dT.*Z$/.test(text) ? formatTime(text, "minute") : text;
}
