"""The interoperability peer on Python's grpcio.

peer.py STUBS serve                   serves the test service, prints its port, and ends when its standard input does
peer.py STUBS call TARGET CASE...     runs cases against a server, and prints {case: "ok", or what went wrong}

STUBS is the folder of testing_pb2.py, which protoc has made. The cases are described at
https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
"""

import json
import queue
import sys
import time
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[1])
import testing_pb2 as pb  # noqa: E402

SERVICE = "grpc.testing.TestService"
INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

METHODS = {
    "EmptyCall": (False, False, pb.Empty, pb.Empty),
    "UnaryCall": (False, False, pb.SimpleRequest, pb.SimpleResponse),
    "StreamingOutputCall": (False, True, pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse),
    "StreamingInputCall": (True, False, pb.StreamingInputCallRequest, pb.StreamingInputCallResponse),
    "FullDuplexCall": (True, True, pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse),
}
KINDS = {
    (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler),
    (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler),
    (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler),
    (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler),
}


def payload(size):
    return pb.Payload(body=bytes(size))


# ── the server ────────────────────────────────────────────────────────────────


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if INITIAL in metadata:
        context.send_initial_metadata([(INITIAL, metadata[INITIAL])])
    if TRAILING in metadata:
        context.set_trailing_metadata([(TRAILING, metadata[TRAILING])])


def echo_status(request, context):
    if request.HasField("response_status"):
        status = request.response_status
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[status.code], status.message)


def outputs(request):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        yield pb.StreamingOutputCallResponse(payload=payload(parameters.size))


def empty_call(_request, _context):
    return pb.Empty()


def unary_call(request, context):
    echo_metadata(context)
    echo_status(request, context)
    return pb.SimpleResponse(payload=payload(request.response_size))


def streaming_output_call(request, context):
    echo_status(request, context)
    yield from outputs(request)


def streaming_input_call(requests, _context):
    size = sum(len(request.payload.body) for request in requests)
    return pb.StreamingInputCallResponse(aggregated_payload_size=size)


def full_duplex_call(requests, context):
    echo_metadata(context)
    for request in requests:
        echo_status(request, context)
        yield from outputs(request)


def serve():
    behaviours = {
        "EmptyCall": empty_call,
        "UnaryCall": unary_call,
        "StreamingOutputCall": streaming_output_call,
        "StreamingInputCall": streaming_input_call,
        "FullDuplexCall": full_duplex_call,
    }
    handlers = {}
    for name, (requests, responses, request, response) in METHODS.items():
        _, handler = KINDS[requests, responses]
        handlers[name] = handler(behaviours[name], request.FromString, response.SerializeToString)
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on {port}", flush=True)
    sys.stdin.read()
    server.stop(0)


# ── the client ────────────────────────────────────────────────────────────────


class Stub:
    """The methods of the service, each by its name."""

    def __init__(self, channel):
        for name, (requests, responses, _, response) in METHODS.items():
            kind, _ = KINDS[requests, responses]
            path = f"/{SERVICE}/{name}"
            call = getattr(channel, kind)(path, lambda message: message.SerializeToString(), response.FromString)
            setattr(self, name, call)
        for attribute, service in (("missing_method", SERVICE), ("missing_service", "grpc.testing.UnimplementedService")):
            path = f"/{service}/UnimplementedCall"
            call = channel.unary_unary(path, lambda message: message.SerializeToString(), pb.Empty.FromString)
            setattr(self, attribute, call)


class Pipe:
    """Requests of a stream that are sent when they are put in."""

    def __init__(self):
        self._queue = queue.Queue()

    def put(self, request):
        self._queue.put(request)

    def close(self):
        self._queue.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        request = self._queue.get()
        if request is None:
            raise StopIteration
        return request


def expect(actual, wanted):
    assert actual == wanted, f"{actual!r} instead of {wanted!r}"


def expect_status(call, code, details=None):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code(), code)
        if details is not None:
            expect(error.details(), details)
        return
    raise AssertionError(f"was answered, where {code} was due")


def ask(size, sent):
    return pb.StreamingOutputCallRequest(
        response_parameters=[pb.ResponseParameters(size=size)], payload=payload(sent)
    )


SIZES = [(31415, 27182), (9, 8), (2653, 1828), (58979, 45904)]
LARGE = pb.SimpleRequest(response_size=314159, payload=payload(271828))


def empty_unary(stub):
    expect(stub.EmptyCall(pb.Empty()), pb.Empty())


def large_unary(stub):
    expect(stub.UnaryCall(LARGE).payload.body, bytes(314159))


def client_streaming(stub):
    requests = (pb.StreamingInputCallRequest(payload=payload(sent)) for _, sent in SIZES)
    expect(stub.StreamingInputCall(requests).aggregated_payload_size, 74922)


def server_streaming(stub):
    parameters = [pb.ResponseParameters(size=size) for size, _ in SIZES]
    request = pb.StreamingOutputCallRequest(response_parameters=parameters)
    expect([len(each.payload.body) for each in stub.StreamingOutputCall(request)], [size for size, _ in SIZES])


def ping_pong(stub):
    pipe = Pipe()
    responses = stub.FullDuplexCall(pipe)
    for size, sent in SIZES:
        pipe.put(ask(size, sent))
        expect(next(responses).payload.body, bytes(size))
    pipe.close()
    expect(list(responses), [])


def empty_stream(stub):
    expect(list(stub.FullDuplexCall(iter(()))), [])


def cancel_after_begin(stub):
    pipe = Pipe()
    call = stub.StreamingInputCall.future(pipe)
    call.cancel()
    pipe.close()
    expect(call.cancelled(), True)
    expect(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(stub):
    pipe = Pipe()
    responses = stub.FullDuplexCall(pipe)
    pipe.put(ask(31415, 27182))
    expect(next(responses).payload.body, bytes(31415))
    responses.cancel()
    expect_status(lambda: next(responses), grpc.StatusCode.CANCELLED)
    pipe.close()


def timeout_on_sleeping_server(stub):
    pipe = Pipe()
    pipe.put(pb.StreamingOutputCallRequest(payload=payload(27182)))
    responses = stub.FullDuplexCall(pipe, timeout=0.001)
    expect_status(lambda: next(responses), grpc.StatusCode.DEADLINE_EXCEEDED)
    pipe.close()


def custom_metadata(stub):
    sent = [(INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab")]
    _, unary = stub.UnaryCall.with_call(LARGE, metadata=sent)
    stream = stub.FullDuplexCall(iter([ask(314159, 271828)]), metadata=sent)
    expect([len(each.payload.body) for each in stream], [314159])
    for call in (unary, stream):
        expect(dict(call.initial_metadata()).get(INITIAL), "test_initial_metadata_value")
        expect(dict(call.trailing_metadata()).get(TRAILING), b"\xab\xab\xab")


def status(stub, message):
    wanted = pb.EchoStatus(code=2, message=message)
    unary = pb.SimpleRequest(response_status=wanted)
    expect_status(lambda: stub.UnaryCall(unary), grpc.StatusCode.UNKNOWN, message)
    stream = pb.StreamingOutputCallRequest(response_status=wanted)
    expect_status(lambda: list(stub.FullDuplexCall(iter([stream]))), grpc.StatusCode.UNKNOWN, message)


def status_code_and_message(stub):
    status(stub, "test status message")


def special_status_message(stub):
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message=SPECIAL))
    expect_status(lambda: stub.UnaryCall(request), grpc.StatusCode.UNKNOWN, SPECIAL)


def unimplemented_method(stub):
    expect_status(lambda: stub.missing_method(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(stub):
    expect_status(lambda: stub.missing_service(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def call(target, cases):
    results = {}
    with grpc.insecure_channel(target) as channel:
        stub = Stub(channel)
        for case in cases:
            try:
                globals()[case](stub)
                results[case] = "ok"
            except Exception as error:  # whatever it is, the test that asked for it tells it
                results[case] = f"{type(error).__name__}: {error}"
    print(json.dumps(results))


if sys.argv[2] == "serve":
    serve()
else:
    call(sys.argv[3], sys.argv[4:])
