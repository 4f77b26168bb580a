import { correlation, traceId } from '@recapito/messaging';

/** The trace id of the work in hand, 32 hexadecimal digits; undefined outside of any. */
export function currentTraceId(): string | undefined {
  const current = correlation.getStore();
  return current === undefined ? undefined : traceId(current.traceparent);
}
