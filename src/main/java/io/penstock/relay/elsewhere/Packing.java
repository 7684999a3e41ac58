package io.penstock.relay.elsewhere;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes values one after the other. */
final class Packing {

    private static final int NONE = -1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    Packing one(int value) {
        out.write(value);
        return this;
    }

    Packing flag(boolean value) {
        return one(value ? 1 : 0);
    }

    Packing number(int value) {
        return one(value >>> 24).one(value >>> 16).one(value >>> 8).one(value);
    }

    Packing number(long value) {
        return number((int) (value >>> Integer.SIZE)).number((int) value);
    }

    Packing bytes(byte @Nullable [] value) {
        if (value == null) {
            return number(NONE);
        }
        Packing length = number(value.length);
        out.writeBytes(value);
        return length;
    }

    Packing text(@Nullable String value) {
        return bytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] packed() {
        return out.toByteArray();
    }
}
