/** One event of a stream, or a heartbeat (`event` is undefined then). */
export interface StreamEvent {
  readonly event: string | undefined;
  readonly data: string;
  /** Id of this event itself; undefined for one that is not durable yet. */
  readonly id: string | undefined;
}

/** Reads Server-Sent Events from pieces of text. Unlike `EventSource` it tells of heartbeats, so that silence can be noticed. */
export function createSseReader(): { read(text: string): StreamEvent[] } {
  let rest = "";
  let event: string | undefined;
  let data: string[] = [];
  let id: string | undefined;

  function takeLine(line: string, out: StreamEvent[]): void {
    if (line === "") {
      if (data.length > 0) out.push({ event: event ?? "message", data: data.join("\n"), id });
      else if (id !== undefined) out.push({ event: undefined, data: "", id });
      event = undefined;
      data = [];
      id = undefined;
      return;
    }
    const colon = line.indexOf(":");
    // A comment: all that it says is that the gateway is there.
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "event") event = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
  }

  return {
    read(text) {
      const out: StreamEvent[] = [];
      rest += text;
      let from = 0;
      for (;;) {
        const end = rest.indexOf("\n", from);
        if (end < 0) break;
        takeLine(rest.slice(from, rest[end - 1] === "\r" ? end - 1 : end), out);
        from = end + 1;
      }
      rest = rest.slice(from);
      return out;
    },
  };
}
