package io.penstock.relay.elsewhere;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Packing} wrote. Throws {@link BufferUnderflowException} where there is less than it says. */
final class Unpacking {

    private final ByteBuffer in;

    Unpacking(byte[] packed) {
        in = ByteBuffer.wrap(packed);
    }

    int one() {
        return in.get();
    }

    boolean flag() {
        return in.get() != 0;
    }

    int number() {
        return in.getInt();
    }

    long longNumber() {
        return in.getLong();
    }

    byte @Nullable [] bytesOrNull() {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    byte[] bytes() {
        return Objects.requireNonNullElse(bytesOrNull(), new byte[0]);
    }

    @Nullable
    String textOrNull() {
        byte[] bytes = bytesOrNull();
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    String text() {
        return Objects.requireNonNullElse(textOrNull(), "");
    }
}
