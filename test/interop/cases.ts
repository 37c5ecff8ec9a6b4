/** The official cases. https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md */
export const CASES = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'cancel_after_begin',
  'cancel_after_first_response',
  'timeout_on_sleeping_server',
  'custom_metadata',
  'status_code_and_message',
  'special_status_message',
  'unimplemented_method',
  'unimplemented_service',
] as const;

export type Case = (typeof CASES)[number];

/** What each case does against a server; rejects when something is not as it should be. */
export type CaseRuns = Readonly<Record<Case, () => Promise<void>>>;

/** Sizes of answers and of requests, in the order in which streams have them. */
export const SIZES = [
  { answered: 31415, sent: 27182 },
  { answered: 9, sent: 8 },
  { answered: 2653, sent: 1828 },
  { answered: 58979, sent: 45904 },
] as const;

export const ANSWERED: readonly number[] = SIZES.map(({ answered }) => answered);

/** What `client_streaming` sends in all. */
export const AGGREGATED = 74922;

export const LARGE_ANSWER = 314159;
export const LARGE_REQUEST = 271828;

export const INITIAL = 'x-grpc-test-echo-initial';
export const TRAILING = 'x-grpc-test-echo-trailing-bin';
export const INITIAL_VALUE = 'test_initial_metadata_value';
export const TRAILING_VALUE = Buffer.from([0xab, 0xab, 0xab]);

export const MESSAGE = 'test status message';
export const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
