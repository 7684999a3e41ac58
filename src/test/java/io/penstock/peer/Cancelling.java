package io.penstock.peer;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A transport that can cancel a request, for which the SDK's client has no method: it notes the ids that requests get. */
final class Cancelling implements McpClientTransport {

    /** Under this key the Reactor context of a request holds the test's own number for it. */
    static final String NUMBER = "number";

    private final McpClientTransport transport;
    private final Map<Integer, Object> ids = new ConcurrentHashMap<>();

    Cancelling(McpClientTransport transport) {
        this.transport = transport;
    }

    /** Tells the server that a request is not wanted any more. */
    Mono<Void> cancel(int number) {
        return Mono.defer(() -> transport.sendMessage(
                new JSONRPCNotification("notifications/cancelled", Map.of("requestId", ids.get(number)))));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.deferContextual(context -> {
            if (message instanceof JSONRPCRequest request && context.hasKey(NUMBER)) {
                ids.put(context.get(NUMBER), request.id());
            }
            return transport.sendMessage(message);
        });
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return transport.connect(handler);
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        transport.setExceptionHandler(handler);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return transport.closeGracefully();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return transport.unmarshalFrom(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return transport.protocolVersions();
    }
}
