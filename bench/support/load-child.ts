import { fileURLToPath } from "node:url";
import { GatewayError } from "../../gateway/errors.ts";
import { type Child, startChild } from "./child.ts";
import type { LoadPlan, LoadResult, LoadRun } from "./load.ts";

/** The load process with all its connections open. */
export interface Load {
  run(order: LoadRun): Promise<LoadResult>;
  stop(): Promise<void>;
}

type Answer = { ready: true } | { failed: string } | LoadResult;

/** Starts a load process and waits until every connection is accepted. Throws what the process reports as a failure. */
export async function openLoad(plan: LoadPlan): Promise<Load> {
  const script = fileURLToPath(new URL("./load.ts", import.meta.url));
  const child = startChild(process.execPath, [script], { ipc: true });
  await ask(child, plan);
  return {
    run: async (order) => (await ask(child, order)) as LoadResult,
    stop: () => child.stop(),
  };
}

function ask(child: Child, question: LoadPlan | LoadRun): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer) => {
      child.process.off("exit", onExit);
      if ("failed" in answer) reject(new GatewayError("internal", `load process: ${answer.failed}`));
      else resolve(answer);
    };
    const onExit = () => {
      child.process.off("message", onMessage);
      reject(new GatewayError("internal", `load process ended: ${child.output()}`));
    };
    child.process.once("message", onMessage);
    child.process.once("exit", onExit);
    child.process.send(question);
  });
}
