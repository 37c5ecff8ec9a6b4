import type { SourceText } from '../../syntax/read.ts';

/** Every form that a value, a parameter, an answer and a caller can have, and names that meet. */
export const nasty: readonly SourceText[] = [
  {
    path: 'acme.svc',
    text: `package acme.first
  import acme.second.{second}
  policy few { limit { rate 1/s } }
  type Slug = string where matches "^[a-z]+(-[a-z0-9]+)*$" and length 3..20
  type Cents = int64 where 0..1000
  @deprecated("use Shade")
  enum Colour { unknown = 0, red = 1, /// Like the sky.
    blue = 2 }
  /// Über \u0085 \u2028 "y": no, 1e3, 0o17 #
  enum Words { on = 0, no = 1, y = 2, off = 3, yes = 4, e1 = 5, nan = 6 }
  /// Holds */ and "quotes", <b>tags</b> and a back\`tick.
  message Everything {
    flag: bool = 1
    small: int32 = 2 where -5..5
    positive: uint32 = 3
    big: Cents = 4
    huge: uint64 = 5 where 1..
    half: float = 6 where 0..1
    whole: double = 7
    slug: Slug = 8
    choice: string = 9 where one of ["a", "b"]
    data: bytes = 10 where length 2..4
    id: uuid = 11
    at: timestamp = 12
    wait: duration = 13 where 1s..1min
    price: decimal = 14 where 0.01..99.99
    any: json = 15
    colour: Colour = 16 where one of [red, blue]
    slugs: Slug[] = 17 where length 1..3
    byNumber: map<int64, double> = 18 where length 0..2
    byFlag: map<bool, Everything> = 19
    byId: map<uuid, Colour> = 20
    again: Everything? = 21
    oneof either { left: int32 = 22, right: string = 23, centre: Problem = 24 }
    oneof other { up: bool = 25, down: bool = 26 }
    @deprecated("gone soon")
    old: string? = 27
    word: Words? = 29
    no: Words[]? = 30
    y: string? = 31 where one of ["on", "no", "0o17", "1e3", "~", "null", "\u0085", "2001-12-14"]
    patterned: string? = 28 where matches "^(?=x)\\\\p{L}+$"
  }
  /// Of the same name as a component that is always there.
  message Problem { text: string = 1 where length 2..5 }
  message Order { text: string = 1 }
  error Conflict 409 { slug: Slug = 1 }
  error Clash 409 {}
  error Lost 404 { id: uuid = 1 }
  error Odd 418 {}
  error Down 503 { until: timestamp = 1 }
  auth customer jwt { issuer "https://id.acme.example" }
  auth partner key { header "X-Api-Key" }
  auth mesh mtls { peers ["orders.acme.svc"] }
  service first {
    version 1.2.3
    owner "first-team"
    http 8080
    grpc 9000
    uses second
    /// Takes everything: and gives it back.
    ///
    /// Then it rests.
    rpc Echo(Everything) -> Everything throws Conflict, Clash {
      route POST /echo
      route PUT /echo/{id}
      auth customer scope "a"  auth partner
      idempotent by header "Idempotency-Key"
    }
    rpc Find(slug: Slug = 1, flags: bool[] = 2 where length 1..2, big: int64? = 3, any: json? = 4, colour: Colour? = 5, at: timestamp = 6) -> Order throws Lost {
      route GET /find/{slug}
      route HEAD /find/{slug}
      limit { rate 5/s }
    }
    rpc Remove(name: string = 1, soft: bool? = 2) throws Lost, Odd { route DELETE /find/{name}  auth mesh }
    rpc File(path: string = 1) -> Order { route GET /files/{path*} }
    rpc Verb(id: uuid = 1) { route POST /things/{id}:close }
    rpc Watch(id: uuid = 1) -> stream Everything throws Lost, Down { route GET /things/{id}/events }
    @deprecated("use Find")
    rpc Fire(token: string = 1) { route POST /fire  calls second.Echo  idempotent by field token }
    rpc Opts(text: string? = 1) { route OPTIONS /opts  route PATCH /opts }
    rpc Up(stream Order) {}
  }
  gateway all { host "api.acme.example"  host "api2.acme.example"  tls  serves first, second.Echo  apply few }
  gateway nowhere { serves second.Echo  auth customer }`,
  },
  {
    path: 'second.svc',
    text: `package acme.second
  message Order { number: int32 = 1 }
  error Conflict 409 { number: int32 = 1 }
  service second { http 8081  grpc 9001  rpc Echo(Order) -> Order throws Conflict { route POST /second/echo } }
  service elsewhere { image "registry.example/x:1"  http 80  rpc Get(id: uuid = 1) -> Order { route GET /x/{id} } }`,
  },
];
