package io.penstock.wire;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What goes back to a client. */
public sealed interface Reply {

    /** The HTTP status. */
    int status();

    /** The sealed session id for {@code Mcp-Session-Id}; null where the reply opens no session. */
    @Nullable
    String session();

    /** One whole JSON body. */
    record Json(int status, byte[] body, @Nullable String session) implements Reply {}

    /** No body: a notification was taken (202), a session ended (200 or 204). */
    record Empty(int status) implements Reply {
        @Override
        public @Nullable String session() {
            return null;
        }
    }

    /**
     * A stream of events, cold: subscribing reads the upstream at the subscriber's pace, cancelling closes the upstream's stream.
     * It errors with a {@link Refusal} when the upstream breaks off.
     *
     * @param source what to dispose where the events will never be subscribed
     */
    record Events(
            Flux<SseEvent> events,
            Disposable source,
            @Nullable String session) implements Reply {
        @Override
        public int status() {
            return 200;
        }
    }
}
