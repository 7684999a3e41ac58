package io.penstock.wire;

import java.time.Duration;
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

    /**
     * One whole JSON body.
     *
     * @param retryAfter when the upstream would have its client ask again; null where it says nothing of that
     */
    record Json(
            int status,
            byte[] body,
            @Nullable String session,
            @Nullable Duration retryAfter) implements Reply {

        public Json(int status, byte[] body, @Nullable String session) {
            this(status, body, session, null);
        }

        /** The same with another body. */
        public Json with(byte[] other) {
            return new Json(status, other, session, retryAfter);
        }
    }

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
