interface Quantity {
  /** What the number counts. */
  readonly step: number;
  readonly decimals: number;
  readonly unit: string;
}

/** Derived from GB/T 26875.3-2011 clause 8.2.1; L/s is given in L/min, the unit of all flows here. */
const quantities: Readonly<Record<number, Quantity>> = {
  1: { step: 1, decimals: 0, unit: "" },
  2: { step: 0.01, decimals: 2, unit: "m" },
  3: { step: 0.1, decimals: 1, unit: "°C" },
  4: { step: 0.1, decimals: 1, unit: "MPa" },
  5: { step: 0.1, decimals: 1, unit: "kPa" },
  6: { step: 0.1, decimals: 1, unit: "%LEL" },
  7: { step: 1, decimals: 0, unit: "s" },
  8: { step: 0.1, decimals: 1, unit: "V" },
  9: { step: 0.1, decimals: 1, unit: "A" },
  10: { step: 6, decimals: 0, unit: "L/min" },
  11: { step: 0.1, decimals: 1, unit: "m³/min" },
  12: { step: 1, decimals: 0, unit: "m/s" },
};

/** An analog value with its unit, which the field that it is for converts: `0.8 MPa`. Undefined for an unknown quantity. */
export function analogText(quantity: number, value: number): string | undefined {
  const known = quantities[quantity];
  if (known === undefined) return undefined;
  return `${(value * known.step).toFixed(known.decimals)} ${known.unit}`.trim();
}
