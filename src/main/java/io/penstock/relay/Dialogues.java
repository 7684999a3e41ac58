package io.penstock.relay;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Conversations that the gateway itself holds with an upstream, in the era that the upstream speaks. */
public interface Dialogues {

    /**
     * Greets the upstream with the gateway's own credential ({@code server/discover} or {@code initialize}, over streamable HTTP or
     * HTTP+SSE; the era is probed as the specification says), lets {@code talk} speak, and ends the session, the streams and the
     * connections on every path: result, error, time-out, cancel. Empty where the talk is. Error: {@code UpstreamFailed} or
     * {@code UpstreamTimedOut}, whose detail names the cause and the setting to look at ({@code upstream answered 401 to initialize:
     * check auth_token}), or the talk's own.
     */
    <T> Mono<T> hold(Gateway gateway, Function<Dialogue, Mono<T>> talk);

    /**
     * The same in the name of a caller, whose own credential the upstream is shown where it wants one of each user. Error: also {@code
     * NeedsAuthorization}.
     */
    <T> Mono<T> hold(Gateway gateway, Caller sender, Function<Dialogue, Mono<T>> talk);

    /** An open conversation, to be used within the talk only. */
    interface Dialogue {

        Greeting greeting();

        /**
         * Sends a request.
         *
         * @param params a JSON object without {@code _meta}; null for none
         * @return the {@code result} member as JSON text; never empty. Error: {@link UpstreamError} for a JSON-RPC error,
         *     {@code UpstreamFailed} or {@code UpstreamTimedOut} for everything else
         */
        Mono<String> request(String method, @Nullable String params);
    }

    /**
     * What the upstream said of itself.
     *
     * @param transport {@code streamable_http} or {@code sse}
     * @param capabilities a JSON object
     * @param serverInfo a JSON object; null where it named none
     */
    record Greeting(
            String protocolVersion,
            String transport,
            String capabilities,
            @Nullable String serverInfo) {}

    /** The upstream answered with a JSON-RPC error. */
    final class UpstreamError extends Exception {

        private static final long serialVersionUID = 1L;

        private final int code;

        public UpstreamError(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }
}
