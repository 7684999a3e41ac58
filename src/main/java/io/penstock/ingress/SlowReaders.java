package io.penstock.ingress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.penstock.loop.Wheels;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ends connections whose clients take nothing of what is sent to them, be it an answer, a stream or a WebSocket: what waits for them waits in
 * memory. Who takes a little now and then keeps the connection, and is waited for.
 */
@Component
final class SlowReaders {

    private static final Logger LOG = LoggerFactory.getLogger(SlowReaders.class);

    private final Wheels wheels;
    private final Duration patience;
    private final Counter closed;

    SlowReaders(IngressSettings settings, MeterRegistry meters) {
        this.patience = settings.slowReader();
        this.wheels = new Wheels(patience.dividedBy(SlowReader.LOOKS));
        this.closed = Counter.builder("penstock.streams.closed")
                .description("Streams and other answers that were cut off, because their clients did not read them")
                .tag("why", "slow")
                .register(meters);
    }

    /** Watches the connection for as long as it is open. To be called on its event loop. */
    SlowReader watch(Channel channel) {
        var loop = channel.eventLoop();
        return new SlowReader(channel, wheels.of(loop, loop::inEventLoop), this::end);
    }

    /** Nothing can be said to a client who takes nothing; a close without a last chunk or frame says that it was cut off. */
    private void end(Channel channel, long waiting) {
        closed.increment();
        LOG.warn(
                "Closed the connection of {}: {} bytes were waiting for it, of which it took nothing for {} s",
                channel.remoteAddress(),
                waiting,
                patience.toSeconds());
        var _ = channel.close();
    }
}
