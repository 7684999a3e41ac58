package io.penstock.egress;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Reads answers that have to be small. */
public final class Bounded {

    private Bounded() {}

    /** The answer is larger than it may be. */
    public static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;

        TooLarge(int most) {
            super("it answered more than " + most + " bytes");
        }
    }

    /** All bytes. Never empty. Error: {@link TooLarge}, as soon as there are more than {@code most}. */
    public static Mono<byte[]> read(ByteBufFlux content, int most) {
        return content.collect(ByteArrayOutputStream::new, (bytes, more) -> append(bytes, more, most))
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuf more, int most) {
        byte[] part = new byte[more.readableBytes()];
        if (bytes.size() + part.length > most) {
            throw Exceptions.propagate(new TooLarge(most));
        }
        more.readBytes(part);
        bytes.writeBytes(part);
    }
}
