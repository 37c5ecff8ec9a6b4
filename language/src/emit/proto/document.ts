import type { Place } from '../../model/model.ts';

/** A protobuf file as plain data: what the printer writes. */
export interface ProtoFile {
  /** From the root of the proto folder: `shop/orders.proto`. */
  readonly path: string;
  /** Empty only where `grpc … as` gives a name without a package. */
  readonly package: string;
  readonly places: readonly Place[];
  readonly declarations: readonly ProtoDeclaration[];
}

export type ProtoDeclaration = ProtoMessage | ProtoEnum | ProtoService;

/** A type's name; `package` is absent for scalars. */
export interface ProtoTypeName {
  readonly package?: string;
  readonly name: string;
  /** The file to import. */
  readonly file?: string;
}

interface Commented {
  readonly comment: readonly string[];
  readonly name: string;
  readonly deprecated: boolean;
}

export interface ProtoMessage extends Commented {
  readonly kind: 'message';
  readonly reserved: ProtoReserved;
  readonly members: readonly (ProtoField | ProtoOneof)[];
}

export interface ProtoReserved {
  readonly numbers: readonly { readonly from: number; readonly to: number }[];
  readonly names: readonly string[];
}

export interface ProtoField extends Commented {
  readonly kind: 'field';
  readonly number: number;
  readonly label?: 'optional' | 'repeated';
  /** The key's scalar, when the field is a map. */
  readonly mapKey?: string;
  readonly type: ProtoTypeName;
  readonly jsonName?: string;
}

export interface ProtoOneof extends Omit<Commented, 'deprecated'> {
  readonly kind: 'oneof';
  readonly fields: readonly ProtoField[];
}

export interface ProtoEnum extends Commented {
  readonly kind: 'enum';
  readonly reserved: ProtoReserved;
  readonly values: readonly (Commented & { readonly number: number })[];
}

export interface ProtoService extends Commented {
  readonly kind: 'service';
  readonly methods: readonly ProtoMethod[];
}

export interface ProtoMethod extends Commented {
  readonly request: ProtoTypeName;
  readonly requestStream: boolean;
  readonly response: ProtoTypeName;
  readonly responseStream: boolean;
  readonly idempotency?: 'NO_SIDE_EFFECTS' | 'IDEMPOTENT';
  readonly routes: readonly ProtoRoute[];
}

/** A `google.api.HttpRule`. */
export interface ProtoRoute {
  /** `get`, `post` …, or a method that has no field of its own: `HEAD`. */
  readonly method: { readonly field: string } | { readonly custom: string };
  readonly path: string;
  /** Whether what is not in the path comes from the body. */
  readonly body: boolean;
}
