package io.penstock.relay.dialogue;

import io.penstock.relay.Dialogues.UpstreamError;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What came back on an HTTP request that carried a message. */
sealed interface Answer {

    /**
     * The response to the message.
     *
     * @param session {@code Mcp-Session-Id}
     */
    record Said(Message.Result response, @Nullable String session) implements Answer {}

    /** A JSON-RPC error, or an HTTP status that refuses; 200 with an error that came on a good response. */
    record Refused(int status, Message.@Nullable Failure failure) implements Answer {

        /** Whether the upstream took the request and could not do it, rather than refuse to talk. */
        boolean isOutcome() {
            return failure != null && (status == 200 || status == 400 || status == 404);
        }
    }

    /** Taken, without a response: 202. */
    record Taken() implements Answer {}

    /** The result of a request in an open conversation. Error: {@link UpstreamError}, {@code UpstreamFailed}. */
    default Mono<String> result(Faults faults, String what) {
        return switch (this) {
            case Said said -> Mono.just(said.response().result());
            case Taken _ -> Mono.error(faults.broken(what, "without a response"));
            case Refused refused ->
                refused.failure() != null && refused.isOutcome()
                        ? Mono.error(error(refused.failure().code(), faults, what))
                        : Mono.error(faults.status(refused.status(), what));
        };
    }

    static UpstreamError error(int code, Faults faults, String what) {
        return new UpstreamError(code, faults.error(code, what).reason().detail());
    }
}
