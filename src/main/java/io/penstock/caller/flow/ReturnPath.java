package io.penstock.caller.flow;

import java.util.regex.Pattern;

/** A path here that a browser may be sent to: whatever could lead elsewhere, to any reader, is none. */
public final class ReturnPath {

    private static final int LONGEST = 255;
    private static final Pattern PLAIN = Pattern.compile("/[\\x21-\\x7E&&[^\\\\]]*");
    private static final Pattern TRICK =
            Pattern.compile("^[^?#]*(//|%2f|/\\.{1,2}(/|$))|%(5c|0d|0a|00|09|25)", Pattern.CASE_INSENSITIVE);

    private ReturnPath() {}

    /** Whether it is one. */
    public static boolean isOne(String text) {
        return text.length() <= LONGEST
                && PLAIN.matcher(text).matches()
                && !TRICK.matcher(text).find();
    }
}
