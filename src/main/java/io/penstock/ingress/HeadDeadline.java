package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection when the head of a request takes too long, counted from the connection's start or the head's first byte, however
 * steadily it trickles. What has come and waits for its turn is not late: its time starts anew.
 */
final class HeadDeadline {

    private final Duration limit;
    private @Nullable ScheduledFuture<?> deadline;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    /** Starts the time, unless it runs. */
    void start(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> over(context), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void over(ChannelHandlerContext context) {
        deadline = null;
        if (TurnTaking.holds(context.pipeline())) {
            start(context);
        } else {
            var _ = context.close();
        }
    }
}
