package io.penstock.caller.flow;

import java.util.regex.Pattern;

/** A path here that a browser may be sent to: whatever could lead elsewhere, to any reader, is none. */
public final class ReturnPath {

    private static final int LONGEST = 255;

    /** RFC 3986, appendix A: what a path, a query and a fragment are made of. */
    private static final String TEXT = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*";

    private static final Pattern PLAIN = Pattern.compile("/" + TEXT + "(?:#" + TEXT + ")?");
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
