package io.penstock.mcp;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.ingress.IngressSettings;
import io.penstock.ingress.Requests;
import io.penstock.mcp.call.Call;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * The MCP endpoints as routes of the server itself: a call does not pass the general dispatcher, whose share of its cost would be larger
 * than everything done here.
 */
@Component
final class McpRoutes implements NettyRouteProvider {

    private final Responses responses;
    private final SseLines lines;
    private final Sockets sockets;
    private final IngressSettings ingress;
    private final KeepAlives keepAlives;
    private final ResourceMetadata metadata;
    private final CrossOrigin crossOrigin;

    McpRoutes(
            Responses responses,
            SseLines lines,
            Sockets sockets,
            IngressSettings ingress,
            KeepAlives keepAlives,
            ResourceMetadata metadata,
            CrossOrigin crossOrigin) {
        this.responses = responses;
        this.lines = lines;
        this.sockets = sockets;
        this.ingress = ingress;
        this.keepAlives = keepAlives;
        this.metadata = metadata;
        this.crossOrigin = crossOrigin;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(
                        request -> !(Paths.read(path(request)) instanceof Endpoint.Elsewhere),
                        crossOrigin.readable(this::mcp))
                .route(request -> path(request).startsWith(Paths.METADATA), crossOrigin.readable(metadata::serve));
    }

    private static String path(HttpServerRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private Publisher<Void> mcp(HttpServerRequest httpRequest, HttpServerResponse httpResponse) {
        Request request = Requests.of(httpRequest);
        if (!(Paths.read(request.path()) instanceof Endpoint.At at)) {
            var exchange = new Exchange(request, httpResponse, challenge(request.path()), keepAlives);
            return responses.refuse(
                    new Call(request, null),
                    exchange,
                    new Refusal(new Reason.NotFound("There is no such MCP endpoint")));
        }
        var exchange = new Exchange(request, httpResponse, challenge(at.resource()), keepAlives);
        // a message is its line's affair: its token may be meant for that one's address
        var call = new Call(at.way() == Endpoint.Way.MESSAGE ? to(at.resource(), request) : request, at.target());
        return switch (at.way()) {
            case STREAMABLE -> streamable(call, exchange, httpRequest);
            case EXECUTE ->
                request.method().equals("GET") && request.header(HeaderNames.SESSION) == null
                        ? line(call, exchange, at)
                        : streamable(call, exchange, httpRequest);
            case LINE -> line(call, exchange, at);
            case MESSAGE -> message(call, exchange, httpRequest);
            case SOCKET ->
                Sockets.asked(request)
                        ? sockets.open(call, httpResponse)
                        : responses.refuse(
                                call, exchange, new Refusal(new Reason.Malformed("Open a WebSocket here, with GET")));
        };
    }

    private Challenge challenge(String resource) {
        return new Challenge(ingress, resource);
    }

    private Publisher<Void> streamable(Call call, Exchange exchange, HttpServerRequest httpRequest) {
        return switch (call.request().method()) {
            case "POST" -> responses.handle(call, exchange, body(call.request(), httpRequest));
            case "GET", "DELETE" -> responses.handle(call, exchange, Mono.empty());
            default -> responses.refuse(call, exchange, new Refusal(new Reason.MethodNotAllowed("POST, GET, DELETE")));
        };
    }

    private Publisher<Void> line(Call call, Exchange exchange, Endpoint.At at) {
        return call.request().method().equals("GET")
                ? responses.hold(call, exchange, lines.open(call, at.resource()))
                : responses.refuse(call, exchange, new Refusal(new Reason.MethodNotAllowed("GET")));
    }

    private Publisher<Void> message(Call call, Exchange exchange, HttpServerRequest httpRequest) {
        return call.request().method().equals("POST")
                ? responses.taken(
                        call, exchange, lines.take(call, httpRequest.uri(), body(call.request(), httpRequest)))
                : responses.refuse(call, exchange, new Refusal(new Reason.MethodNotAllowed("POST")));
    }

    private static Request to(String path, Request request) {
        return new Request(request.method(), path, request.headers(), request.peer(), request.correlationId());
    }

    private Mono<byte[]> body(Request request, HttpServerRequest httpRequest) {
        String type = request.header(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !isJson(type)) {
            return Mono.error(new Refusal(new Reason.WrongMediaType(415, "Content-Type must be application/json")));
        }
        return Body.read(httpRequest, ingress.maxBody().toBytes());
    }

    private static boolean isJson(String type) {
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim().equalsIgnoreCase("application/json");
    }
}
