import { type Words, word } from './word.ts';

const none = 'Takes away what an outer layer gives.';

/** Policies, their parts and the settings of these. */
export const policyWords: Words = {
  'Policy:policy': word(
    'policy «name» {\n\ttimeout «500ms»\n}',
    'A named set of parts. Parts that are left out are not applied.',
  ),
  'Policy:extends': word('extends «@Policy»', 'Copies a policy; parts that are written here override its.'),
  'TimeoutPart:timeout': word('timeout «500ms»', 'How long one attempt may take.'),
  'DeadlinePart:deadline': word(
    'deadline «2s»',
    'How long the whole call may take: attempts, backoff and queueing together. In an `rpc`: what the operation takes at most, whoever calls.',
  ),
  'RetryPart:retry': word(
    'retry { attempts «3»  backoff «25ms»..«400ms»  jitter full  on [unavailable]  budget «20%» }',
    'Sends a call again that has failed. `attempts` counts the first one too.',
  ),
  'RetryPart:attempts': word('attempts «3»', 'How often a call is sent at most, the first time included.'),
  'RetryPart:backoff': word(
    'backoff «25ms»..«400ms»',
    'The waits between attempts: the first, doubled each time, never more than the second.',
  ),
  'RetryPart:jitter': word(
    'jitter «full»',
    'How much of each wait is left to chance, so that callers do not come back all at once.',
  ),
  'RetryPart:on': word('on [«unavailable»]', 'The failures after which another attempt is made.'),
  'RetryPart:budget': word(
    'budget «20%»',
    'How many retries there may be beside calls: beyond that share nothing is repeated.',
  ),
  'BreakerPart:breaker': word(
    'breaker { failures «50%»  of «20»  within «10s»  open «5s»  probes «3» }',
    'Stops calling what keeps failing, and looks now and then whether it has recovered.',
  ),
  'BreakerPart:failures': word('failures «50%»', 'The share of failed calls at which the breaker opens.'),
  'BreakerPart:of': word('of «20»', 'The fewest calls that have to be counted before it opens.'),
  'BreakerPart:within': word('within «10s»', 'The time over which calls are counted.'),
  'BreakerPart:open': word('open «5s»', 'How long it stays open before it lets probes through.'),
  'BreakerPart:probes': word('probes «3»', 'How many calls have to succeed before it closes again.'),
  'BreakerPart:slow': word('slow «50%» over «1s»', 'The share of calls slower than this at which it opens as well.'),
  'BulkheadPart:bulkhead': word(
    'bulkhead { concurrent «64»  queue «32» }',
    'How many calls may be under way at once, and how many may wait.',
  ),
  'BulkheadPart:concurrent': word('concurrent «64»', 'Calls under way at once.'),
  'BulkheadPart:queue': word('queue «32»', 'Calls that may wait for a place.'),
  'LimitPart:limit': word('limit { rate «100/s»  burst «200» }', 'How often something may be called.'),
  'LimitPart:rate': word('rate «100/s»', 'Calls in a time, for as long as one likes.'),
  'LimitPart:burst': word('burst «200»', 'Calls at once after a quiet time.'),
  'LimitPart:key': word('key «client.ip»', 'What each has a limit of its own.'),
  'LimitPart:scope': word('scope «replica»', 'Is the limit that of each replica, or of all together (`global`)?'),
  'LimitPart:fail': word(
    'fail «open»',
    'What happens where a global limit cannot be asked: `open` lets calls through, `closed` refuses them.',
  ),
  'LimitKey:client': word('client.ip', 'A limit for each address that calls.'),
  'LimitKey:header': word('header "«X-Api-Key»"', 'A limit for each value of a header.'),
  'LimitKey:field': word('field «@field»', 'A limit for each value of a field of the request.'),
  'LimitKey:principal': word('principal', 'A limit for each authenticated caller.'),
  'HedgePart:hedge': word(
    'hedge { after «p95»  extra «1» }',
    'Sends a second call beside one that is slow, and takes what answers first. Only for what `reads`.',
  ),
  'HedgePart:after': word(
    'after «p95»',
    'When another is sent: after a time, or later than this share of calls takes.',
  ),
  'HedgePart:extra': word('extra «1»', 'How many more may be sent.'),
  'CachePart:cache': word('cache { ttl «30s» }', 'Keeps answers and gives them again. Only for what `reads`.'),
  'CachePart:ttl': word('ttl «30s»', 'How long an answer is fresh.'),
  'CachePart:stale': word(
    'stale «5min»',
    'How long an old answer may still be given while a new one is fetched, or where none is to be had.',
  ),
  'CachePart:key': word(
    'key «@field»',
    'The fields of the request that answers are kept by; all of them where nothing is said.',
  ),
  'FallbackPart:fallback': word(
    'fallback «stale»',
    'What is answered where the call fails: an old answer, another operation, or a literal.',
  ),
  'FallbackPart:stale': word('stale', 'The last answer that the cache has, however old.'),
  'BalancePart:balance': word('balance «p2c»', 'How a replica is chosen.'),
  'BalancePart:by': word('by «@field»', 'The field of the request whose value decides on the replica.'),
  'ShedPart:shed': word('shed { lag «100ms» }', 'Refuses calls while the service cannot keep up.'),
  'ShedPart:lag': word('lag «100ms»', 'How late the event loop may run before calls are refused.'),
  'ShedPart:gradient': word('gradient', 'Finds the limit by how latency grows.'),
  ...Object.fromEntries(
    [
      'Timeout',
      'Deadline',
      'Retry',
      'Breaker',
      'Bulkhead',
      'Limit',
      'Hedge',
      'Cache',
      'Fallback',
      'Balance',
      'Shed',
    ].map((part) => [`${part}Part:none`, word('none', none)]),
  ),
};
