/** What every client of the benchmark asks. */
export const request = {
  items: [
    { sku: 'MUG-001', quantity: 2 },
    { sku: 'TEA-001', quantity: 3 },
  ],
};

export const PATH = '/bench.QuotesService/Price';

/** Calls that run at once. */
export const CALLS = 16;
