import { expect, test } from "vitest";
import { readAddress } from "../../dashboards/web/wall/rotation.ts";

test("the wall takes what its address asks for, and nothing that makes no sense", () => {
  expect(readAddress("?every=30&site=xinfa&pages=alerts,status")).toEqual({
    ...{ everyS: 30, site: "xinfa", pages: ["status", "alerts"] },
  });
  for (const search of ["", "?every=0&pages=none", "?every=x&pages="])
    expect(readAddress(search), search).toEqual({
      ...{ everyS: 20, site: undefined, pages: ["status", "plan", "alerts"] },
    });
});
