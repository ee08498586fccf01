import { describe } from "vitest";
import type { SeriesStore } from "../../gateway/series/contract.ts";
import { describeAnswers } from "./series-answers.contract.ts";
import { describeFolds } from "./series-folds.contract.ts";
import { describePersons } from "./series-persons.contract.ts";
import { type SeriesPlace, type SeriesStoreOptions, useSeriesStore } from "./series-subject.ts";
import { describeWrites } from "./series-writes.contract.ts";

/** What every time series store must keep; each driver runs it. */
export function describeSeriesStore(
  name: string,
  open: (place: SeriesPlace) => Promise<SeriesStore>,
  options: SeriesStoreOptions = {},
): void {
  describe.skipIf(options.skip === true)(`series store ${name}`, () => {
    const subject = useSeriesStore(open, options);
    describeAnswers(subject);
    describeFolds(subject);
    describeWrites(subject);
    describePersons(subject);
  });
}
