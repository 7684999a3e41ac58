package io.penstock.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes that come in pieces, joined up to a limit. */
public final class Joined {

    /** Where nothing is announced. */
    private static final int USUAL = 1024;

    /** The most bytes that room is made for because a head announces them; more when they come. */
    private static final int BELIEVED = 64 * 1024;

    private final long limit;
    private byte[] bytes;
    private int length;

    /**
     * @param limit in bytes
     * @param announced how many a head announces; negative where none does
     */
    public Joined(long limit, long announced) {
        this.limit = limit;
        this.bytes = new byte[announced < 0 ? USUAL : (int) Math.min(announced, BELIEVED)];
    }

    /** Takes what can be read of the piece; false, and nothing is taken, where it would be more than the limit. */
    public boolean add(ByteBuf piece) {
        int count = piece.readableBytes();
        if (length + (long) count > limit) {
            return false;
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
        piece.readBytes(bytes, length, count);
        length += count;
        return true;
    }

    /** All that was taken. To be called once, at the end. */
    public byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
