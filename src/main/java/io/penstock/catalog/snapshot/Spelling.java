package io.penstock.catalog.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * One spelling for all that servers may read as the same URI: what RFC 3986, 6.2.2, and the WHATWG's URL standard, which some go by, make
 * of it. It is for comparisons only and says more things to be the same than any one server does. Of templates the braces stay.
 */
final class Spelling {

    private static final String ENCODED = " \"<>^`";
    private static final String DELIMITERS = "/?#";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** The schemes that have a host, however many slashes are before it, by the port that goes without saying. */
    private static final Map<String, String> PORTS =
            Map.of("http", "80", "https", "443", "ws", "80", "wss", "443", "ftp", "21");

    private static final String FILE = "file";

    private Spelling() {}

    /** Never throws; of what it gave it gives the same. */
    static String of(String uri) {
        String text = escaped(uri);
        int colon = colon(text);
        if (colon < 0) {
            return text;
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = slashed(scheme, text.substring(colon + 1));
        int from = rest.startsWith("//") ? end(rest, 2, DELIMITERS) : 0;
        int to = end(rest, from, "?#");
        String authority = from == 0 ? "" : authority(scheme, rest.substring(0, from));
        return scheme + ':' + authority + path(rest.substring(from, to), from > 0) + rest.substring(to);
    }

    /** Of the characters each is as it is or escaped, whichever it need not be; white space around and line breaks within mean nothing. */
    private static String escaped(String uri) {
        var text = new StringBuilder(uri.length());
        int end = uri.length();
        int at = 0;
        while (at < end && uri.charAt(at) <= ' ') {
            at++;
        }
        while (end > at && uri.charAt(end - 1) <= ' ') {
            end--;
        }
        String meant =
                uri.substring(at, end).replace("\t", "").replace("\n", "").replace("\r", "");
        for (int i = 0; i < meant.length(); i += Character.charCount(meant.codePointAt(i))) {
            int c = meant.codePointAt(i);
            if (c == '%' && isEscape(meant, i)) {
                int value = HexFormat.fromHexDigits(meant, i + 1, i + 3);
                escape(text, value, !isUnreserved(value));
                i += 2;
            } else if (c == '\\') {
                text.append('/');
            } else if (c <= ' ' || c >= 0x7F || c == '%' || ENCODED.indexOf(c) >= 0) {
                for (byte one : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    escape(text, one, true);
                }
            } else {
                text.append((char) c);
            }
        }
        return text.toString();
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    private static void escape(StringBuilder text, int value, boolean escaped) {
        if (escaped) {
            text.append('%').append(HEX.toHexDigits((byte) value));
        } else {
            text.append((char) value);
        }
    }

    private static boolean isUnreserved(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Where the scheme ends; -1 where there is none. */
    private static int colon(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':' && i > 0) {
                return i;
            }
            boolean digit = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!isLetter(c) && !(digit && i > 0)) {
                return -1;
            }
        }
        return -1;
    }

    private static String slashed(String scheme, String rest) {
        if (PORTS.containsKey(scheme)) {
            int at = 0;
            while (at < rest.length() && rest.charAt(at) == '/') {
                at++;
            }
            return "//" + rest.substring(at);
        }
        if (!scheme.equals(FILE) || rest.startsWith("//")) {
            return rest;
        }
        return (rest.startsWith("/") ? "//" : "///") + rest;
    }

    private static int end(String text, int from, String delimiters) {
        int at = from;
        while (at < text.length() && delimiters.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String authority(String scheme, String written) {
        String authority = written.toLowerCase(Locale.ROOT);
        String port = ':' + PORTS.getOrDefault(scheme, "");
        int end = authority.length();
        for (int shorter = end + 1; shorter > end; ) {
            shorter = end;
            end -= end > 2 + port.length() && authority.startsWith(port, end - port.length()) ? port.length() : 0;
            end -= end > 3 && authority.charAt(end - 1) == ':' ? 1 : 0;
        }
        String host = authority.substring(0, end);
        return scheme.equals(FILE) && host.equals("//localhost") ? "//" : host;
    }

    private static String path(String path, boolean behindHost) {
        if (!path.startsWith("/")) {
            return behindHost ? "/" + path : path;
        }
        var kept = new ArrayDeque<String>();
        String last = "";
        for (String segment : path.substring(1).split("/", -1)) {
            boolean dots = segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                var _ = kept.pollLast();
            } else if (!dots) {
                kept.addLast(segment);
            }
            last = dots ? "/" : "";
        }
        String straight = "/" + String.join("/", kept) + (kept.isEmpty() ? "" : last);
        return straight.startsWith("//") && !behindHost ? "/." + straight : straight;
    }
}
