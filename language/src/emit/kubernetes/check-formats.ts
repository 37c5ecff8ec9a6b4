/** What is wrong with strings of a form of their own, wherever they stand in an object: ranges of addresses, schedules. */
export function formatFaults(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => formatFaults(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => formatFaults(item, name));
  }
  if (typeof value !== 'string') return [];
  switch (key) {
    case 'cidr':
    case 'except':
    case 'loadBalancerSourceRanges':
      return isCidr(value) ? [] : [`${value} is no range of addresses, as 10.0.0.0/8 is`];
    case 'schedule':
      return isSchedule(value) ? [] : [`${JSON.stringify(value)} is no schedule: five fields, as in "0 3 * * 1-5"`];
    default:
      return [];
  }
}

function isCidr(text: string): boolean {
  const [, address = '', bits] = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (bits === undefined) return false;
  return isIPv4(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128;
}

const isIPv4 = (text: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

const isIPv6 = (text: string): boolean => text.includes(':') && URL.canParse(`http://[${text}]`);

const ranges = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'weekday', min: 0, max: 7, words: 'sun mon tue wed thu fri sat'.split(' ') },
] as const;

/** As a CronJob takes it: five fields, or a name such as `@daily` (https://en.wikipedia.org/wiki/Cron). */
function isSchedule(text: string): boolean {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text)) return true;
  const fields = text.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field, i) => isField(field, ranges[i] as (typeof ranges)[number]));
}

function isField(field: string, { min, max, words }: (typeof ranges)[number]): boolean {
  const within = (text: string): boolean =>
    (words as readonly string[]).includes(text.toLowerCase()) ||
    (/^\d{1,2}$/.test(text) && Number(text) >= min && Number(text) <= max);
  return field.split(',').every((part) => {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (step !== undefined && Number(step) === 0) return false;
    const [first = '', last, ...more] = range.split('-');
    if (range === '*') return true;
    if (more.length > 0 || !within(first)) return false;
    return last === undefined || (within(last) && !(Number(last) < Number(first)));
  });
}
