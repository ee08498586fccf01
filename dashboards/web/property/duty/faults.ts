import { computed, ref, shallowRef } from "vue";
import { ApiError } from "../../api/api-error.ts";
import {
  type Sayings,
  sayBy,
  sayFault as sayCommonFault,
  sayRefusal as sayCommonRefusal,
} from "../form/faults.ts";
import { dutyFaultArea } from "./fault-words.ts";

/** What the gateway says of people, crews, rosters and chains alone. */
const sayings: Sayings<typeof dutyFaultArea> = [
  [/must be a time of day such as/, "timeOfDay"],
  [/may have (?<most>\d+) contacts$/, "fullContacts"],
  [/may have (?<most>\d+) crews$/, "fullCrews"],
  [/may have (?<most>\d+) shifts$/, "fullShifts"],
  [/^crew is missing: a \w+ belongs to a crew$/, "needCrew"],
  [/^there is no person "/, "noPerson"],
  [/^(?<name>.+) is this person at the site already$/, "personTaken"],
  [/^ways has \d+, at most (?<most>\d+) are kept$/, "manyWays"],
  [/"(?<target>[^"]*)" is no target of the settings/, "noTarget"],
  [/"(?<target>[^"]*)" is a group: it reaches nobody/, "groupTarget"],
  [/^site \S+ has a crew .+ already$/, "crewTaken"],
  [/^site \S+ has no device "(?<device>.*)"$/, "noStation"],
  [/^site \S+ has no building (?<buildings>.+)$/, "noBuilding"],
  [/^there is no crew "/, "noNeighbour"],
  [/^least must be 1 to 100|expected (number|int) to be (<=100|>=1)$/, "leastRange"],
  [/^the crew (?<crew>.+) still has contacts/, "crewFull"],
  [/^checks\.planned has \d+ times, at most (?<most>\d+)/, "manyTimes"],
  [/must be at most (?<most>\d+): between (?<from>[\d:]+) and (?<to>[\d:]+) each check/, "littleRoom"],
  [/is being asked already, until/, "askedAlready"],
  [/^(?:the )?site(?: \S+)? has no crew "(?<crew>.*)"$/, "noCrew"],
  [/^(?:the )?site(?: \S+)? has no contact "(?<contact>.*)"$/, "noContact"],
  [/^to must be later than from$/, "endFirst"],
  [/^a shift lasts (?<most>[\d.]+) h at most$/, "longShift"],
  [/^a shift of (?<hours>[\d.]+) h is longer/, "longLine"],
  [/^(?<name>.+) is on duty from (?<from>\S+Z) to (?<to>\S+Z) already$/, "busy"],
  [/must be another week than from$/, "sameWeek"],
  [/^the file is empty$/, "emptyFile"],
  [/^at most (?<most>\d+) shifts at once$/, "manyLines"],
  [/^unknown column; known are /, "unknownColumn"],
  [/^this column is there twice$/, "twiceColumn"],
  [/^the first line must name the columns/, "lacksColumn"],
  [/^a date such as \S+ got "(?<got>.*)"$/, "badDate"],
  [/^a time such as \S+ got "(?<got>.*)"$/, "badTime"],
  [/^yes or no, got "(?<got>.*)"$/, "badLeads"],
  [/^(?<count>\d+) are called "(?<name>.*)"; write the id$/, "manyNamed"],
  [/^stages has \d+ stages, at most (?<most>\d+)/, "manyStages"],
  [/\.after comes (?<before>[\d.]+) s after the alarm at the earliest/, "earlyStage"],
  [/\.call calls nobody$/, "nobodyCalled"],
  [/\.after must be within a day of the alarm$/, "withinDay"],
  [/^repeatMs repeats nothing/, "repeatsNothing"],
  [/^repeatMs must be at least (?<least>\d+) s/, "repeatShort"],
  [/^stages must begin at 0/, "fireBegins"],
  [/^stages must call supervisor or targets by (?<most>\d+) s/, "fireAbove"],
  [/^repeatMs must be there and at most/, "fireRepeats"],
];
/** What the gateway refused, in the language of the screen; a sentence that nobody translated stays as it is. */
export function sayFault(message: string): string {
  return sayBy(message, sayings, dutyFaultArea) ?? sayCommonFault(message);
}

/** The faults of a refused request by where they are in the body: `name`, `ways.0.address`. */
export function faultsByPath(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(error.faults.map(({ path, message }) => [plain(path), sayFault(message)]));
}

/** What a refusal says as a whole. */
export function sayRefusal(error: unknown): string {
  return sayCommonRefusal(error, sayFault);
}

/**
 * Saves a form: whether it is being saved, what was refused by its place, and what concerns none of the form's `fields`
 * (each with all that lies in it).
 */
export function useSaving(fields: readonly string[]) {
  const isBusy = ref(false);
  const error = shallowRef<unknown>();
  const faults = computed(() => faultsByPath(error.value));
  const isOfField = (path: string) => fields.some((field) => path === field || path.startsWith(`${field}.`));
  const rest = computed(() => {
    if (error.value === undefined) return "";
    const paths = Object.keys(faults.value);
    if (paths.length === 0) return sayRefusal(error.value);
    return paths.flatMap((path) => (isOfField(path) ? [] : (faults.value[path] ?? []))).join(" ");
  });

  async function save(work: () => Promise<void>): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await work();
    } catch (failure) {
      error.value = failure;
    } finally {
      isBusy.value = false;
    }
  }

  return { isBusy, faults, rest, save };
}

function plain(path: string): string {
  return path.replace(/^body\./, "").replaceAll(/\[(\d+)\]/g, ".$1");
}
