package io.penstock.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Makes texts of callers harmless in a line of a log: no control characters, no reordering of what is read, at most 8 KiB. */
public final class Text {

    /** In bytes of UTF-8. */
    static final int LONGEST = 8192;

    private Text() {}

    static Trail.Entry clean(Trail.Entry entry) {
        return new Trail.Entry(
                clean(entry.userEmail()),
                clean(entry.source()),
                clean(entry.action()),
                clean(entry.resourceType()),
                entry.resourceId() == null ? null : clean(entry.resourceId()),
                entry.outcome(),
                entry.detail() == null ? null : clean(entry.detail()),
                clean(entry.correlationId()));
    }

    /** At most {@link #LONGEST} bytes of the text. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST));
        int bytes = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            String next = clean(text.codePointAt(i));
            bytes += next.getBytes(UTF_8).length;
            if (bytes > LONGEST) {
                break;
            }
            clean.append(next);
        }
        return clean.toString();
    }

    private static String clean(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> escaped(codePoint);
            default -> Character.toString(codePoint);
        };
    }

    private static String escaped(int codePoint) {
        return "\\u{" + Integer.toHexString(codePoint) + "}";
    }
}
