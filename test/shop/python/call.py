"""Calls gRPC methods that are told on standard input, by grpcio and by stubs that protoc has made; prints how each ended.

Input:  {"target": "127.0.0.1:1234", "calls": [{"method": "shop.users.UsersService/GetUser", "request": {...},
         "timeout": 5, "metadata": {...}}]}
Output: [{"code": "OK", "message": "", "responses": [...], "details": [{"@type": ..., ...}], "seconds": 0.01}]
"""

import importlib
import json
import pathlib
import sys
import time

import grpc
from google.protobuf import descriptor_pool, json_format

stubs = pathlib.Path(sys.argv[1])


def load_stubs():
    """Imports each module that protoc wrote: that makes its messages known to the descriptor pool."""
    import google

    sys.path.insert(0, str(stubs))
    # Debian's `google` is a package of protobuf's own; google/api and google/rpc lie beside it here.
    google.__path__.append(str(stubs / "google"))
    for path in sorted(stubs.rglob("*_pb2.py")):
        importlib.import_module(".".join(path.relative_to(stubs).with_suffix("").parts))


def message_class(descriptor):
    try:
        from google.protobuf.message_factory import GetMessageClass

        return GetMessageClass(descriptor)
    except ImportError:  # protobuf before 4.22
        return descriptor._concrete_class


def call(channel, method, request, timeout=10, metadata=None):
    service, name = method.split("/")
    described = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    to_send = json_format.ParseDict(request, message_class(described.input_type)())
    serialize = type(to_send).SerializeToString
    deserialize = message_class(described.output_type).FromString
    begun = time.monotonic()
    responses, details = [], []
    code, message = grpc.StatusCode.OK, ""
    options = {"timeout": timeout, "metadata": list((metadata or {}).items())}
    try:
        if streams_responses(described):
            stream = channel.unary_stream(f"/{method}", serialize, deserialize)(to_send, **options)
            for response in stream:
                responses.append(as_json(response))
        else:
            responses.append(as_json(channel.unary_unary(f"/{method}", serialize, deserialize)(to_send, **options)))
    except grpc.RpcError as error:
        code, message = error.code(), error.details()
        details = details_of(error)
    return {
        "code": code.name,
        "message": message,
        "responses": responses,
        "details": details,
        "seconds": time.monotonic() - begun,
    }


def streams_responses(method):
    """Whether a method streams its responses; protobuf's own flag for it is younger than some that Debian has."""
    from google.protobuf import descriptor_pb2

    described = descriptor_pb2.MethodDescriptorProto()
    method.CopyToProto(described)
    return described.server_streaming


def as_json(message):
    return json_format.MessageToDict(message)


def details_of(error):
    """The typed details of a status: google.rpc.Status travels beside it."""
    status_class = message_class(descriptor_pool.Default().FindMessageTypeByName("google.rpc.Status"))
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_class.FromString(value)
            assert status.code == error.code().value[0], "the two statuses differ"
            return [as_json(detail) for detail in status.details]
    return []


def main():
    load_stubs()
    asked = json.load(sys.stdin)
    with grpc.insecure_channel(asked["target"]) as channel:
        print(json.dumps([call(channel, **each) for each in asked["calls"]]))


main()
