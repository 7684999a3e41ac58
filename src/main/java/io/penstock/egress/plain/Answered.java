package io.penstock.egress.plain;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** An answer: whole, or as a stream that has begun. */
public sealed interface Answered {

    int status();

    HttpHeaders headers();

    /** One that was read to its end; its connection is free again. */
    record Whole(int status, HttpHeaders headers, byte[] body) implements Answered {}

    /**
     * A {@code text/event-stream}, read at its one subscriber's pace; cancelling closes the connection. Error: an {@link java.io.IOException}
     * where it breaks off.
     *
     * @param body pieces that need no release
     * @param source what to dispose where it will never be read
     */
    record Streaming(int status, HttpHeaders headers, Flux<ByteBuf> body, Disposable source) implements Answered {}
}
