package io.penstock.egress.plain;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.ScheduledFuture;
import io.penstock.wire.Joined;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** One request and its answer. Everything happens on the event loop of its connection. */
final class Exchange {

    private final DefaultFullHttpRequest request;
    private final MonoSink<Answered> sink;
    private final Duration timeout;
    private final long largest;

    private @Nullable EventLoop loop;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Connection connection;
    private @Nullable ChannelFuture written;
    private @Nullable HttpResponse response;
    private @Nullable Joined whole;
    private @Nullable EventBody events;
    private boolean over;

    Exchange(DefaultFullHttpRequest request, MonoSink<Answered> sink, Duration timeout, long largest) {
        this.request = request;
        this.sink = sink;
        this.timeout = timeout;
        this.largest = largest;
    }

    void start(EventLoop on) {
        loop = on;
        timer = on.schedule(this::late, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var _ = sink.onCancel(() -> on.execute(this::giveUp));
    }

    private void late() {
        giveUp(new TimeoutException("No answer in time"));
    }

    private void giveUp() {
        giveUp(new IOException("Nobody waits for the answer"));
    }

    private void giveUp(Throwable why) {
        if (!over && connection != null) {
            connection.abandon(this);
        }
        fail(why);
    }

    DefaultFullHttpRequest request() {
        return request;
    }

    boolean isOver() {
        return over;
    }

    void carriedBy(Connection by) {
        connection = by;
    }

    void writtenBy(ChannelFuture future) {
        written = future;
    }

    /** The head of an answer; one that is not final (1xx) is passed over. */
    void head(HttpResponse head) {
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            response = null;
            return;
        }
        response = head;
        if (isEvents(head)) {
            stream(head);
        } else {
            whole = new Joined(largest, HttpUtil.getContentLength(head, -1L));
        }
    }

    private static boolean isEvents(HttpResponse head) {
        CharSequence type = HttpUtil.getMimeType(head);
        return head.status().code() == 200
                && type != null
                && HttpHeaderValues.TEXT_EVENT_STREAM.contentEqualsIgnoreCase(AsciiString.trim(type));
    }

    private void stream(HttpResponse head) {
        stopTimer();
        var reading = Objects.requireNonNull(connection);
        reading.readByDemand();
        events = new EventBody(reading, this);
        sink.success(new Answered.Streaming(
                head.status().code(),
                head.headers(),
                events.flux(),
                () -> Objects.requireNonNull(loop).execute(this::giveUp)));
    }

    /** A piece of the answer's body. */
    void body(ByteBuf piece) {
        if (events != null) {
            events.add(piece);
        } else if (whole != null && !whole.add(piece)) {
            giveUp(new TooLongFrameException("The answer is larger than " + largest + " bytes"));
        }
    }

    /** Whether its final head was there. */
    boolean isAnswered() {
        return response != null;
    }

    boolean wantsMore() {
        return events != null && events.wantsMore();
    }

    /** Whether the connection may carry another one after it: it was all sent, and the server keeps it open. */
    boolean leavesConnection() {
        return written != null && written.isSuccess() && response != null && HttpUtil.isKeepAlive(response);
    }

    /** The answer has ended. */
    void complete() {
        over = true;
        stopTimer();
        if (events != null) {
            events.complete();
        } else {
            var head = Objects.requireNonNull(response);
            sink.success(new Answered.Whole(
                    head.status().code(),
                    head.headers(),
                    Objects.requireNonNull(whole).bytes()));
        }
    }

    /** There will be no answer, or no more of it. */
    void fail(Throwable cause) {
        if (over) {
            return;
        }
        over = true;
        stopTimer();
        if (connection == null) {
            request.release();
        }
        if (events != null) {
            events.fail(cause);
        } else {
            sink.error(cause);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
