/** Environment variables, and how names of the language are spelt in them. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** `pageSize`, `order-history` and `OrdersDb` as they stand in an environment variable: `PAGE_SIZE`, `ORDER_HISTORY`, `ORDERS_DB`. */
export function environmentName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toUpperCase();
}
