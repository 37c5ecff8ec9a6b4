import type { Operation } from './model.ts';

/** Whether an operation takes or gives a stream: how long a call of it lasts is then its parties' choice. */
export const isStreaming = ({ parameters, result }: Pick<Operation, 'parameters' | 'result'>): boolean =>
  result?.stream === true || (parameters.kind === 'message' && parameters.stream);
