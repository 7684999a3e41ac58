package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection when the head of a request takes too long, counted from the connection's start or the head's first byte, however
 * steadily it trickles. What has come and waits for its turn is not late.
 */
final class HeadDeadline {

    /** How soon it is looked again whether what waited still does; short, so that nobody gains time by a byte that comes just then. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Duration limit;
    private @Nullable ScheduledFuture<?> deadline;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    /** Starts the time, unless it runs. */
    void start(ChannelHandlerContext context) {
        if (deadline == null) {
            schedule(context, limit);
        }
    }

    private void schedule(ChannelHandlerContext context, Duration after) {
        deadline = context.executor().schedule(() -> over(context), after.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void over(ChannelHandlerContext context) {
        if (TurnTaking.holds(context.pipeline())) {
            schedule(context, AGAIN);
        } else {
            var _ = context.close();
        }
    }
}
