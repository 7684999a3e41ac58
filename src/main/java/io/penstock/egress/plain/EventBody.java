package io.penstock.egress.plain;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The body of a stream of events. What one read of the connection gives is held until it is asked for; the connection is read again when all
 * of that is gone.
 */
final class EventBody {

    private final Connection connection;
    private final Exchange exchange;
    private final Queue<ByteBuf> early = new ArrayDeque<>(1); // most get none, and there are many
    private @Nullable FluxSink<ByteBuf> sink;
    private @Nullable Runnable end;

    EventBody(Connection connection, Exchange exchange) {
        this.connection = connection;
        this.exchange = exchange;
    }

    /** For one subscriber. */
    Flux<ByteBuf> flux() {
        return Flux.create(subscribed -> connection.loop().execute(() -> begin(subscribed)));
    }

    private void begin(FluxSink<ByteBuf> subscribed) {
        sink = subscribed;
        early.forEach(this::emit);
        early.clear();
        if (end != null) {
            end.run();
            return;
        }
        var _ = subscribed.onCancel(() -> connection.loop().execute(() -> connection.abandon(exchange)));
        var _ = subscribed.onRequest(_ -> connection.loop().execute(this::readOn));
    }

    private void readOn() {
        if (end == null && wantsMore()) {
            connection.readMore();
        }
    }

    /** Whether somebody waits for what is not read yet. */
    boolean wantsMore() {
        return sink != null && sink.requestedFromDownstream() > 0;
    }

    /** Copied, so that nobody has to release what is never read. */
    void add(ByteBuf piece) {
        if (!piece.isReadable()) {
            return;
        }
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes);
        if (sink == null) {
            early.add(Unpooled.wrappedBuffer(bytes));
        } else {
            emit(Unpooled.wrappedBuffer(bytes));
        }
    }

    private void emit(ByteBuf piece) {
        var _ = Objects.requireNonNull(sink).next(piece);
    }

    void complete() {
        end(() -> Objects.requireNonNull(sink).complete());
    }

    void fail(Throwable cause) {
        end(() -> Objects.requireNonNull(sink).error(cause));
    }

    private void end(Runnable how) {
        end = how;
        if (sink != null) {
            how.run();
        }
    }
}
