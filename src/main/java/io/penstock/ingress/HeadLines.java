package io.penstock.ingress;

import io.netty.buffer.ByteBuf;

/**
 * Finds the ends of lines, and so of heads, in bytes that come in any pieces. Knows nothing of a line but whether it is blank and whether it
 * begins with white space: the decoder reads the rest.
 */
final class HeadLines {

    /** What {@link #end} gives where a line of a head continues the one before it (obs-fold; RFC 9112, 5.2). */
    static final int FOLDED = -1;

    private int lines;
    private boolean begun;
    private boolean blank;
    private boolean ended;

    /**
     * The index after the blank line that ends what is being read; the writer index where it does not end in these bytes.
     *
     * @param head whether it is a head, in which no line may be folded
     */
    int end(ByteBuf bytes, boolean head) {
        ended = false;
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (head && !begun && lines > 0 && isSpace(bytes.getByte(at))) {
                return FOLDED;
            }
            int feed = bytes.indexOf(at, bytes.writerIndex(), (byte) '\n');
            int stop = feed < 0 ? bytes.writerIndex() : feed;
            blank = (!begun || blank) && isBlank(bytes, at, stop);
            begun = feed < 0;
            if (feed >= 0 && !blank) {
                lines++;
            } else if (feed >= 0 && lines > 0) {
                lines = 0;
                ended = true;
                return feed + 1;
            }
            at = stop + 1;
        }
        return bytes.writerIndex();
    }

    /** Whether what was last looked at held the end. */
    boolean ended() {
        return ended;
    }

    /** Whether nothing of a line has been seen since the last end. */
    boolean atStart() {
        return lines == 0 && !begun;
    }

    private static boolean isSpace(byte first) {
        return first == ' ' || first == '\t';
    }

    private static boolean isBlank(ByteBuf bytes, int from, int to) {
        return from == to || (to - from == 1 && bytes.getByte(from) == '\r');
    }
}
