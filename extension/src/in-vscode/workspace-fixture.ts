/** A shop in two files, with one finding of each severity; texts as they stand, for tests count lines. */
const orders = `package shop

policy calm { timeout 800ms  retry { attempts 3  backoff 25ms..200ms  on [unavailable]  budget 20% } }

/// Takes orders.
service orders {
  http 8080
  uses stock with calm { deadline 2s }
  uses ledger
  rpc Place(id: uuid = 1) -> Order {
    route POST /orders
    auth none
    calls stock.Reserve, ledger.Book
  }
}

message Order {
  id: uuid = 1
  item: Item = 2
  note: Itm = 3
}

gateway public { port 8000  serves orders }
`;

const stock = `package shop

/// What can be bought.
message Item { sku: string = 1 }

/// Keeps the goods.
service stock {
  grpc 9001
  rpc Reserve(item: Item = 1) { idempotent }
}

service ledger {
  grpc 9002
  rpc Book(item: Item = 1)
}
`;

/** Somebody else's, below another folder, and once more where nobody ever opens it. */
const other = `package other

service lonely {
  grpc 9100
  rpc Do(a: Missing = 1)
}
`;

/** The files of a workspace with two folders and a project in each, one of them deep in it. */
export const files = {
  'shop/weir.json': '{ "rules": { "unlimited-route": "off" } }\n',
  'shop/svc/orders.svc': orders,
  'shop/svc/stock.svc': stock,
  'shop/services/orders/src/handlers/place.ts': 'export const place = () => {};\n',
  'more/deep/down/weir.json': '{}\n',
  'more/deep/down/other.svc': other,
  'more/far/weir.json': '{}\n',
  'more/far/other.svc': other,
  'all.code-workspace': '{ "folders": [{ "path": "shop" }, { "path": "more" }] }\n',
} as const;
