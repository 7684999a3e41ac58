package io.penstock.catalog.snapshot;

import java.util.BitSet;

/**
 * Tells whether a URI may have come out of a template (RFC 6570): a plain {@code {name}} stands for a part of one path segment, any other
 * expression for anything. Takes time in proportion to both lengths, whatever an upstream writes.
 */
final class UriTemplates {

    private static final int LONGEST = 2048;
    private static final int MOST_EXPRESSIONS = 16;

    private UriTemplates() {}

    /** False for a template that cannot be read, or is longer than anybody needs. */
    static boolean fits(String template, String uri) {
        if (template.length() > LONGEST || uri.length() > LONGEST) {
            return false;
        }
        var reached = new BitSet(uri.length() + 1);
        reached.set(0);
        int at = 0;
        for (int expressions = 0; at < template.length() && !reached.isEmpty(); expressions++) {
            int open = template.indexOf('{', at);
            int close = template.indexOf('}', at);
            if (open < 0) {
                return close < 0
                        && literal(reached, template.substring(at), uri).get(uri.length());
            }
            if (close < open || expressions == MOST_EXPRESSIONS) {
                return false;
            }
            reached = literal(reached, template.substring(at, open), uri);
            reached = expression(reached, template.substring(open + 1, close), uri);
            at = close + 1;
        }
        return reached.get(uri.length());
    }

    /** Where the text ends that begins at one of these places. */
    private static BitSet literal(BitSet from, String text, String uri) {
        var reached = new BitSet(uri.length() + 1);
        for (int i = from.nextSetBit(0); i >= 0; i = from.nextSetBit(i + 1)) {
            if (uri.startsWith(text, i)) {
                reached.set(i + text.length());
            }
        }
        return reached;
    }

    private static BitSet expression(BitSet from, String expression, String uri) {
        var reached = new BitSet(uri.length() + 1);
        if (!plain(expression)) {
            int first = from.nextSetBit(0);
            if (first >= 0) {
                reached.set(first, uri.length() + 1);
            }
            return reached;
        }
        boolean within = false;
        for (int i = 0; i < uri.length(); i++) {
            within = (within || from.get(i)) && !ends(uri.charAt(i));
            if (within) {
                reached.set(i + 1);
            }
        }
        return reached;
    }

    private static boolean ends(char c) {
        return c == '/' || c == '?' || c == '#';
    }

    /** Neither an operator, nor a list, nor a modifier. */
    private static boolean plain(String expression) {
        return !expression.isEmpty()
                && expression
                        .chars()
                        .allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '%' || c == '-')
                && expression.charAt(0) != '.';
    }
}
