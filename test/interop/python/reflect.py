"""Calls a method that it knows nothing of: asks the server for its contract, as grpcurl does, and makes messages of that.

reflect.py STUBS TARGET VERSION METHOD REQUEST

STUBS is the folder of reflection_VERSION_pb2.py. Prints {"services": [...], "files": [...], "answer": ...}.
"""

import importlib
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

stubs, target, version, method, request = sys.argv[1:]
sys.path.insert(0, stubs)
pb = importlib.import_module(f"reflection_{version}_pb2")



def message_class(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    # protobuf before 4.22
    return message_factory.MessageFactory(descriptor.file.pool).GetPrototype(descriptor)


with grpc.insecure_channel(target) as channel:
    ask = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        lambda message: message.SerializeToString(),
        pb.ServerReflectionResponse.FromString,
    )
    service, name = method.split("/")
    questions = [
        pb.ServerReflectionRequest(list_services=""),
        pb.ServerReflectionRequest(file_containing_symbol=service),
    ]
    listed, found = ask(iter(questions), timeout=10)
    files = [
        descriptor_pb2.FileDescriptorProto.FromString(each)
        for each in found.file_descriptor_response.file_descriptor_proto
    ]
    pool = descriptor_pool.DescriptorPool()
    # Those that are imported come after those that import them. The pool checks each by the rules of protobuf.
    for file in reversed(files):
        pool.Add(file)
    described = pool.FindServiceByName(service).methods_by_name[name]
    message = json_format.ParseDict(json.loads(request), message_class(described.input_type)())
    call = channel.unary_unary(
        f"/{method}", lambda sent: sent.SerializeToString(), message_class(described.output_type).FromString
    )
    answer = call(message, timeout=10)
    print(
        json.dumps(
            {
                "services": [each.name for each in listed.list_services_response.service],
                "files": [file.name for file in files],
                "answer": json_format.MessageToDict(answer),
            }
        )
    )
