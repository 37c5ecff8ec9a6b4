import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';
import { asksForOpenMetrics, OPENMETRICS } from './openmetrics.ts';

/** What Prometheus 2.42 sends with each scrape. */
const prometheus =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

test('a scraper gets the metrics of a process that runs alone: its own, requests and events', async () => {
  const metrics = createMetrics('orders', { ofProcess: true });
  const tally = metrics.tallies.of('PlaceOrder', 'http');
  tally.begin();
  tally.end('ok', 0.02, undefined);
  metrics.events.inc({ consumer: 'OnPaid', event: 'Paid', outcome: 'done' });
  metrics.eventDuration.observe({ consumer: 'OnPaid', event: 'Paid' }, 0.02);
  const { contentType, text } = await metrics.exposition(prometheus);
  assert.equal(contentType, OPENMETRICS);
  assert.match(text, /^weir_requests_total\{operation="PlaceOrder",transport="http",code="ok",service="orders"\} 1$/m);
  assert.match(text, /^weir_event_duration_seconds_bucket\{.*le="0\.025".*\} 1$/m);
  assert.match(text, /^process_start_time_seconds\{service="orders"\} \d+/m);
  assert.match(text, /\n# EOF\n$/);
});

test('only a scraper that names the format gets it', () => {
  assert.equal(asksForOpenMetrics(prometheus), true);
  assert.equal(asksForOpenMetrics(undefined), false);
  assert.equal(asksForOpenMetrics('*/*'), false);
  assert.equal(asksForOpenMetrics('application/openmetrics-text; q=0, text/plain'), false);
});
