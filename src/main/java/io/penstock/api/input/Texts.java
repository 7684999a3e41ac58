package io.penstock.api.input;

/** What a text must be to be stored, shown and put into headers. */
final class Texts {

    private static final int LONGEST_NAME = 100;

    private Texts() {}

    /** Whether databases and JSON hold it as it is: no control characters, no unpaired surrogates. */
    static boolean storable(String text, boolean lines) {
        return text.codePoints().noneMatch(c -> isHalf(c) || (Character.isISOControl(c) && !(lines && isLayout(c))));
    }

    /** A name out of a request, safe to repeat in its answer. */
    static String shortened(String name) {
        var clean = storable(name, false) ? name : "(a name with control characters)";
        return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME) + "...";
    }

    private static boolean isHalf(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    private static boolean isLayout(int c) {
        return c == '\n' || c == '\r' || c == '\t';
    }
}
