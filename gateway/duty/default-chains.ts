import type { Chain, ChainClass } from "./contract.ts";

const second = 1_000;
const minute = 60 * second;

/**
 * Who is called where a site has set nothing. The marks of a fire follow the 1-3-5-minute practice of micro fire stations; 25 s leave
 * a second way time to ring before the acknowledgement is due, and a supervisor hears 25 s after it at the latest.
 */
export const defaultChains: Readonly<Record<ChainClass, Chain>> = {
  fire: {
    stages: [
      {
        after: 0,
        call: [
          { who: "duty", way: "first" },
          { who: "targets", way: "all" },
        ],
        until: "acknowledged",
      },
      { after: 25 * second, call: [{ who: "duty", way: "second" }], until: "acknowledged" },
      {
        after: "acknowledge",
        call: [
          { who: "leader", way: "all" },
          { who: "neighbours", way: "first" },
        ],
        until: "acknowledged",
      },
      { after: 85 * second, call: [{ who: "supervisor", way: "all" }], until: "acknowledged" },
      { after: "arrive", call: [{ who: "station", way: "all" }], until: "arrived" },
      { after: "control", call: [{ who: "district", way: "all" }], until: "controlled" },
    ],
    repeatMs: 60 * second,
  },
  critical: {
    stages: [
      {
        after: 0,
        call: [
          { who: "duty", way: "first" },
          { who: "targets", way: "all" },
        ],
        until: "acknowledged",
      },
      { after: 5 * minute, call: [{ who: "leader", way: "all" }], until: "acknowledged" },
      { after: 10 * minute, call: [{ who: "supervisor", way: "all" }], until: "acknowledged" },
    ],
    repeatMs: 10 * minute,
  },
  major: {
    stages: [{ after: 10 * minute, call: [{ who: "duty", way: "first" }], until: "acknowledged" }],
    repeatMs: undefined,
  },
  minor: { stages: [], repeatMs: undefined },
};
