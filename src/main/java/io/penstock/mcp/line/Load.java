package io.penstock.mcp.line;

import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How much one line carries at once. Answers and notifications have a share of their own: what waits for them must not shut them out. */
final class Load {

    static final int REQUESTS = 100;
    static final int OTHERS = 200;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger others = new AtomicInteger();

    /** Counts one more; {@link #leave} when it is done. Throws a {@link Refusal} ({@code TooMany}) where there is no room. */
    void enter(Kind kind) {
        int most = kind == Kind.REQUEST ? REQUESTS : OTHERS;
        if (of(kind).incrementAndGet() > most) {
            leave(kind);
            throw full();
        }
    }

    void leave(Kind kind) {
        of(kind).decrementAndGet();
    }

    static Refusal full() {
        return new Refusal(new Reason.TooMany(
                "As many messages as one line may carry at once (" + REQUESTS
                        + " requests) are under way: wait for answers",
                Duration.ofSeconds(1)));
    }

    private AtomicInteger of(Kind kind) {
        return kind == Kind.REQUEST ? requests : others;
    }
}
