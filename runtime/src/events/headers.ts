/** Names of the headers that an event carries. */
export const headers = {
  /** Unique to one `publish`, the same in each delivery: what a consumer may deduplicate by. */
  id: 'weir-event-id',
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
} as const;
