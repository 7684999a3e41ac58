package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.ChannelOperations;

/**
 * Closes a connection when the head of a request takes too long, counted from the connection's start or the head's first byte, however
 * steadily it trickles. What has come and waits for its turn is not late, and no more is read of what comes behind a request under way.
 */
final class HeadDeadline {

    /** How soon it is looked again whether what waits still does; short, so that nobody gains time by a byte that comes just then. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Duration limit;
    private @Nullable ScheduledFuture<?> deadline;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    /** Starts the time, unless it runs. */
    void start(ChannelHandlerContext context) {
        if (deadline == null) {
            begin(context);
        }
    }

    private void begin(ChannelHandlerContext context) {
        if (ChannelOperations.get(context.channel()) == null) {
            schedule(context, this::over, limit);
        } else {
            schedule(context, this::begin, AGAIN);
        }
    }

    private void schedule(ChannelHandlerContext context, Consumer<ChannelHandlerContext> next, Duration after) {
        deadline = context.executor().schedule(() -> next.accept(context), after.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void over(ChannelHandlerContext context) {
        if (ChannelOperations.get(context.channel()) != null) {
            begin(context); // one that waited before it is under way now
        } else if (TurnTaking.holds(context.pipeline())) {
            schedule(context, this::over, AGAIN);
        } else {
            var _ = context.close();
        }
    }
}
