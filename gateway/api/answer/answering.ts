import { GatewayError, messageOf } from "../../errors.ts";
import type { AnswerLink } from "../../state/answer-token.ts";
import type { ApiParts } from "../parts.ts";
import type { AnswerStep } from "./steps.ts";
import { type Subject, subjectOf } from "./subject.ts";

/**
 * What the holder of a link is told. `open`: he can take a step. `done`: he has just taken one, or had before. `taken`: somebody
 * else was first. `used`, `over`: the link is. `gone`: its contact is not called any more. `unknown`: it was not made here, or what
 * it is about is not there.
 */
export type Answer =
  | { readonly result: "over" | "gone" | "unknown" }
  | {
      readonly result: "open" | "used" | "taken" | "done";
      readonly subject: Subject;
      /** As the contact is called. */
      readonly name: string;
      /** Token of the next step; undefined when this link has none. */
      readonly next: string | undefined;
    };

/** What people do with the links of notifications. */
export interface Answering {
  /** Shows; changes nothing. */
  look(token: string): Answer;
  /** Takes a step in the contact's name; answers when it is on disk. */
  act(token: string, step: AnswerStep, address: string): Promise<Answer>;
}

type Parts = Pick<
  ApiParts,
  | ("registry" | "catalogue" | "faultOf" | "book" | "incidents" | "incidentDesk" | "desk")
  | ("answerLinks" | "contactName" | "audit" | "metrics" | "log")
>;

/** The name under which the audit trail knows what is done by link: the operation's. */
const action = "answerForm";

/** Makes the answering. Who presses twice, or with two links, is told that it is done; who comes second, by whom. */
export function createAnswering(parts: Parts): Answering {
  const { answerLinks: links, contactName, desk, incidentDesk, audit, log } = parts;
  const counts = parts.metrics.countBy(
    "answer_links",
    "Links of notifications that were opened or used, by what came of it",
    "result",
  );

  function look(token: string): Answer {
    const found = links.read(token);
    if (found === undefined) return { result: "unknown" };
    const name = contactName(found.link.contact);
    if (name === undefined) return { result: "gone" };
    if (found.state === "over") return { result: "over" };
    const subject = subjectOf(parts, found.link);
    if (subject === undefined) return { result: "unknown" };
    const next = found.state === "open" && subject.offered.length > 0 ? token : undefined;
    return { result: found.state, subject, name, next };
  }

  /** Takes the step. Throws `conflict` when it is not the next one any more. */
  async function take({ about, id }: AnswerLink, step: AnswerStep, seen: Seen): Promise<void> {
    const { subject, name: by } = seen;
    if (subject.taken.some((earlier) => earlier.step === step && earlier.by === by)) return;
    if (!subject.offered.includes(step))
      throw new GatewayError("conflict", `${subject.target} is ${subject.state}`);
    if (about === "alert") await desk.acknowledge({ alert: id, by });
    else await incidentDesk.take(step, { incident: id, by });
  }

  async function use({ token, link, step, seen }: Use): Promise<Answer> {
    try {
      const used = await links.use(token, () => take(link, step, seen));
      if (!used.ok) return look(token);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== "conflict") throw error;
      const now = look(token);
      return "subject" in now ? { ...now, result: "taken" } : now;
    }
    const subject = subjectOf(parts, link) ?? seen.subject;
    const next = subject.offered.length > 0 ? links.sign(link) : undefined;
    return { result: "done", subject, name: seen.name, next };
  }

  async function act(token: string, step: AnswerStep, address: string): Promise<Answer> {
    const seen = look(token);
    const link = links.read(token)?.link;
    if (link === undefined) return seen;
    const entry = {
      ...({ by: `contact:${link.contact}`, via: "link", address, action, detail: { step } } as const),
      ...("subject" in seen ? { target: seen.subject.target, site: seen.subject.site } : {}),
    };
    if (seen.result !== "open") {
      audit.noteOften({ ...entry, outcome: "refused", code: seen.result });
      return seen;
    }
    const begun = audit.begin(entry, { isUrgent: true });
    const end = (result: Parameters<typeof begun.end>[0]) => {
      try {
        begun.end(result);
      } catch (error) {
        // The row follows by itself; that nobody is told of an alarm must not hang on it.
        log.error({ reason: messageOf(error), action }, "audit row was not written before the answer");
      }
    };
    try {
      const answer = await use({ token, link, step, seen });
      end(answer.result === "done" ? { outcome: "done" } : { outcome: "refused", code: answer.result });
      return answer;
    } catch (error) {
      end({ outcome: "failed", code: error instanceof GatewayError ? error.code : "internal" });
      throw error;
    }
  }

  function counted(answer: Answer): Answer {
    counts.add(answer.result);
    return answer;
  }

  return {
    look: (token) => counted(look(token)),
    act: async (token, step, address) => counted(await act(token, step, address)),
  };
}

type Seen = Extract<Answer, { subject: Subject }>;

interface Use {
  readonly token: string;
  readonly link: AnswerLink;
  readonly step: AnswerStep;
  /** What the link showed a moment ago. */
  readonly seen: Seen;
}
