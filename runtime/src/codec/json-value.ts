/** The scalar `json`: any JSON value, as google.protobuf.Value on the wire. */

/** Levels of nesting that a JSON value may have. Each level is two in protobuf, whose readers stop at 100. */
const MAX_LEVELS = 32;

type Value =
  | { readonly nullValue: 0 }
  | { readonly boolValue: boolean }
  | { readonly numberValue: number }
  | { readonly stringValue: string }
  | { readonly listValue: { readonly values: readonly Value[] } }
  | { readonly structValue: { readonly fields: Readonly<Record<string, Value>> } };

/** Whether a value is made of null, booleans, finite numbers, text, lists and plain objects only. */
export function isJson(value: unknown, levels = MAX_LEVELS): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (levels === 0) return false;
      if (Array.isArray(value)) return value.every((item) => isJson(item, levels - 1));
      return isPlain(value) && Object.values(value).every((item) => isJson(item, levels - 1));
    default:
      return false;
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A JSON value → the google.protobuf.Value that protobufjs encodes. */
export function toProtobufValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return { numberValue: value };
    default:
      if (value === null) return { nullValue: 0 };
      if (Array.isArray(value)) return { listValue: { values: value.map(toProtobufValue) } };
      return { structValue: { fields: mapValues(value as Record<string, unknown>, toProtobufValue) } };
  }
}

/** The google.protobuf.Value that protobufjs decoded → a JSON value; a Value with nothing set means null. */
export function fromProtobufValue(value: Value): unknown {
  const has = (name: string) => Object.hasOwn(value, name);
  if (has('stringValue')) return (value as { stringValue: string }).stringValue;
  if (has('numberValue')) {
    const { numberValue } = value as { numberValue: number };
    if (!Number.isFinite(numberValue)) throw new RangeError('JSON has no NaN and no infinity');
    return numberValue;
  }
  if (has('boolValue')) return (value as { boolValue: boolean }).boolValue;
  if (has('listValue')) return (value as { listValue: { values: Value[] } }).listValue.values.map(fromProtobufValue);
  if (has('structValue')) {
    return mapValues(
      (value as { structValue: { fields: Record<string, Value> } }).structValue.fields,
      fromProtobufValue,
    );
  }
  return null;
}

/** Maps the values of a plain object; `Object.fromEntries` defines properties, so a key `__proto__` stays a key. */
function mapValues<A, B>(object: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, to(value)]));
}
